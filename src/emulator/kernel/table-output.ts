// A result of SQL as a table output: Spark's type names, JSON values, and the limits of a notebook.
import { isObject } from "../../platform/json.ts";
import type { SqlTable } from "../sql/engine.ts";
import { typeFromText } from "../sql/parse/types.ts";
import { describeType, isComplex, isFloating, isInteger, type DataType } from "../sql/types.ts";
import type { CellOutput, TableColumn } from "./types.ts";

/** Rows that a cell shows at most. */
export const shownRows = 10_000;
const maxBytes = 2 * 1024 * 1024;

export type TableOutput = Extract<CellOutput, { type: "table" }>;

/** The table as a cell shows it: at most 10,000 rows and 2 MB. */
export function tableOutput(table: SqlTable): TableOutput {
  const types = table.columns.map((column) => typeOf(column.typeText));
  const columns = table.columns.map(({ name, typeText }, index) => ({
    name,
    type: simpleType(types[index], typeText),
  }));
  const rows = table.rows.slice(0, shownRows).map((row) => row.map((value, index) => jsonValue(value, types[index])));
  return limitTable(columns, rows, table.truncated === true || table.rows.length > shownRows);
}

/** Cuts rows at the limits; `truncated` says that some were cut before. */
export function limitTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly unknown[])[],
  truncated: boolean,
): TableOutput {
  let used = 0;
  let count = 0;
  for (const row of rows.slice(0, shownRows)) {
    used += Buffer.byteLength(JSON.stringify(row));
    if (used > maxBytes) break;
    count += 1;
  }
  return { type: "table", columns, rows: rows.slice(0, count), truncated: truncated || count < rows.length };
}

/** `DECIMAL(10,2)` as Spark's simple text `decimal(10,2)`; names of struct fields keep their case. */
function simpleType(type: DataType | undefined, typeText: string): string {
  return type === undefined ? typeText.toLowerCase() : describeType(type);
}

/** The type of a column, or undefined for one that no statement can write (an interval). */
function typeOf(typeText: string): DataType | undefined {
  try {
    return typeFromText(typeText);
  } catch {
    return undefined;
  }
}

/**
 * A value's text as JSON. Whole numbers beyond 2^53 stay digits in text, and so do decimals, because JSON numbers would
 * lose digits of both; NaN and the infinities have no JSON number.
 */
function jsonValue(text: string | null, type: DataType | undefined): unknown {
  if (text === null || type === undefined) return text;
  return isComplex(type) ? nestedValue(JSON.parse(text), type) : scalarValue(text, type);
}

function scalarValue(text: string, type: DataType): unknown {
  if (type.kind === "boolean") return text.toLowerCase() === "true";
  if (isInteger(type)) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (isFloating(type)) return Number.isFinite(Number(text)) ? Number(text) : text;
  return text;
}

/** The scalars of nested values are texts in JSON. */
function nestedValue(value: unknown, type: DataType): unknown {
  if (type.kind === "array" && Array.isArray(value)) return value.map((item) => nestedValue(item, type.element));
  if (type.kind === "map" && isObject(value)) return mapValues(value, () => type.value);
  if (type.kind === "struct" && isObject(value)) {
    const kinds = new Map(type.fields.map((field) => [field.name, field.type]));
    return mapValues(value, (name) => kinds.get(name));
  }
  return typeof value === "string" ? scalarValue(value, type) : value;
}

function mapValues(value: Record<string, unknown>, typeAt: (name: string) => DataType | undefined): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const type = typeAt(name);
      return [name, type === undefined ? item : nestedValue(item, type)];
    }),
  );
}
