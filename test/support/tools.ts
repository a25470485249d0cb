// Where scripts/test-tools.ts put what the tests hold the binary against.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { tools } from "../../scripts/test-tools.ts";

const home = join(import.meta.dir, "..", "..", ".tools");

/** The folder of a fetched tool. A tool that is missing fails the test: nothing is skipped in silence. */
export function toolFolder(name: string): string {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no such tool: ${name}`);
  const version = tool.packages.map((spec) => spec.slice(spec.lastIndexOf("@") + 1)).join("+");
  const folder = join(home, `${name}-${version}`);
  if (!existsSync(join(folder, tool.proof))) throw new Error(`${name} is missing: run bun scripts/test-tools.ts`);
  return folder;
}
