// The parameters of an older tool, written in one line: `action: create|get, name?: str, limit: int = 25`.
import { parseJson, type Json, type JsonObject } from "../../platform/json.ts";

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  /** What the older tool takes where it is not given. */
  readonly fallback?: Json;
  readonly schema: JsonObject;
}

const types: Readonly<Record<string, JsonObject>> = {
  str: { type: "string" },
  int: { type: "integer" },
  num: { type: "number" },
  bool: { type: "boolean" },
  obj: { type: "object" },
  /** Older clients sent numbers, which lose digits above 2^53; texts are taken as well. */
  id: { anyOf: [{ type: "string" }, { type: "integer" }] },
  /** JSON as a text, or as what it says. */
  json: { anyOf: [{ type: "string" }, { type: "object" }, { type: "array" }] },
  texts: { type: "array", items: { type: "string" } },
  objs: { type: "array", items: { type: "object" } },
  nums: { type: "array", items: { type: "number" } },
  map: { type: "object", additionalProperties: { type: "string" } },
};

/** The parameters that the line declares. Throws for one that is no signature. */
export function parseSignature(line: string): readonly Parameter[] {
  if (line.trim() === "") return [];
  return line.split(/,\s+(?=\w+\??:)/).map((part) => {
    const [, name = "", mark, type = "", fallback] = /^\s*(\w+)(\??): ([\w|-]+)(?: = (.+))?$/.exec(part) ?? [];
    const schema = type.includes("|") ? { type: "string", enum: type.split("|") } : types[type];
    if (schema === undefined) throw new Error(`no signature: ${part}`);
    return {
      name,
      required: mark === "" && fallback === undefined,
      schema,
      ...(fallback === undefined ? {} : { fallback: parseJson(fallback) }),
    };
  });
}

/** The parameters as a schema, as tools list it. */
export function inputSchemaOf(parameters: readonly Parameter[]): JsonObject {
  const properties = parameters.map(({ name, schema, fallback }) => [
    name,
    fallback === undefined ? schema : { ...schema, default: fallback },
  ]);
  const required = parameters.filter((one) => one.required).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(properties) as JsonObject,
    ...(required.length === 0 ? {} : { required }),
  };
}
