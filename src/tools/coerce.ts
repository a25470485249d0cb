// Arguments as they really come: JSON written as a string, numbers and switches as words. Made to fit the declared
// types where that loses nothing; everything else is left for the schema to refuse.
import { isObject, parseJson, type Json, type JsonObject } from "../platform/json.ts";

/** A copy of `args` in which each string whose property is no string is read as JSON, where it is JSON of that type. */
export function coerceArguments(schema: JsonObject, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, isObject(property) ? coerceValue(property as JsonObject, value) : value];
    }),
  );
}

function coerceValue(schema: JsonObject, value: unknown): unknown {
  if (typeof value !== "string") return coerceInside(schema, value);
  const spelled = choiceOf(schema, value);
  if (spelled !== undefined) return spelled;
  const types = typesOf(schema);
  if (types.length === 0 || types.includes("string")) return value;
  const parsed = tryParse(value.trim());
  if (parsed === undefined || !types.some((type) => isOfType(type, parsed))) return value;
  return coerceInside(schema, parsed);
}

/** The same for the members of an array and for declared properties. Models write `null` for "not given" there too. */
function coerceInside(schema: JsonObject, value: unknown): unknown {
  const { items, properties } = schema;
  if (Array.isArray(value)) return isObject(items) ? value.map((one) => coerceValue(items as JsonObject, one)) : value;
  if (!isObject(value) || !isObject(properties)) return value;
  const given = Object.entries(value).filter(([name, one]) => one !== null || !Object.hasOwn(properties, name));
  return coerceArguments(schema, Object.fromEntries(given));
}

/** The choice that is meant by `value` in another case: the REST API writes `PYTHON` where a tool lists `python`. */
function choiceOf(schema: JsonObject, value: string): string | undefined {
  const choices = Array.isArray(schema["enum"]) ? schema["enum"] : [];
  if (choices.includes(value)) return undefined;
  const meant = choices.filter((choice) => typeof choice === "string" && choice.toLowerCase() === value.toLowerCase());
  return meant.length === 1 ? (meant[0] as string) : undefined;
}

function typesOf(schema: JsonObject): string[] {
  const { type, anyOf } = schema;
  if (typeof type === "string") return [type];
  if (Array.isArray(anyOf)) return anyOf.flatMap((one) => (isObject(one) ? typesOf(one as JsonObject) : []));
  return [];
}

function isOfType(type: string, value: Json): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  if (type === "boolean") return typeof value === "boolean";
  return (type === "number" || type === "integer") && typeof value === "number";
}

function tryParse(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
