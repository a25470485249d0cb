// From a toolset's name to its tools. Each is loaded when it is first needed, and never when it is not.
import { findEntry, type ToolsetName } from "./catalog.ts";
import type { Tool } from "./define.ts";

const loaders: Readonly<Record<ToolsetName, () => Promise<readonly Tool[]>>> = {
  notebooks: async () => (await import("./notebooks/toolset.ts")).notebooksToolset,
  jobs: async () => (await import("./jobs/toolset.ts")).jobsToolset,
  clusters: async () => (await import("./clusters/toolset.ts")).clustersToolset,
  execution: async () => (await import("./execution/toolset.ts")).executionToolset,
  sql: async () => (await import("./sql/toolset.ts")).sqlToolset,
  catalog: async () => (await import("./unity-catalog/toolset.ts")).catalogToolset,
  volumes: async () => (await import("./volumes/toolset.ts")).volumesToolset,
};

/** The tools of a toolset, in the catalog's order. */
export function loadToolset(name: ToolsetName): Promise<readonly Tool[]> {
  return loaders[name]();
}

/** The tool of that canonical name, or undefined. Loads its toolset. */
export async function loadTool(name: string): Promise<Tool | undefined> {
  const entry = findEntry(name);
  if (entry === undefined) return undefined;
  return (await loadToolset(entry.toolset)).find((tool) => tool.name === name);
}
