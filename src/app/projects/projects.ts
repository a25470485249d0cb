// A project on disk: the folder in which its agent works, its files, its skills, its transcripts, and their copy in the database.
import type { FileEntry, FileText, SkillList, TreeNode } from "../contract/api.ts";

export interface ProjectFolder {
  /** The agent's working directory: the person's files, CLAUDE.md and `.claude/skills`. Absolute. */
  readonly files: string;
  /** Where a conversation's transcript is kept, outside of `files`; its folder is there. */
  transcript(conversationId: string): string;
}

/**
 * All paths that come in are below `files`, with `/`. Each call throws `invalid_input` for one that leads outside (`..`, absolute
 * ones, links, NUL, device names), `not_found`, `too_large`. Ids are UUIDs or refused.
 */
export interface Projects {
  /** The folder, made anew with CLAUDE.md and the enabled skills, or restored from the database, before it is given out. Once at a time. */
  open(projectId: string): Promise<ProjectFolder>;
  /** Takes the folder away, with its transcripts. */
  remove(projectId: string): Promise<void>;
  readonly files: ProjectFiles;
  readonly skills: ProjectSkills;
  /** Something in the folder has changed: it is copied soon. */
  changed(projectId: string): void;
  /** Copies what is changed, then ends. */
  close(): Promise<void>;
}

export interface OpenedFile {
  readonly name: string;
  readonly size: number;
  readonly media_type: string;
  readonly file: ReadableStream<Uint8Array<ArrayBuffer>>;
}

export interface ProjectFiles {
  /** Everything below the folder, or the entries of `folder` alone. Hidden ones only where `hidden`. */
  list(
    projectId: string,
    options?: { readonly folder?: string; readonly hidden?: boolean },
  ): Promise<readonly FileEntry[]>;
  read(projectId: string, path: string): Promise<FileText>;
  /** The file's bytes, for a download: read as they are asked for, and never through a link that was laid in their place since. */
  open(projectId: string, path: string): Promise<OpenedFile>;
  /** Throws `conflict` where the file is no longer `version`; `version: null` means that it must not be there. */
  write(projectId: string, path: string, content: Uint8Array, version?: string | null): Promise<FileText>;
  makeFolder(projectId: string, path: string): Promise<void>;
  move(projectId: string, from: string, to: string): Promise<void>;
  remove(projectId: string, path: string): Promise<void>;
  /** A zip of all that is not hidden, as a stream; a folder's alone where it is named. */
  zip(projectId: string, folder?: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

export interface ProjectSkills {
  list(projectId: string): Promise<SkillList>;
  /** Null for all. Throws `invalid_input` for a name that is none. */
  setEnabled(projectId: string, names: readonly string[] | null): Promise<void>;
  tree(projectId: string): Promise<readonly TreeNode[]>;
  file(
    projectId: string,
    path: string,
  ): Promise<{ readonly path: string; readonly content: string; readonly filename: string }>;
  /** Adds or replaces a skill of the project's own from its SKILL.md; ours are never touched by one of the same name. */
  add(projectId: string, name: string, files: Readonly<Record<string, string>>): Promise<void>;
  removeOwn(projectId: string, name: string): Promise<void>;
  /** Writes the enabled skills of this program's version into the folder; the project's own stay as they are. */
  sync(projectId: string): Promise<void>;
  /** Our tools that no enabled skill claims and a disabled one does. */
  hiddenTools(projectId: string): Promise<readonly string[]>;
}
