// Arrays, maps and structs.
import { coerce, type Scope, type Typed } from "../analyze/context.ts";
import { meet } from "../analyze/expressions.ts";
import { typeMismatch, unsupported, wrongArguments } from "../faults.ts";
import { longestList, macro } from "../macros.ts";
import { quoteName } from "../names.ts";
import {
  arrayOf,
  duckType,
  isInteger,
  mapOf,
  types,
  typeText,
  type ArrayType,
  type DataType,
  type MapType,
  type StructField,
} from "../types.ts";
import { timeSequence } from "./time-sequence.ts";
import { argument, B, free, I, L, many, S, type CallSite, type FunctionSpec, type Made } from "./define.ts";

const g = "collection";

export function arrayArgument(site: CallSite, index: number): { readonly sql: string; readonly type: ArrayType } {
  const piece = argument(site, index);
  if (piece.type.kind === "array") return { sql: piece.sql, type: piece.type };
  throw typeMismatch(site.shown, `an array is wanted, not "${typeText(piece.type)}"`);
}

export function mapArgument(site: CallSite, index: number): { readonly sql: string; readonly type: MapType } {
  const piece = argument(site, index);
  if (piece.type.kind === "map") return { sql: piece.sql, type: piece.type };
  throw typeMismatch(site.shown, `a map is wanted, not "${typeText(piece.type)}"`);
}

function makeArray(site: CallSite): Made {
  const element = meet(site.args, site.shown);
  return { sql: `[${site.args.map((piece) => coerce(piece, element)).join(", ")}]`, type: arrayOf(element) };
}

function makeMap(site: CallSite): Made {
  const { args } = site;
  if (args.length % 2 === 1) throw wrongArguments("map", "an even number of", args.length);
  if (args.length === 0)
    return { sql: "map(CAST([] AS INTEGER[]), CAST([] AS INTEGER[]))", type: mapOf(types.null, types.null) };
  const keys = args.filter((_, index) => index % 2 === 0);
  const values = args.filter((_, index) => index % 2 === 1);
  const type = mapOf(meet(keys, site.shown), meet(values, site.shown));
  const list = (pieces: readonly Typed[], to: DataType): string =>
    `[${pieces.map((piece) => coerce(piece, to)).join(", ")}]`;
  return { sql: `map(${list(keys, type.key)}, ${list(values, type.value)})`, type };
}

function makeStruct(site: CallSite): Made {
  const fields = site.node.args.map((node, index): [string, Typed] => {
    const piece = argument(site, index);
    if (node.node === "call" && node.name === "as") return [piece.shown, piece];
    if (node.node === "column" || node.node === "field") return [piece.shown, piece];
    return [`col${index + 1}`, piece];
  });
  return packStruct(fields);
}

function makeNamedStruct(site: CallSite): Made {
  if (site.args.length % 2 === 1 || site.args.length === 0)
    throw wrongArguments("named_struct", "an even number of", site.args.length);
  const fields: [string, Typed][] = [];
  for (let index = 0; index < site.args.length; index += 2) {
    const name = argument(site, index).literal?.value;
    if (typeof name !== "string") throw typeMismatch(site.shown, "the names of a struct's fields are literal texts");
    fields.push([name, argument(site, index + 1)]);
  }
  return packStruct(fields);
}

function packStruct(fields: readonly (readonly [string, Typed])[]): Made {
  const names = fields.map(([name]) => name.toLowerCase());
  if (new Set(names).size < names.length) throw unsupported("a struct with two fields of the same name");
  const parts: StructField[] = fields.map(([name, piece]) => ({ name, type: piece.type }));
  return {
    sql: `struct_pack(${fields.map(([name, piece]) => `${quoteName(name)} := ${piece.sql}`).join(", ")})`,
    type: { kind: "struct", fields: parts },
  };
}

function size(site: CallSite): Made {
  const piece = argument(site, 0);
  if (piece.type.kind === "array") return { sql: `CAST(len(${piece.sql}) AS INTEGER)`, type: I };
  if (piece.type.kind === "null") return { sql: "CAST(NULL AS INTEGER)", type: I };
  return { sql: `CAST(cardinality(${mapArgument(site, 0).sql}) AS INTEGER)`, type: I };
}

function elementAt(helper: "element_at" | "try_element_at"): (site: CallSite) => Made {
  return (site) => {
    const piece = argument(site, 0);
    const index = argument(site, 1);
    if (piece.type.kind === "map")
      return { sql: `(${piece.sql})[${coerce(index, piece.type.key)}]`, type: piece.type.value };
    const { sql, type } = arrayArgument(site, 0);
    if (!isInteger(index.type)) throw typeMismatch(site.shown, "the index must be a whole number");
    return { sql: macro(helper, sql, coerce(index, L)), type: type.element };
  };
}

/** An array and a value of its element type. */
function withElement(
  site: CallSite,
  arrayIndex = 0,
  valueIndex = 1,
): { readonly list: string; readonly value: string; readonly element: DataType } {
  const array = arrayArgument(site, arrayIndex);
  const value = argument(site, valueIndex);
  const probe: Typed = { ...value, sql: "item", type: array.type.element };
  const element = meet([probe, value], site.shown);
  return { list: coerce(argument(site, arrayIndex), arrayOf(element)), value: coerce(value, element), element };
}

/** How many items a call may make: fewer where it is made for each row. */
function mostItems({ scope }: CallSite): string {
  for (let place: Scope | undefined = scope; place !== undefined; place = place.parent)
    if (place.columns.length > 0) return String(longestList.eachRow);
  return String(longestList.once);
}

function sequence(site: CallSite): Made {
  const [from, to] = [argument(site, 0), argument(site, 1)];
  const step = site.node.args[2];
  if (step?.node === "interval") return timeSequence(site, step.parts, mostItems(site));
  if (from.type.kind === "date" && to.type.kind === "date") {
    if (site.args.length > 2) throw unsupported("sequence of dates with a step");
    const sql = `CASE WHEN ${from.sql} <= ${to.sql} THEN generate_series(${from.sql}, ${to.sql}, INTERVAL 1 DAY) ELSE generate_series(${from.sql}, ${to.sql}, INTERVAL (-1) DAY) END`;
    return { sql: `CAST(${sql} AS DATE[])`, type: arrayOf(types.date) };
  }
  const type = meet(site.args, site.shown);
  if (!isInteger(type)) throw unsupported(`sequence of ${typeText(type)}`);
  const [start, stop] = [coerce(from, L), coerce(to, L)];
  const by = site.args[2] === undefined ? `CASE WHEN ${start} <= ${stop} THEN 1 ELSE -1 END` : coerce(site.args[2], L);
  return {
    sql: `CAST(${macro("number_sequence", start, stop, by, mostItems(site))} AS ${duckType(type)}[])`,
    type: arrayOf(type),
  };
}

function slice(site: CallSite): Made {
  const { sql, type } = arrayArgument(site, 0);
  return { sql: macro("slice_list", sql, coerce(argument(site, 1), L), coerce(argument(site, 2), L)), type };
}

function flatten(site: CallSite): Made {
  const { sql, type } = arrayArgument(site, 0);
  if (type.element.kind !== "array") throw typeMismatch(site.shown, "an array of arrays is wanted");
  return {
    sql: `CASE WHEN len(list_filter(${sql}, lambda item: item IS NULL)) > 0 THEN NULL ELSE flatten(${sql}) END`,
    type: type.element,
  };
}

function onArray(names: string, usage: string, build: (list: string, type: ArrayType) => Made): FunctionSpec {
  return free(g, { names, usage, args: [1, 1] }, (site) => {
    const { sql, type } = arrayArgument(site, 0);
    return build(sql, type);
  });
}

/** Two arrays brought to one element type; NULL when one of them is. */
function combined(name: string, build: (a: string, b: string) => string): FunctionSpec {
  return free(g, { names: name, usage: `${name}(array, array)`, args: [2, 2] }, (site) => {
    arrayArgument(site, 0);
    arrayArgument(site, 1);
    const type = meet(site.args, site.shown);
    const [a, b] = [coerce(argument(site, 0), type), coerce(argument(site, 1), type)];
    return { sql: `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE ${build(a, b)} END`, type };
  });
}

/** Whether `item` is in the list; a NULL counts as equal to a NULL. */
function among(list: string): string {
  return `len(list_filter(${list}, lambda other: other IS NOT DISTINCT FROM item)) > 0`;
}

export const collectionFunctions: readonly FunctionSpec[] = [
  free(g, { names: "array", usage: "array(a, b, ...)", args: [0, many] }, makeArray),
  free(g, { names: "map", usage: "map(key, value, ...)", args: [0, many] }, makeMap),
  free(g, { names: "struct", usage: "struct(a [AS name], ...)", args: [1, many] }, makeStruct),
  free(g, { names: "named_struct", usage: "named_struct('name', value, ...)", args: [2, many] }, makeNamedStruct),
  free(g, { names: "size cardinality", usage: "size(array or map)", args: [1, 1] }, size),
  onArray("array_size", "array_size(array)", (list) => ({ sql: `CAST(len(${list}) AS INTEGER)`, type: I })),
  free(
    g,
    { names: "element_at", usage: "element_at(array, index from 1) or element_at(map, key)", args: [2, 2] },
    elementAt("element_at"),
  ),
  free(
    g,
    { names: "try_element_at", usage: "try_element_at(array or map, index or key)", args: [2, 2] },
    elementAt("try_element_at"),
  ),
  free(g, { names: "get", usage: "get(array, index from 0)", args: [2, 2] }, (site) => {
    const { sql, type } = arrayArgument(site, 0);
    const index = coerce(argument(site, 1), L);
    return { sql: `CASE WHEN ${index} >= 0 THEN (${sql})[${index} + 1] END`, type: type.element };
  }),
  free(g, { names: "array_contains", usage: "array_contains(array, value)", args: [2, 2] }, (site) => {
    const { list, value } = withElement(site);
    return { sql: macro("marks_exists", `list_transform(${list}, lambda item: item = ${value})`), type: B };
  }),
  free(g, { names: "array_position", usage: "array_position(array, value)", args: [2, 2] }, (site) => {
    const { list, value } = withElement(site);
    return {
      sql: `CASE WHEN ${list} IS NULL OR ${value} IS NULL THEN NULL ELSE CAST(coalesce(list_position(${list}, ${value}), 0) AS BIGINT) END`,
      type: L,
    };
  }),
  free(g, { names: "array_remove", usage: "array_remove(array, value)", args: [2, 2] }, (site) => {
    const { list, value, element } = withElement(site);
    return {
      sql: `CASE WHEN ${value} IS NULL THEN NULL ELSE list_filter(${list}, lambda item: item IS DISTINCT FROM ${value}) END`,
      type: arrayOf(element),
    };
  }),
  free(g, { names: "array_append", usage: "array_append(array, value)", args: [2, 2] }, (site) => {
    const { list, value, element } = withElement(site);
    return {
      sql: `CASE WHEN ${list} IS NULL THEN NULL ELSE list_append(${list}, ${value}) END`,
      type: arrayOf(element),
    };
  }),
  free(g, { names: "array_prepend", usage: "array_prepend(array, value)", args: [2, 2] }, (site) => {
    const { list, value, element } = withElement(site);
    return {
      sql: `CASE WHEN ${list} IS NULL THEN NULL ELSE list_prepend(${value}, ${list}) END`,
      type: arrayOf(element),
    };
  }),
  onArray("array_distinct", "array_distinct(array)", (list, type) => ({ sql: macro("distinct_list", list), type })),
  combined("array_union", (a, b) => macro("distinct_list", `list_concat(${a}, ${b})`)),
  combined("array_intersect", (a, b) => macro("distinct_list", `list_filter(${a}, lambda item: ${among(b)})`)),
  combined("array_except", (a, b) => macro("distinct_list", `list_filter(${a}, lambda item: NOT (${among(b)}))`)),
  free(g, { names: "map_entries", usage: "map_entries(map)", args: [1, 1] }, (site) => {
    const { sql, type } = mapArgument(site, 0);
    const fields = [
      { name: "key", type: type.key },
      { name: "value", type: type.value },
    ];
    return { sql: `map_entries(${sql})`, type: arrayOf({ kind: "struct", fields }) };
  }),
  onArray("array_compact", "array_compact(array)", (list, type) => ({
    sql: `list_filter(${list}, lambda item: item IS NOT NULL)`,
    type,
  })),
  onArray("array_max", "array_max(array)", (list, type) => ({ sql: `list_max(${list})`, type: type.element })),
  onArray("array_min", "array_min(array)", (list, type) => ({ sql: `list_min(${list})`, type: type.element })),
  onArray("array_sort", "array_sort(array)", (list, type) => ({
    sql: `CAST(list_sort(${list}, 'ASC', 'NULLS LAST') AS ${duckType(type)})`,
    type,
  })),
  free(
    g,
    { names: "sort_array", usage: "sort_array(array[, ascending]), the direction a literal", args: [1, 2] },
    (site) => {
      const { sql, type } = arrayArgument(site, 0);
      const ascending = site.args[1] === undefined ? true : site.args[1].literal?.value;
      if (typeof ascending !== "boolean") throw unsupported("a direction of sort_array that is not a literal");
      return {
        sql: `CAST(list_sort(${sql}, ${ascending ? "'ASC', 'NULLS FIRST'" : "'DESC', 'NULLS LAST'"}) AS ${duckType(type)})`,
        type,
      };
    },
  ),
  free(g, { names: "array_join", usage: "array_join(array, separator[, for null])", args: [2, 3] }, (site) => {
    const list = coerce(argument(site, 0), arrayOf(S));
    const separator = coerce(argument(site, 1), S);
    const absent = site.args[2] === undefined ? "" : ` OR ${coerce(site.args[2], S)} IS NULL`;
    const items =
      site.args[2] === undefined
        ? `list_filter(${list}, lambda item: item IS NOT NULL)`
        : `list_transform(${list}, lambda item: coalesce(item, ${coerce(site.args[2], S)}))`;
    return {
      sql: `CASE WHEN ${list} IS NULL OR ${separator} IS NULL${absent} THEN NULL WHEN len(${items}) = 0 THEN '' ELSE array_to_string(${items}, ${separator}) END`,
      type: S,
    };
  }),
  free(g, { names: "array_repeat", usage: "array_repeat(value, times)", args: [2, 2] }, (site) => {
    const value = argument(site, 0);
    const times = coerce(argument(site, 1), I);
    const repeated = `list_transform(range(${macro("item_count", times, mostItems(site))}), lambda item: ${coerce(value, value.type)})`;
    const type = arrayOf(value.type);
    return { sql: `CASE WHEN ${times} IS NULL THEN NULL ELSE CAST(${repeated} AS ${duckType(type)}) END`, type };
  }),
  free(g, { names: "flatten", usage: "flatten(array of arrays)", args: [1, 1] }, flatten),
  free(g, { names: "slice", usage: "slice(array, from, length)", args: [3, 3] }, slice),
  free(
    g,
    {
      names: "sequence",
      usage: "sequence(from, to[, step]) of whole numbers, of dates, or of timestamps by an INTERVAL",
      args: [2, 3],
    },
    sequence,
  ),
  free(g, { names: "map_keys", usage: "map_keys(map)", args: [1, 1] }, (site) => {
    const { sql, type } = mapArgument(site, 0);
    return { sql: `map_keys(${sql})`, type: arrayOf(type.key) };
  }),
  free(g, { names: "map_values", usage: "map_values(map)", args: [1, 1] }, (site) => {
    const { sql, type } = mapArgument(site, 0);
    return { sql: `map_values(${sql})`, type: arrayOf(type.value) };
  }),
  free(g, { names: "map_contains_key", usage: "map_contains_key(map, key)", args: [2, 2] }, (site) => {
    const { sql, type } = mapArgument(site, 0);
    return { sql: `list_contains(map_keys(${sql}), ${coerce(argument(site, 1), type.key)})`, type: B };
  }),
  free(g, { names: "map_from_arrays", usage: "map_from_arrays(keys, values)", args: [2, 2] }, (site) => {
    const [keys, values] = [arrayArgument(site, 0), arrayArgument(site, 1)];
    return {
      sql: `CASE WHEN ${keys.sql} IS NULL OR ${values.sql} IS NULL THEN NULL ELSE map(${keys.sql}, ${values.sql}) END`,
      type: mapOf(keys.type.element, values.type.element),
    };
  }),
];
