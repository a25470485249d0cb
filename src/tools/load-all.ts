// Every tool, for what shows all of them: docs and tests.
import { toolsetNames } from "./toolset-names.ts";
import type { Tool } from "./define.ts";
import { loadToolset } from "./toolsets.ts";

/** In the catalog's order. */
export async function loadAllTools(): Promise<readonly Tool[]> {
  return (await Promise.all(toolsetNames.map(loadToolset))).flat();
}
