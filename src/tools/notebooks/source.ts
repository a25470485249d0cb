// A notebook of the workspace as its source: fetched with its language, stored again as the same kind of thing.
import { MortarError } from "../../platform/errors.ts";
import { notebookLanguageOf, type NotebookLanguage } from "../../notebook/language.ts";
import { parseSource, type Notebook } from "../../notebook/source.ts";
import type { NotebookLanguage as WireLanguage, ObjectInfo } from "../../workspace/objects.ts";
import type { ToolContext } from "../define.ts";
import { withHint } from "../errors.ts";
import { notebookAt, parentOf } from "../paths.ts";

/** Workspace import takes no more (API docs, workspace/import). */
const maxImportBytes = 10 * 1024 * 1024;

export interface FetchedNotebook {
  readonly info: ObjectInfo;
  readonly notebook: Notebook;
  readonly source: string;
}

/** The notebook at an absolute path. Throws `not_found`, `invalid_input` for a folder or file, `too_large`. */
export async function fetchNotebook(context: ToolContext, path: string): Promise<FetchedNotebook> {
  const info = await notebookAt(context, path);
  const { content } = await exported(context, path);
  const source = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
  return { info, source, notebook: parseSource(source, languageOf(info)) };
}

async function exported({ workspace, signal }: ToolContext, path: string) {
  try {
    return await workspace.objects.export(path, { format: "SOURCE", signal });
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code !== "too_large") throw thrown;
    throw withHint(
      thrown,
      "The workspace exports at most 10 MB: clear the notebook's content or split it in the workspace.",
    );
  }
}

export function languageOf(info: ObjectInfo | undefined): NotebookLanguage | undefined {
  return info?.language === undefined ? undefined : notebookLanguageOf(info.language);
}

export interface StoreOptions {
  readonly path: string;
  readonly content: string;
  readonly format: "SOURCE" | "JUPYTER";
  readonly language: NotebookLanguage;
  readonly overwrite: boolean;
}

/**
 * Stores a notebook; a missing parent folder is made first. Returns whether one was. Throws `too_large` before anything
 * is sent, and `already_exists` where nothing may be overwritten.
 */
export async function storeNotebook(context: ToolContext, options: StoreOptions): Promise<boolean> {
  const { workspace, signal } = context;
  const size = Buffer.byteLength(options.content);
  if (size > maxImportBytes) {
    throw new MortarError(
      "too_large",
      `The notebook is ${(size / 1_048_576).toFixed(1)} MB; the workspace takes 10 MB`,
      {
        hint: "Split it into several notebooks and call them with %run, or keep data in a volume.",
      },
    );
  }
  const store = (): Promise<void> =>
    workspace.objects.import(options.path, {
      content: options.content,
      format: options.format,
      overwrite: options.overwrite,
      signal,
      ...(options.format === "SOURCE" ? { language: options.language.toUpperCase() as WireLanguage } : {}),
    });
  try {
    await store();
    return false;
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    if (thrown.code === "already_exists") {
      throw withHint(thrown, "Something is there already. Give overwrite true to replace it, or another path.");
    }
    if (thrown.code !== "not_found") throw thrown;
  }
  await workspace.objects.mkdirs(parentOf(options.path), { signal });
  await store();
  return true;
}
