// What stands behind `mortar tool call NAME --arg`: names of the tool's arguments, and values where they are known.
import type { Candidate } from "../../completion/table.ts";
import type { Deps } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { listTool } from "../../tools/listing.ts";
import { findSelected, selectTools } from "../../tools/selection.ts";
import { loadTool } from "../../tools/toolsets.ts";
import type { LookUp } from "./sources.ts";
import { workspaceValues } from "./workspace-values.ts";

/** Arguments whose values the workspace has. */
const sources: Readonly<Record<string, string>> = {
  cluster_id: "cluster",
  job_id: "job",
  warehouse_id: "warehouse",
};

/** `NAME=` for each argument that is not given yet; behind that its values. Throws `unknown_tool`. */
export async function toolArguments(deps: Deps, lookUp: LookUp): Promise<readonly Candidate[]> {
  const { positionals, flags, typed } = lookUp.line;
  const { entry } = findSelected(selectTools(), positionals[0] ?? "");
  const tool = await loadTool(entry.name);
  const properties = tool === undefined ? undefined : listTool(tool).inputSchema["properties"];
  if (!isObject(properties)) return [];
  const equals = typed.indexOf("=");
  if (equals === -1) {
    const given = new Set((flags.get("--arg") ?? []).map((pair) => pair.replace(/=.*$/s, "")));
    return Object.entries(properties).flatMap(([name, schema]) => (given.has(name) ? [] : [nameOf(name, schema)]));
  }
  const name = typed.slice(0, equals);
  if (!Object.hasOwn(properties, name)) return [];
  const values = await valuesOf(deps, lookUp, { name, schema: properties[name] });
  return values.map((candidate) => ({ ...candidate, value: `${name}=${candidate.value}` }));
}

function nameOf(name: string, schema: unknown): Candidate {
  const description = isObject(schema) ? schema["description"] : undefined;
  const first = typeof description === "string" ? /^.*?(?=[.;:]\s|\.?$)/s.exec(description)?.[0] : undefined;
  return { value: `${name}=`, ...(first === undefined ? {} : { description: first }) };
}

interface Argument {
  readonly name: string;
  /** Its JSON schema. */
  readonly schema: unknown;
}

async function valuesOf(deps: Deps, lookUp: LookUp, { name, schema }: Argument): Promise<readonly Candidate[]> {
  const choices = isObject(schema) ? schema["enum"] : undefined;
  if (Array.isArray(choices)) return choices.map((choice) => ({ value: String(choice) }));
  if (isObject(schema) && schema["type"] === "boolean") return [{ value: "true" }, { value: "false" }];
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  return source === undefined ? [] : workspaceValues(deps, source, lookUp);
}
