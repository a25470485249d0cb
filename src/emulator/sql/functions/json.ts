// Functions on JSON texts.
import { castSql } from "../casts.ts";
import { coerce } from "../analyze/context.ts";
import { typeMismatch, unsupported } from "../faults.ts";
import { failure } from "../macros.ts";
import { quoteText } from "../names.ts";
import { isComplex, isFloating, isNumeric, types, typeText, type DataType } from "../types.ts";
import { fromJsonFunction } from "./from-json.ts";
import { argument, fixed, free, S, type CallSite, type FunctionSpec, type Made } from "./define.ts";

/** A JSON path of names and indexes; `*` and filters are refused. */
function jsonPath(site: CallSite): string {
  const path = argument(site, 1).literal?.value;
  if (typeof path !== "string") throw unsupported("a path of get_json_object that is not a literal");
  const steps = /^\$((?:\.[A-Za-z_][\w-]*)|(?:\[\d+\])|(?:\['[^'"\\]+'\]))*$/.test(path);
  if (!steps) throw unsupported(`the JSON path ${path}`);
  return path
    .slice(1)
    .replace(/\['([^']+)'\]/g, '."$1"')
    .replace(/\.([A-Za-z_][\w-]*)/g, '."$1"');
}

/** A value as the JSON that to_json writes: fields that are NULL are left out, items and values of maps are written as null. */
function jsonSql(sql: string, type: DataType): string {
  const orNull = (value: string, inner: DataType): string => `coalesce(${jsonSql(value, inner)}, 'null')`;
  switch (type.kind) {
    case "struct": {
      const fields = type.fields.map((field) => {
        const read = `struct_extract(${sql}, ${quoteText(field.name)})`;
        return `${quoteText(`${JSON.stringify(field.name)}:`)} || ${jsonSql(read, field.type)}`;
      });
      return `CASE WHEN ${sql} IS NOT NULL THEN '{' || concat_ws(',', ${fields.join(", ")}) || '}' END`;
    }
    case "array":
      return `'[' || coalesce(array_to_string(list_transform(${sql}, lambda item: ${orNull("item", type.element)}), ','), '') || CASE WHEN ${sql} IS NOT NULL THEN ']' END`;
    case "map": {
      const key = `CAST(to_json(${castSql({ sql: "struct_extract(item, 'key')", from: type.key, to: S })}) AS VARCHAR)`;
      const pair = `${key} || ':' || ${orNull("struct_extract(item, 'value')", type.value)}`;
      return `'{' || coalesce(array_to_string(list_transform(map_entries(${sql}), lambda item: ${pair}), ','), '') || CASE WHEN ${sql} IS NOT NULL THEN '}' END`;
    }
    default:
      return scalarJson(sql, type);
  }
}

function scalarJson(sql: string, type: DataType): string {
  if (type.kind === "null") return "CAST(NULL AS VARCHAR)";
  if (type.kind === "timestamp") return `strftime(CAST(${sql} AS TIMESTAMP), '"%Y-%m-%dT%H:%M:%S.%gZ"')`;
  if (type.kind === "timestamp_ntz") return `strftime(${sql}, '"%Y-%m-%dT%H:%M:%S.%g"')`;
  if (type.kind === "binary") return `'"' || base64(${sql}) || '"'`;
  const text = castSql({ sql, from: type, to: S });
  if (isFloating(type)) return `CASE WHEN isfinite(${sql}) THEN ${text} ELSE '"' || ${text} || '"' END`;
  return isNumeric(type) || type.kind === "boolean" ? text : `CAST(to_json(${text}) AS VARCHAR)`;
}

function toJson(site: CallSite): Made {
  const piece = argument(site, 0);
  if (!isComplex(piece.type))
    throw typeMismatch(site.shown, `a struct, array or map is wanted, not "${typeText(piece.type)}"`);
  // A NULL among constants would make DuckDB forget the type.
  return { sql: `CAST(${jsonSql(piece.sql, piece.type)} AS VARCHAR)`, type: types.string };
}

/** The warehouse reads single quotes, and what stands before an error: NULL would be wrong there. */
const lenient = failure(
  "UNSUPPORTED_FEATURE",
  "0A000",
  "'The emulator does not support get_json_object of a text that begins as JSON and is not valid JSON.'",
);

export const jsonFunctions: readonly FunctionSpec[] = [
  fromJsonFunction,
  free("json", { names: "to_json", usage: "to_json(struct, array or map)", args: [1, 1] }, toJson),
  free(
    "json",
    {
      names: "get_json_object",
      usage: "get_json_object(json, path), the path a literal of names and indexes",
      args: [2, 2],
    },
    (site) => {
      const text = coerce(argument(site, 0), S);
      return {
        sql: `CASE WHEN json_valid(${text}) THEN json_extract_string(${text}, ${quoteText(`$${jsonPath(site)}`)}) WHEN regexp_matches(${text}, '^\\s*(\\[|\\{[^:]*:)') THEN ${lenient} END`,
        type: S,
      };
    },
  ),
  fixed(
    "json",
    { names: "json_array_length", usage: "json_array_length(json)", takes: [S], gives: types.int },
    (x) => `CASE WHEN json_valid(${x}) AND json_type(${x}) = 'ARRAY' THEN CAST(json_array_length(${x}) AS INTEGER) END`,
  ),
  fixed(
    "json",
    { names: "json_object_keys", usage: "json_object_keys(json)", takes: [S], gives: { kind: "array", element: S } },
    (x) => `CASE WHEN json_valid(${x}) AND json_type(${x}) = 'OBJECT' THEN json_keys(${x}) END`,
  ),
];
