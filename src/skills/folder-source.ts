// Skills of somebody else: a folder with a SKILL.md, or a folder (a git checkout, say) with such folders in it.
import { lstat, readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import { errnoOf } from "../platform/files.ts";
import { expandTilde } from "../platform/paths.ts";
import { readSkillText } from "./frontmatter.ts";
import type { SkillFile, SkillPackage, SkillSource } from "./package.ts";

export interface FoundSkills {
  readonly packages: readonly SkillPackage[];
  /** Folders that hold a SKILL.md and are no skill, with the reason. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

// What a skill may be at most: an agent reads it, and we copy it for each agent.
const mostFiles = 1_000;
const mostBytes = 20_000_000;
/** How far below the given folder a skill may lie: `plugins/NAME/skills/SKILL` is four. */
const deepest = 5;
const skipped = new Set([".git", "node_modules", "__pycache__", ".venv"]);

/** Whether the word is a path and no skill's name. */
export function isPath(word: string): boolean {
  return /[/\\]/.test(word) || word.startsWith(".") || word.startsWith("~");
}

/** The skills in a folder. Throws `not_found` when there are none, or when there is no such folder. */
export async function skillsInFolder(word: string, deps: Pick<Deps, "paths" | "cwd" | "run">): Promise<FoundSkills> {
  if (/^[a-z][a-z+.-]*:\/\/|^(?:github|gitlab|git):|^[\w.-]+@[\w.-]+:/i.test(word)) {
    throw new MortarError("usage", `${word} is an address, and skills are taken from folders`, {
      hint: `Look at it first: git clone ${word}, then mortar skills install with that folder.`,
    });
  }
  const path = resolve(deps.cwd, expandTilde(word, deps.paths));
  const folders = await skillFolders(path, 0);
  if (folders.length === 0) {
    throw new MortarError("not_found", `${path} holds no skill`, {
      hint: "A skill is a folder with a SKILL.md in it.",
    });
  }
  const commit = await commitOf(path, deps);
  const packages: SkillPackage[] = [];
  const refused: { path: string; reason: string }[] = [];
  for (const folder of folders) {
    try {
      const source: SkillSource = { kind: "folder", path: folder, ...(commit === undefined ? {} : { commit }) };
      const read = await readPackage(folder, source);
      if (packages.some(({ name }) => name === read.name)) throw new Error(`there are two skills called ${read.name}`);
      packages.push(read);
    } catch (thrown) {
      refused.push({ path: folder, reason: thrown instanceof Error ? thrown.message : toMortarError(thrown).message });
    }
  }
  return { packages, refused };
}

async function skillFolders(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if (depth > 0) return [];
    const reason = errnoOf(cause) === "ENOENT" ? "there is no such folder" : (errnoOf(cause) ?? String(cause));
    throw new MortarError("not_found", `Cannot read ${folder}: ${reason}`, { cause });
  });
  if (entries.some((entry) => entry.name === "SKILL.md" && entry.isFile())) return [folder];
  if (depth >= deepest) return [];
  const below = entries.filter((entry) => entry.isDirectory() && !skipped.has(entry.name)).map(({ name }) => name);
  const found: string[] = [];
  for (const name of below.toSorted()) found.push(...(await skillFolders(join(folder, name), depth + 1)));
  return found;
}

async function readPackage(folder: string, source: SkillSource): Promise<SkillPackage> {
  const { head } = readSkillText(await readFile(join(folder, "SKILL.md"), "utf8"), basename(folder));
  const files = new Map<string, SkillFile>();
  let bytes = 0;
  for (const path of await filePaths(folder, "")) {
    const whole = join(folder, ...path.split("/"));
    const { size, mode } = await lstat(whole);
    bytes += size;
    if (files.size >= mostFiles || bytes > mostBytes) {
      throw new Error(`it is larger than a skill may be (${mostFiles} files, ${mostBytes / 1e6} MB)`);
    }
    files.set(path, { content: await readFile(whole), executable: (mode & 0o100) !== 0 });
  }
  return { name: head.name, description: head.description, source, files };
}

/** Plain files only: a link could lead anywhere on this machine. */
async function filePaths(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    if (skipped.has(entry.name)) continue;
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filePaths(folder, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

/** The commit that a git checkout stands at; undefined outside of one, and without git. */
async function commitOf(path: string, deps: Pick<Deps, "run">): Promise<string | undefined> {
  const options = { timeoutMs: 5_000, maxOutputBytes: 10_000 };
  const ran = await deps.run(["git", "-C", path, "rev-parse", "HEAD"], options).catch(() => undefined);
  const commit = ran?.exitCode === 0 ? ran.stdout.trim() : "";
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
}
