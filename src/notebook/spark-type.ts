// Spark's JSON form of a column type as the simple text that SQL shows.
import { isObject } from "../platform/json.ts";

const maximumDepth = 30;

/** `"\"string\""`, `string` or `{"type":"array",...}` as `string`, `array<string>` ...; unknown shapes as their JSON. */
export function simpleType(type: unknown, depth = 0): string {
  if (type === undefined || type === null) return "";
  if (depth > maximumDepth) return "...";
  if (typeof type === "string") return fromText(type, depth);
  if (!isObject(type)) return JSON.stringify(type);
  const inner = (value: unknown): string => simpleType(value, depth + 1);
  switch (type["type"]) {
    case "array":
      return `array<${inner(type["elementType"])}>`;
    case "map":
      return `map<${inner(type["keyType"])},${inner(type["valueType"])}>`;
    case "struct": {
      const fields = Array.isArray(type["fields"]) ? type["fields"].filter(isObject) : [];
      return `struct<${fields.map((field) => `${String(field["name"])}:${inner(field["type"])}`).join(",")}>`;
    }
    case "udt":
      return inner(type["sqlType"]);
    default:
      return typeof type["type"] === "string" ? type["type"] : JSON.stringify(type);
  }
}

function fromText(type: string, depth: number): string {
  if (!/^\s*["{]/.test(type)) return type;
  try {
    return simpleType(JSON.parse(type), depth + 1);
  } catch {
    return type;
  }
}
