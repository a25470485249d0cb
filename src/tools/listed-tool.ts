// A tool as MCP lists it, and under which name.
import type { JsonObject } from "../platform/json.ts";
import { listedName, type Naming } from "./aliases.ts";
import { catalog } from "./catalog.ts";

export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject;
  readonly annotations: {
    readonly title: string;
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}

/** The tool under the name that `naming` lists it by; its description names its fellows likewise. */
export function underName(tool: ListedTool, naming: Naming): ListedTool {
  if (naming === "mortar") return tool;
  const names = catalog.map(({ name }) => name).join("|");
  const description = tool.description.replace(new RegExp(`\\b(?:${names})\\b`, "g"), (name) =>
    listedName(name, naming),
  );
  return { ...tool, name: listedName(tool.name, naming), description };
}
