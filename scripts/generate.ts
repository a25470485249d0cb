// Writes what is made from the table of commands (docs/cli.md, the manual pages, the help texts that tests compare) and
// from the heads of the skills.
import { rm } from "node:fs/promises";
import { absolute, leftOver, madeFiles } from "./generate/files.ts";

const made = madeFiles();
let changed = 0;
for (const [path, text] of made) {
  const file = Bun.file(absolute(path));
  const before = (await file.exists()) ? await file.text() : undefined;
  if (before === text) continue;
  await Bun.write(absolute(path), text);
  changed += 1;
}
for (const path of await leftOver(made)) {
  await rm(absolute(path));
  changed += 1;
}
console.error(changed === 0 ? "everything is current" : `${changed} files written or removed`);
