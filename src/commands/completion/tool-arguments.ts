// What stands behind `mortar tool call NAME --arg`: names of the tool's arguments, and values where they are known.
import type { Candidate } from "../../completion/table.ts";
import type { Deps } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { listTool } from "../../tools/listing.ts";
import { everyTool, findSelected } from "../../tools/selection.ts";
import { parameterKind, type ParameterKind } from "../../tools/parameter-kinds.ts";
import { loadTool } from "../../tools/toolsets.ts";
import type { LookUp } from "./sources.ts";
import { workspaceValues } from "./workspace-values.ts";

/** `NAME=` for each argument that is not given yet; behind that its values. Throws `unknown_tool`. */
export async function toolArguments(deps: Deps, lookUp: LookUp): Promise<readonly Candidate[]> {
  const { positionals, flags, typed } = lookUp.line;
  const { entry, parameters } = findSelected(everyTool(), positionals[0] ?? "");
  const tool = await loadTool(entry.name);
  const properties = tool === undefined ? undefined : listTool(tool).inputSchema["properties"];
  if (!isObject(properties)) return [];
  const equals = typed.indexOf("=");
  const given = new Map(
    (flags.get("--arg") ?? []).map((pair) => [pair.replace(/=.*$/s, ""), pair.replace(/^.*?=/s, "")]),
  );
  if (equals === -1) {
    return Object.entries(properties).flatMap(([name, schema]) => (given.has(name) ? [] : [nameOf(name, schema)]));
  }
  const written = typed.slice(0, equals);
  const spellings = { ...tool?.spellings, ...parameters };
  const name = Object.hasOwn(spellings, written) ? (spellings[written] ?? written) : written;
  if (!Object.hasOwn(properties, name)) return [];
  const line = { ...lookUp.line, typed: typed.slice(equals + 1) };
  const values = await valuesOf(deps, { ...lookUp, line }, { name, properties, given });
  return values.map((candidate) => ({ ...candidate, value: `${written}=${candidate.value}` }));
}

function nameOf(name: string, schema: unknown): Candidate {
  const description = isObject(schema) ? schema["description"] : undefined;
  const first = typeof description === "string" ? /^.*?(?=[.;:]\s|\.?$)/s.exec(description)?.[0] : undefined;
  return { value: `${name}=`, partial: true, ...(first === undefined ? {} : { description: first }) };
}

interface Argument {
  readonly name: string;
  /** The JSON schemas of all arguments of the tool. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The arguments that stand on the line. */
  readonly given: ReadonlyMap<string, string>;
}

async function valuesOf(deps: Deps, lookUp: LookUp, argument: Argument): Promise<readonly Candidate[]> {
  const { name, properties } = argument;
  const schema = properties[name];
  const choices = isObject(schema) ? schema["enum"] : undefined;
  if (Array.isArray(choices)) return choices.map((choice) => ({ value: String(choice) }));
  if (isObject(schema) && schema["type"] === "boolean") return [{ value: "true" }, { value: "false" }];
  const kind = parameterKind(name);
  if (kind === undefined) return [];
  const above = partsAbove(kind, argument);
  if (above === undefined) return [];
  const line = { ...lookUp.line, typed: above + lookUp.line.typed };
  const values = await workspaceValues(deps, kind, { ...lookUp, line });
  return values.map((candidate) => ({ ...candidate, value: candidate.value.slice(above.length) }));
}

const owners: Readonly<Record<string, readonly string[]>> = { schema: ["catalog"], table: ["catalog", "schema"] };

/**
 * `main.` before a schema whose catalog is an argument of its own; undefined where the tool has such an argument, and the
 * line does not have it.
 */
export function partsAbove(
  kind: ParameterKind,
  { properties, given }: Pick<Argument, "properties" | "given">,
): string | undefined {
  const names = Object.keys(properties);
  const parts = (Object.hasOwn(owners, kind) ? (owners[kind] ?? []) : []).flatMap((one) => {
    const own = names.filter((name) => parameterKind(name) === one);
    return own.length === 0 ? [] : [own.map((name) => given.get(name) ?? "").find((value) => value !== "")];
  });
  return parts.includes(undefined) ? undefined : parts.map((part) => `${part}.`).join("");
}
