// A tool as MCP lists it, and under which name.
import { isObject, type Json, type JsonObject } from "../platform/json.ts";
import { listedName } from "./aliases.ts";
import type { Naming } from "./naming.ts";
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

/** The tool under the name that `naming` lists it by; its descriptions name its fellows likewise. */
export function underName(tool: ListedTool, naming: Naming): ListedTool {
  if (naming !== "databricks") return tool;
  const names = new RegExp(`\\b(?:${catalog.map(({ name }) => name).join("|")})\\b`, "g");
  const renamed = (text: string): string => text.replace(names, (name) => listedName(name, naming));
  return {
    ...tool,
    name: listedName(tool.name, naming),
    description: renamed(tool.description),
    inputSchema: withDescriptions(tool.inputSchema, renamed) as JsonObject,
  };
}

/** A copy of a schema with each description changed. A property that is called `description` is a schema, not a text. */
function withDescriptions(node: Json, change: (text: string) => string): Json {
  if (Array.isArray(node)) return node.map((one) => withDescriptions(one, change));
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node as JsonObject).map(([key, value]) => [
      key,
      key === "description" && typeof value === "string" ? change(value) : withDescriptions(value, change),
    ]),
  );
}
