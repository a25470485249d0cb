// What a project says of itself to its agents: files of its own, never what a link leads to.
import { lstat, readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

const mostBytes = 256_000;

/** What a run is told beside the app's own prompt: the notes that the project keeps of itself. */
export async function projectNotes(folder: string): Promise<string> {
  const text = (await ownText(folder, join(folder, "CLAUDE.md")))?.trim() ?? "";
  return text === "" ? "" : `\n\n# The project's own notes (CLAUDE.md)\n\n${text}\n`;
}

/** The text of a file that is the project's own: what a link leads to outside of it is not. */
export async function ownText(folder: string, path: string): Promise<string | undefined> {
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(path)]);
    const facts = await lstat(real);
    if (!real.startsWith(root + sep) || !facts.isFile() || facts.size > mostBytes) return undefined;
    return await readFile(real, "utf8");
  } catch {
    return undefined;
  }
}
