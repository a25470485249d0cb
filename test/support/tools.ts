// Where scripts/test-tools.ts put what the tests hold the binary against.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { toolFolderName, tools } from "../../scripts/test-tools.ts";

const home = join(import.meta.dir, "..", "..", ".tools");

/** The folder of a fetched tool. A tool that is missing fails the test: nothing is skipped in silence. */
export function toolFolder(name: string): string {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no such tool: ${name}`);
  const folder = join(home, toolFolderName(tool));
  if (!existsSync(join(folder, tool.proof)))
    throw new Error(`${name} is missing: run bun scripts/test-tools.ts${tool.everything === true ? " --all" : ""}`);
  return folder;
}
