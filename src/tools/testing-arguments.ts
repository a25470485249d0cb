// For tests: arguments of every kind for a tool, made from its schema.
import * as fc from "fast-check";
import { isObject, type JsonObject } from "../platform/json.ts";

const anyWords = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "~",
    "~/a",
    "shared/a",
    "/Workspace/a",
    "..",
    "\0",
    "\uD800",
    "__proto__",
    "toString",
    "%00",
    "?a=1&b",
  ),
  fc.constantFrom("0", "-1", "9223372036854775807", "99999999999999999999", "true", "null", "[]", "{}", "1e999"),
);
const junk = fc.oneof(fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 53 + 2, "x", [], {}), fc.jsonValue());

/** Arguments for a tool of this input schema: they mostly fit, and sometimes do not. Texts are also any of `known`. */
export function argumentsFor(schema: JsonObject, known: readonly string[] = []): fc.Arbitrary<Record<string, unknown>> {
  const texts = known.length === 0 ? anyWords : fc.oneof(anyWords, fc.constantFrom(...known));
  return objectOf(schema, fc.oneof(texts, fc.stringMatching(/^[1-9]\d{0,17}$/)));
}

type Texts = fc.Arbitrary<string>;

function valueOf(schema: JsonObject, texts: Texts): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: fittingValue(schema, texts) }, { weight: 1, arbitrary: junk });
}

function fittingValue(schema: JsonObject, texts: Texts): fc.Arbitrary<unknown> {
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...schema["enum"]);
  switch (schema["type"]) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.oneof(fc.integer({ min: 0, max: 9 }), fc.maxSafeInteger());
    case "number":
      return fc.constantFrom(0, 0.5, 1, 30, 290, 291, -1, 1e300);
    case "array":
      return fc.array(isObject(schema["items"]) ? valueOf(schema["items"] as JsonObject, texts) : texts, {
        maxLength: 3,
      });
    case "object":
      return isObject(schema["properties"]) ? objectOf(schema, texts) : fc.dictionary(texts, texts, { maxKeys: 3 });
    default:
      return texts;
  }
}

function objectOf({ properties, required }: JsonObject, texts: Texts): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(isObject(properties) ? (properties as Record<string, JsonObject>) : {});
  const requiredKeys = Array.isArray(required) ? required.map(String) : [];
  return fc.record(Object.fromEntries(entries.map(([name, one]) => [name, valueOf(one, texts)])), { requiredKeys });
}
