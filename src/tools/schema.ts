// The JSON Schemas that a tool shows: plain enough for every model API. Objects at the root, no references, no
// dialect marker, no bounds that say nothing.
import * as z from "zod";
import type { JsonObject } from "../platform/json.ts";
import type { Tool } from "./define.ts";

interface ToolSchemas {
  readonly input: JsonObject;
  readonly output: JsonObject;
}

const made = new WeakMap<Tool, ToolSchemas>();

/** The tool's input and output as JSON Schema 2020-12. Made at the first call, then kept. */
export function toolSchemas(tool: Tool): ToolSchemas {
  const known = made.get(tool);
  if (known !== undefined) return known;
  const schemas = { input: toJsonSchema(tool.input, "input"), output: toJsonSchema(tool.output, "output") };
  made.set(tool, schemas);
  return schemas;
}

function toJsonSchema(schema: z.ZodObject, io: "input" | "output"): JsonObject {
  const json = z.toJSONSchema(schema, { io, reused: "inline", override: ({ jsonSchema }) => simplify(jsonSchema) });
  delete json["$schema"];
  return json as JsonObject;
}

/** Strictness is the wrapper's work, with a better message; a validator of the host would refuse other spellings. */
function simplify(node: z.core.JSONSchema.BaseSchema): void {
  if (node.additionalProperties === false) delete node.additionalProperties;
  delete node.propertyNames;
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
}
