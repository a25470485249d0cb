// Maps made of other maps and of arrays, and arrays walked side by side.
import { coerce, type LambdaParameter } from "../analyze/context.ts";
import { meet } from "../analyze/expressions.ts";
import { typeMismatch } from "../faults.ts";
import { quoteName } from "../names.ts";
import { arrayOf, duckType, mapOf, types, type DataType, type StructField } from "../types.ts";
import { arrayArgument, mapArgument } from "./collection.ts";
import { argument, B, free, many, type CallSite, type FunctionSpec, type Made } from "./define.ts";
import { lambda } from "./lambda.ts";

const g = "collection";
const keyOf = (entry: string): string => `struct_extract(${entry}, 'key')`;
const valueOf = (entry: string): string => `struct_extract(${entry}, 'value')`;

interface Parts {
  /** DuckDB name of one entry. */
  readonly entry: string;
  readonly key: string;
  readonly value: string;
}

/** A map of lists of keys and values: DuckDB refuses keys that are NULL or come twice, as the warehouse does. */
function mapped(present: string, entries: string, { entry, key, value }: Parts): string {
  const list = (item: string): string => `list_transform(${entries}, lambda ${entry}: ${item})`;
  return `CASE WHEN ${present} THEN map(${list(key)}, ${list(value)}) END`;
}

/** A name that no lambda around has, so that an inner one does not hide its entry. */
function unique(site: CallSite, name: string): string {
  return `${name}_${site.context.unique()}`;
}

/** The body of `(k, v) -> ...` over one entry of a map, which DuckDB's lambda has under one name. */
function overEntry(site: CallSite, entry: string): ReturnType<typeof lambda>["body"] {
  const { type } = mapArgument(site, 0);
  const parameters: LambdaParameter[] = [
    { type: type.key, read: () => keyOf(entry) },
    { type: type.value, read: () => valueOf(entry) },
  ];
  return lambda(site, 1, parameters).body;
}

function transformed(part: "keys" | "values"): FunctionSpec {
  const name = `transform_${part}`;
  return free(g, { names: name, usage: `${name}(map, (key, value) -> ...)`, args: [2, 2] }, (site) => {
    const { sql, type } = mapArgument(site, 0);
    const entry = unique(site, "entry");
    const body = overEntry(site, entry);
    const [key, value] = part === "keys" ? [body.sql, valueOf(entry)] : [keyOf(entry), body.sql];
    return {
      sql: mapped(`(${sql}) IS NOT NULL`, `map_entries(${sql})`, { entry, key, value }),
      type: part === "keys" ? mapOf(body.type, type.value) : mapOf(type.key, body.type),
    };
  });
}

function filtered(site: CallSite): Made {
  const { sql, type } = mapArgument(site, 0);
  const entry = unique(site, "entry");
  const kept = `list_filter(map_entries(${sql}), lambda ${entry}: ${coerce(overEntry(site, entry), B)})`;
  return { sql: mapped(`(${sql}) IS NOT NULL`, kept, { entry, key: keyOf(entry), value: valueOf(entry) }), type };
}

function concatenated(site: CallSite): Made {
  const type = meet(site.args, site.shown);
  if (type.kind !== "map") throw typeMismatch(site.shown, "maps are wanted");
  const entry = unique(site, "entry");
  const maps = site.args.map((piece) => coerce(piece, type));
  const entries = maps.map((sql) => `map_entries(${sql})`).reduce((left, right) => `list_concat(${left}, ${right})`);
  const present = maps.map((sql) => `(${sql}) IS NOT NULL`).join(" AND ");
  return { sql: mapped(present, entries, { entry, key: keyOf(entry), value: valueOf(entry) }), type };
}

function ofEntries(site: CallSite): Made {
  const { sql, type } = arrayArgument(site, 0);
  const [key, value, more] = type.element.kind === "struct" ? type.element.fields : [];
  if (key === undefined || value === undefined || more !== undefined)
    throw typeMismatch(site.shown, "an array of structs of two fields is wanted");
  const read = (field: StructField): string => `struct_extract(entry, '${field.name.replaceAll("'", "''")}')`;
  // A NULL among the entries makes the whole map NULL.
  const present = `len(list_filter(${sql}, lambda entry: entry IS NULL)) = 0`;
  return {
    sql: mapped(present, sql, { entry: "entry", key: read(key), value: read(value) }),
    type: mapOf(key.type, value.type),
  };
}

/** zip_with: the shorter array counts as filled with NULL. */
function zippedWith(site: CallSite): Made {
  const [left, right] = [arrayArgument(site, 0), arrayArgument(site, 1)];
  const pair = unique(site, "pair");
  const { body } = lambda(site, 2, [
    { type: left.type.element, read: () => `struct_extract(${pair}, 1)` },
    { type: right.type.element, read: () => `struct_extract(${pair}, 2)` },
  ]);
  const pairs = `list_zip(${left.sql}, ${right.sql})`;
  const type = arrayOf(body.type);
  return {
    sql: `CASE WHEN (${left.sql}) IS NOT NULL AND (${right.sql}) IS NOT NULL THEN CAST(list_transform(${pairs}, lambda ${pair}: ${body.sql}) AS ${duckType(type)}) END`,
    type,
  };
}

/** arrays_zip: structs of the items at one place, under the names of the columns or their numbers from 0. */
function zipped(site: CallSite): Made {
  const lists = site.args.map((_, index) => arrayArgument(site, index));
  const fields = lists.map(({ type }, index): StructField => {
    const node = site.node.args[index];
    const named = node?.node === "column" || node?.node === "field";
    return { name: named ? argument(site, index).shown : String(index), type: type.element };
  });
  const type: DataType = { kind: "struct", fields };
  if (new Set(fields.map(({ name }) => name.toLowerCase())).size < fields.length)
    throw typeMismatch(site.shown, "two of the arrays have one name");
  const packed = fields.map(({ name }, index) => `${quoteName(name)} := struct_extract(pair, ${index + 1})`);
  const rows = `list_transform(list_zip(${lists.map(({ sql }) => sql).join(", ")}), lambda pair: struct_pack(${packed.join(", ")}))`;
  const present = lists.map(({ sql }) => `(${sql}) IS NOT NULL`).join(" AND ");
  return { sql: `CASE WHEN ${present} THEN CAST(${rows} AS ${duckType(arrayOf(type))}) END`, type: arrayOf(type) };
}

/** Whether two arrays share an item that is not NULL; unknown where a NULL might be that item. */
function overlaps(site: CallSite): Made {
  arrayArgument(site, 0);
  arrayArgument(site, 1);
  const type = meet(site.args, site.shown);
  const [a, b] = [coerce(argument(site, 0), type), coerce(argument(site, 1), type)];
  const hasNull = (list: string): string => `len(list_filter(${list}, lambda item: item IS NULL)) > 0`;
  const shared = `len(list_filter(${a}, lambda item: item IS NOT NULL AND list_contains(${b}, item))) > 0`;
  const unknown = `len(${a}) > 0 AND len(${b}) > 0 AND (${hasNull(a)} OR ${hasNull(b)})`;
  return {
    sql: `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN ${shared} THEN true WHEN ${unknown} THEN NULL ELSE false END`,
    type: types.boolean,
  };
}

export const mapFunctions: readonly FunctionSpec[] = [
  free(g, { names: "map_concat", usage: "map_concat(map, ...)", args: [1, many] }, concatenated),
  free(g, { names: "map_from_entries", usage: "map_from_entries(array of structs)", args: [1, 1] }, ofEntries),
  free(g, { names: "map_filter", usage: "map_filter(map, (key, value) -> condition)", args: [2, 2] }, filtered),
  transformed("keys"),
  transformed("values"),
  free(g, { names: "zip_with", usage: "zip_with(array, array, (x, y) -> value)", args: [3, 3] }, zippedWith),
  free(g, { names: "arrays_zip", usage: "arrays_zip(array, ...)", args: [1, many] }, zipped),
  free(g, { names: "arrays_overlap", usage: "arrays_overlap(array, array)", args: [2, 2] }, overlaps),
];
