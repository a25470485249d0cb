// Writes the plugins for coding agents into a folder: marketplaces for Claude Code and Codex, an extension for Gemini CLI.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { pluginFiles } from "./plugin/files.ts";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { repository: { type: "string" } } });
const [out] = positionals;
if (out === undefined || positionals.length > 1) {
  console.error("usage: bun scripts/plugin.ts FOLDER [--repository OWNER/NAME]");
  process.exit(2);
}
const { version } = (await Bun.file(join(import.meta.dir, "..", "package.json")).json()) as { version: string };
const repository = values.repository ?? process.env["GITHUB_REPOSITORY"];
const homepage = repository === undefined ? undefined : `https://github.com/${repository}`;
const files = await pluginFiles({ version, homepage });
// What an earlier run has written goes, and nothing else: the folder may be a checkout.
const made = new Set([...files.keys()].map((path) => path.slice(0, path.indexOf("/"))));
for (const name of await readdir(out).catch((): string[] => [])) {
  if (made.has(name)) await rm(join(out, name), { recursive: true });
}
for (const [path, text] of files) {
  await mkdir(dirname(join(out, path)), { recursive: true });
  await writeFile(join(out, path), text);
}
console.error(`${files.size} files are in ${out}`);
