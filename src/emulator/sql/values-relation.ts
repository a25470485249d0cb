// Rows that are at hand, as a relation that SQL can read.
import type { FoundTable, OutputColumn } from "./analyze/context.ts";
import { quoteName, quoteText } from "./names.ts";
import { duckType } from "./types.ts";

/** Times are milliseconds since the epoch; structs are objects. */
export type Value = string | number | boolean | null | { readonly [field: string]: Value };

export interface Relation {
  readonly columns: readonly OutputColumn[];
  readonly rows: readonly (readonly Value[])[];
}

/** The relation under that name. */
export function valuesRelation(
  path: readonly [string, string, string],
  { columns, rows }: Relation,
): Extract<FoundTable, { kind: "table" }> {
  const names = columns.map((column) => quoteName(column.name)).join(", ");
  const casts = columns
    .map((column) => `CAST(${quoteName(column.name)} AS ${duckType(column.type)}) AS ${quoteName(column.name)}`)
    .join(", ");
  const nothing = `(${columns.map(() => "NULL").join(", ")})`;
  const lines = rows.map((row) => `(${row.map((value, index) => valueSql(value, columns[index])).join(", ")})`);
  const body = lines.length === 0 ? `${nothing}) AS i(${names}) WHERE false` : `${lines.join(", ")}) AS i(${names})`;
  return { kind: "table", sql: `(SELECT ${casts} FROM (VALUES ${body})`, columns, path };
}

function valueSql(value: Value, column: OutputColumn | undefined): string {
  if (value === null) return "NULL";
  if (typeof value === "object") return `CAST(${quoteText(JSON.stringify(value))} AS JSON)`;
  if (typeof value === "string") return quoteText(value);
  return column?.type.kind === "timestamp" ? `make_timestamptz(${Number(value) * 1000})` : String(value);
}
