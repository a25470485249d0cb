// Every file that is made from the table of commands, by the completion engine or from the skills, with its text; and those that lie there and should not.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { rootTable } from "../../src/commands/table.ts";
import { findShell } from "../../src/completion/answer.ts";
import { shellNames } from "../../src/completion/shells/shell.ts";
import { checks } from "../../src/doctor/checks.ts";
import { cliMarkdown } from "./cli-markdown.ts";
import { doctorMarkdown } from "./doctor-markdown.ts";
import { helpTexts } from "./help-texts.ts";
import { manPages } from "./man-pages.ts";
import { skillCatalogModule } from "./skill-catalog.ts";

const root = join(import.meta.dir, "..", "..");

/** Folders that hold nothing but made files. */
const ownFolders = ["docs/man", "test/golden/help", "completions"];

/** Text by path from the repository's root, with slashes. */
export function madeFiles(): Map<string, string> {
  return new Map([
    ["docs/cli.md", cliMarkdown(rootTable)],
    ["docs/doctor.md", doctorMarkdown(checks)],
    ...[...manPages(rootTable)].map(([name, text]): [string, string] => [`docs/man/${name}`, text]),
    ...[...helpTexts(rootTable)].map(([name, text]): [string, string] => [`test/golden/help/${name}`, text]),
    ["src/skills/catalog.ts", skillCatalogModule()],
    ...completionScripts("mortar").map(([name, text]): [string, string] => [`completions/${name}`, text]),
  ]);
}

/** The completion scripts by the names that packages give them. */
function completionScripts(program: string): [string, string][] {
  return shellNames.flatMap((name) => {
    const shell = findShell(name);
    if (shell === undefined) return [];
    return [[name === "bash" ? `${program}.bash` : shell.fileName(program), shell.script(program)]];
  });
}

/** Paths of files in the made folders that nothing makes any more. */
export async function leftOver(made: ReadonlyMap<string, string>): Promise<string[]> {
  const lists = await Promise.all(
    ownFolders.map(async (folder) => {
      const names = await readdir(join(root, folder)).catch((): string[] => []);
      return names.map((name) => `${folder}/${name}`);
    }),
  );
  return lists.flat().filter((path) => !made.has(path));
}

/** The path on this machine. */
export function absolute(path: string): string {
  return join(root, path);
}
