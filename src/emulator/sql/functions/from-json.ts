// from_json: a JSON text read as a type. What Spark's reader is lenient about, or decides by its options, is refused.
import { castSql } from "../casts.ts";
import { coerce } from "../analyze/context.ts";
import { invalidStatement, unsupported } from "../faults.ts";
import { bind, failure } from "../macros.ts";
import { quoteName, quoteText } from "../names.ts";
import { typeFromText } from "../parse/types.ts";
import { duckType, isFloating, isInteger, types, typeText, type DataType, type StructType } from "../types.ts";
import { argument, free, literalText, S, type CallSite, type FunctionSpec, type Made } from "./define.ts";

const refused = (what: string): string =>
  failure("UNSUPPORTED_FEATURE", "0A000", quoteText(`The emulator does not support from_json of ${what}.`));

const invalid = refused("a text that is not valid JSON");
const repeated = refused("an object that has a key twice");
const tooWide = refused("a number that its type does not hold");
const fractionAsText = refused("a number with a fraction read as STRING");

/** Whether a value of another kind is NULL, as a field of a struct is, or refused, as within arrays and maps. */
type Mismatch = "null" | "refuse";

function otherwise(mismatch: Mismatch, type: DataType): string {
  return mismatch === "null" ? "NULL" : refused(`a value within an array or map that is no ${typeText(type)}`);
}

/** DuckDB expression of `type` for the JSON value `json`; a JSON null and an absent value are NULL. */
function readJson(json: string, type: DataType, mismatch: Mismatch): string {
  return bind(json, (x) => {
    const absent = `${x} IS NULL OR json_type(${x}) = 'NULL'`;
    return `CAST(CASE WHEN ${absent} THEN NULL ${branches(x, type, mismatch)} ELSE ${otherwise(mismatch, type)} END AS ${duckType(type)})`;
  });
}

const isKind = (x: string, ...kinds: readonly string[]): string =>
  `json_type(${x}) IN (${kinds.map(quoteText).join(", ")})`;
const textOf = (x: string): string => `json_extract_string(${x}, '$')`;
const whole = ["UBIGINT", "BIGINT"];

function branches(x: string, type: DataType, mismatch: Mismatch): string {
  const duck = duckType(type);
  switch (type.kind) {
    case "struct":
      return `WHEN ${isKind(x, "OBJECT")} THEN ${readStruct(x, type, mismatch)}`;
    case "array": {
      const items = `list_transform(CAST(${x} AS JSON[]), lambda item: ${readJson("item", type.element, "refuse")})`;
      return `WHEN ${isKind(x, "ARRAY")} THEN ${items}`;
    }
    case "map": {
      const values = `list_transform(json_keys(${x}), lambda item: ${readJson(`json_extract(${x}, ${pointer("item")})`, type.value, "refuse")})`;
      return `WHEN ${isKind(x, "OBJECT")} THEN ${once(x, `map(json_keys(${x}), ${values})`)}`;
    }
    case "string":
      return `WHEN ${isKind(x, "VARCHAR")} THEN ${textOf(x)} WHEN ${isKind(x, "DOUBLE")} OR (${isKind(x, "OBJECT", "ARRAY")} AND regexp_matches(CAST(${x} AS VARCHAR), '[0-9][.eE]')) THEN ${fractionAsText} WHEN true THEN CAST(${x} AS VARCHAR)`;
    case "boolean":
      return `WHEN ${isKind(x, "BOOLEAN")} THEN CAST(${textOf(x)} AS BOOLEAN)`;
    case "date":
    case "timestamp":
    case "timestamp_ntz":
      return `WHEN ${isKind(x, "VARCHAR")} THEN ${castSql({ sql: textOf(x), from: S, to: type, safe: true })} WHEN ${isKind(x, ...whole, "DOUBLE")} THEN ${refused(`a number read as ${typeText(type)}`)}`;
    default: {
      const kinds = isInteger(type) ? whole : [...whole, "DOUBLE"];
      const read = isFloating(type) ? `CAST(${textOf(x)} AS ${duck})` : `TRY_CAST(${textOf(x)} AS ${duck})`;
      return `WHEN ${isKind(x, ...kinds)} THEN coalesce(${read}, CAST(${tooWide} AS ${duck})) WHEN ${isFloating(type) ? isKind(x, "VARCHAR") : "false"} THEN CAST(${refused(`a text read as ${typeText(type)}`)} AS ${duck})`;
    }
  }
}

/** JSON pointer to the key that an expression gives. */
function pointer(key: string): string {
  return `'/' || replace(replace(${key}, '~', '~0'), '/', '~1')`;
}

/** DuckDB takes the first of two equal keys, the warehouse the last. */
function once(x: string, made: string): string {
  return `CASE WHEN len(json_keys(${x})) > len(list_distinct(json_keys(${x}))) THEN ${repeated} ELSE ${made} END`;
}

function readStruct(x: string, type: StructType, mismatch: Mismatch): string {
  const fields = type.fields.map((field) => {
    const value = `json_extract(${x}, ${pointer(quoteText(field.name))})`;
    return `${quoteName(field.name)} := ${readJson(value, field.type, mismatch)}`;
  });
  return once(x, `struct_pack(${fields.join(", ")})`);
}

/** The second argument: `a INT, b STRING`, or a type of its own as `ARRAY<INT>`. */
function schemaOf(text: string): DataType {
  const type = typeFromText(/^\s*(?:array|map|struct)\s*</i.test(text) ? text : `STRUCT<${text}>`);
  requireReadable(type);
  return type;
}

function requireReadable(type: DataType): void {
  if (type.kind === "array") return requireReadable(type.element);
  if (type.kind === "struct") return type.fields.forEach((field) => requireReadable(field.type));
  if (type.kind === "map") {
    if (type.key.kind === "string") return requireReadable(type.value);
    throw invalidStatement("INVALID_JSON_MAP_KEY_TYPE", "22032", "The keys of a map read from JSON are STRING.");
  }
  if (["binary", "null", "interval"].includes(type.kind)) throw unsupported(`from_json to ${typeText(type)}`);
}

function fromJson(site: CallSite): Made {
  if (site.args.length > 2) throw unsupported("from_json with options");
  const type = schemaOf(literalText(site, 1, "the schema"));
  const kinds = type.kind === "array" ? "ARRAY" : "OBJECT";
  const sql = bind(coerce(argument(site, 0), types.string), (text) => {
    const json = `CAST(${text} AS JSON)`;
    const other = refused(`a text that is no JSON ${kinds.toLowerCase()}`);
    return `CASE WHEN ${text} IS NULL OR trim(${text}) = '' THEN NULL WHEN NOT json_valid(${text}) THEN ${invalid} WHEN json_type(${json}) = '${kinds}' THEN ${readJson(json, type, "null")} ELSE ${other} END`;
  });
  return { sql: `CAST(${sql} AS ${duckType(type)})`, type };
}

export const fromJsonFunction: FunctionSpec = free(
  "json",
  {
    names: "from_json",
    usage: "from_json(json, schema), the schema a literal like 'a INT, b ARRAY<STRING>'",
    args: [2, 3],
  },
  fromJson,
);
