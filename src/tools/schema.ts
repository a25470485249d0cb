// The JSON Schemas that a tool shows: plain enough for every model API. Objects at the root, no references, no
// dialect marker, no bounds that say nothing.
import * as z from "zod";
import { isObject, type Json, type JsonObject } from "../platform/json.ts";
import type { Tool } from "./define.ts";

interface ToolSchemas {
  readonly input: JsonObject;
  readonly output: JsonObject;
}

/** By the input's declaration: a tool may be a copy under another name. */
const made = new WeakMap<z.ZodObject, ToolSchemas>();

/** The tool's input and output as JSON Schema 2020-12. Made at the first call, then kept. */
export function toolSchemas(tool: Tool): ToolSchemas {
  const known = made.get(tool.input);
  if (known !== undefined) return known;
  const schemas = { input: toJsonSchema(tool.input, "input"), output: toJsonSchema(tool.output, "output") };
  made.set(tool.input, schemas);
  return schemas;
}

function toJsonSchema(schema: z.ZodObject, io: "input" | "output"): JsonObject {
  const json = z.toJSONSchema(schema, { io, reused: "inline", override: ({ jsonSchema }) => simplify(jsonSchema) });
  delete json["$schema"];
  return oneTypeEach(json as JsonObject) as JsonObject;
}

/** A list of types becomes branches of one type each: dialects that map a schema to their own know no lists. */
function oneTypeEach(node: Json): Json {
  if (Array.isArray(node)) return node.map(oneTypeEach);
  if (!isObject(node)) return node;
  const entries = Object.entries(node as JsonObject).map(([key, value]): [string, Json] => {
    if (key === "type" && Array.isArray(value)) return ["anyOf", value.map((type) => ({ type }))];
    return [key, oneTypeEach(value)];
  });
  return Object.fromEntries(entries);
}

/** Strictness is the wrapper's work, with a better message; a validator of the host would refuse other spellings. */
function simplify(node: z.core.JSONSchema.BaseSchema): void {
  if (node.additionalProperties === false) delete node.additionalProperties;
  delete node.propertyNames;
  // "Anything" is what an object takes that says nothing of it; some clients object to a schema without a keyword.
  if (isObject(node.additionalProperties) && Object.keys(node.additionalProperties).length === 0) {
    delete node.additionalProperties;
  }
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
}
