// Gemini CLI's folder for one session: links to what the person has, and a settings file of its own.
import { cp, link, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import { requireHome } from "../../platform/paths.ts";
import type { LaunchDeps, PrivateFile } from "./agent.ts";
import { changedText, differences, valueOfText, type Change } from "./settings-text.ts";

/** The person's own folder of Gemini CLI. */
export function personsGemini(deps: Pick<LaunchDeps, "env" | "paths">): string {
  return join(personsHome(deps), ".gemini");
}

function personsHome({ env, paths }: Pick<LaunchDeps, "env" | "paths">): string {
  const own = env["GEMINI_CLI_HOME"] ?? "";
  return own === "" ? requireHome(paths) : own;
}

/** The session's settings, and a note of what they were at its start. */
export function settingsFiles(folder: string, text: string, ours: readonly Change[]): readonly PrivateFile[] {
  const note = { text, paths: ours.map(({ path }) => path) };
  return [
    { path: join(folder, ".gemini", settings), content: text },
    { path: join(folder, noteFile), content: JSON.stringify(note) },
  ];
}

const settings = "settings.json";
const noteFile = "at-start.json";
const homeLink = "persons-home";

/**
 * Links everything that the person has there into the session's folder, but for the settings: history, memory, commands,
 * extensions and trust are the person's own, and what the session adds to them is added there.
 */
export async function linkHome(deps: LaunchDeps, folder: string): Promise<void> {
  const home = personsHome(deps);
  const place = join(folder, ".gemini");
  await mkdir(place, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(join(home, ".gemini")).catch(() => [])) {
    if (entry !== settings) await linkTo(join(home, ".gemini", entry), join(place, entry), deps);
  }
  if ((await lstat(join(home, ".agents")).catch(() => undefined)) !== undefined) {
    await linkTo(join(home, ".agents"), join(folder, ".agents"), deps);
  }
  // Whose it is, for whoever clears the folder away later.
  await linkTo(home, join(folder, homeLink), deps);
}

/** Windows lets not everybody make symbolic links: there it is a junction, another name of a file, or a copy. */
async function linkTo(target: string, place: string, { os }: Pick<LaunchDeps, "os">): Promise<void> {
  if (os !== "win32") return symlink(target, place);
  if ((await stat(target)).isDirectory()) return symlink(target, place, "junction");
  await link(target, place).catch(() => cp(target, place, { preserveTimestamps: true }));
}

/**
 * Brings back what the session made: new files and folders, files that were written anew in the place of a link, and the
 * settings that the person changed in it.
 */
export async function bringBack(deps: LaunchDeps, folder: string): Promise<void> {
  const linked = join(folder, homeLink);
  const isLinked = (await stat(linked).catch(() => undefined)) !== undefined;
  const root = isLinked ? linked : personsHome(deps);
  const place = join(folder, ".gemini");
  for (const entry of await readdir(place).catch(() => [])) {
    if (entry === settings) await bringSettings(folder, join(root, ".gemini", settings));
    else await bring(join(place, entry), join(root, ".gemini", entry));
  }
}

async function bring(from: string, to: string): Promise<void> {
  const [own, theirs] = await Promise.all([lstat(from), lstat(to).catch(() => undefined)]);
  if (own.isSymbolicLink() || (theirs !== undefined && theirs.ino === own.ino && theirs.dev === own.dev)) return;
  if (theirs === undefined) return move(from, to);
  if (own.isDirectory()) {
    if (!theirs.isDirectory()) return;
    for (const entry of await readdir(from)) await bring(join(from, entry), join(to, entry));
    return;
  }
  // The newer one is right: another session may have written it since.
  if (theirs.isFile() && own.mtimeMs > theirs.mtimeMs) await move(from, to);
}

async function move(from: string, to: string): Promise<void> {
  await mkdir(join(to, ".."), { recursive: true, mode: 0o700 });
  try {
    await rename(from, to);
  } catch {
    // The home may be on another disk.
    await cp(from, to, { recursive: true, preserveTimestamps: true });
    await rm(from, { recursive: true, force: true });
  }
}

async function bringSettings(folder: string, to: string): Promise<void> {
  const note = await startOf(folder);
  const after = await readFile(join(folder, ".gemini", settings), "utf8");
  if (note === undefined || after === note.text) return;
  const changes = differences(valueOfText(note.text), valueOfText(after), note.ours);
  if (changes.length === 0) return;
  await writeAtomic(to, changedText((await readTextIfPresent(to)) ?? "{}", changes));
}

async function startOf(folder: string): Promise<{ text: string; ours: readonly Change[] } | undefined> {
  try {
    const note: unknown = JSON.parse(await readFile(join(folder, noteFile), "utf8"));
    if (!isObject(note) || typeof note["text"] !== "string" || !Array.isArray(note["paths"])) return undefined;
    const paths = note["paths"] as readonly (readonly string[])[];
    return { text: note["text"], ours: paths.map((path) => ({ path, value: undefined })) };
  } catch {
    return undefined;
  }
}
