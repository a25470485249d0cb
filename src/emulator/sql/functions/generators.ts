// Functions that make several rows of one: explode and its kin, and range.
import { castSql } from "../casts.ts";
import { typeMismatch, unresolvedRoutine, unsupported, wrongArguments } from "../faults.ts";
import { coerce, type OutputColumn, type Typed } from "../analyze/context.ts";
import { quoteText } from "../names.ts";
import { duckType, types, typeText } from "../types.ts";

export interface Generated {
  /** A DuckDB query that may refer to the row before it. Its columns are c0, c1, ... */
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

interface Generator {
  readonly usage: string;
  readonly positions: boolean;
  readonly outer: boolean;
}

/** Generators that may stand in a SELECT list, in LATERAL VIEW, and in FROM. */
export const generators: Readonly<Record<string, Generator>> = {
  explode: { usage: "explode(array or map)", positions: false, outer: false },
  explode_outer: { usage: "explode_outer(array or map)", positions: false, outer: true },
  posexplode: { usage: "posexplode(array or map)", positions: true, outer: false },
  posexplode_outer: { usage: "posexplode_outer(array or map)", positions: true, outer: true },
  inline: { usage: "inline(array of structs)", positions: false, outer: false },
  inline_outer: { usage: "inline_outer(array of structs)", positions: false, outer: true },
};

export function isGenerator(name: string): boolean {
  return Object.hasOwn(generators, name);
}

/** The rows that a generator makes. Throws UNRESOLVED_ROUTINE for one that is not supported. */
export function generate(name: string, args: readonly Typed[]): Generated & { readonly outer: boolean } {
  const generator = generators[name];
  if (generator === undefined) throw unresolvedRoutine(name);
  const [piece, ...more] = args;
  if (piece === undefined || more.length > 0) throw wrongArguments(name, "1", args.length);
  if (piece.aggregate) throw unsupported(`${name} of an aggregate`);
  return { ...rowsOf(name, piece, generator.positions), outer: generator.outer };
}

function rowsOf(name: string, piece: Typed, positions: boolean): Generated {
  const { type } = piece;
  if (name.startsWith("inline")) return inlineRows(name, piece);
  const values: [string, OutputColumn][] = [];
  if (type.kind === "array") {
    if (positions)
      values.push([
        `unnest(list_transform(range(len(${piece.sql})), lambda item: CAST(item AS INTEGER)))`,
        { name: "pos", type: types.int },
      ]);
    values.push([`unnest(${piece.sql})`, { name: "col", type: type.element }]);
  } else if (type.kind === "map") {
    if (positions)
      values.push([
        `unnest(list_transform(range(CAST(cardinality(${piece.sql}) AS BIGINT)), lambda item: CAST(item AS INTEGER)))`,
        { name: "pos", type: types.int },
      ]);
    values.push([`unnest(map_keys(${piece.sql}))`, { name: "key", type: type.key }]);
    values.push([`unnest(map_values(${piece.sql}))`, { name: "value", type: type.value }]);
  } else throw typeMismatch(`${name}(${piece.shown})`, `an array or a map is wanted, not "${typeText(type)}"`);
  return {
    sql: `SELECT ${values.map(([sql], index) => `${sql} AS c${index}`).join(", ")}`,
    columns: values.map(([, column]) => column),
  };
}

function inlineRows(name: string, piece: Typed): Generated {
  const { type } = piece;
  if (type.kind !== "array" || type.element.kind !== "struct")
    throw typeMismatch(`${name}(${piece.shown})`, "an array of structs is wanted");
  const { fields } = type.element;
  const reads = fields.map((field, index) => `struct_extract(row, ${quoteText(field.name)}) AS c${index}`);
  return { sql: `SELECT ${reads.join(", ")} FROM (SELECT unnest(${piece.sql}) AS row) AS rows`, columns: fields };
}

/** range(end), range(start, end[, step]): one column, id. */
export function rangeRows(args: readonly Typed[]): Generated {
  if (args.length === 0 || args.length > 4) throw wrongArguments("range", "1 to 4", args.length);
  const numbers = args.map((piece) => castSql({ sql: coerce(piece, types.long), from: types.long, to: types.long }));
  const [first = "0", second, step = "1"] = numbers;
  const bounds = second === undefined ? `0, ${first}, 1` : `${first}, ${second}, ${step}`;
  return {
    sql: `SELECT CAST(range AS ${duckType(types.long)}) AS c0 FROM range(${bounds})`,
    columns: [{ name: "id", type: types.long }],
  };
}
