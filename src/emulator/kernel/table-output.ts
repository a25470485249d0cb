// A result of SQL as a table output: Spark's type names, JSON values, and the limits of a notebook.
import type { SqlColumn, SqlTable } from "../sql/engine.ts";
import type { CellOutput, TableColumn } from "./types.ts";

const maxRows = 10_000;
const maxBytes = 2 * 1024 * 1024;

export type TableOutput = Extract<CellOutput, { type: "table" }>;

/** The table as a cell shows it: at most 10,000 rows and 2 MB. */
export function tableOutput(table: SqlTable): TableOutput {
  const columns = table.columns.map((column) => ({ name: column.name, type: simpleType(column.typeText) }));
  const rows = table.rows
    .slice(0, maxRows)
    .map((row) => row.map((value, index) => jsonValue(value, table.columns[index])));
  return limitTable(columns, rows, table.rows.length > maxRows);
}

/** Cuts rows at the limits; `truncated` says that some were cut before. */
export function limitTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly unknown[])[],
  truncated: boolean,
): TableOutput {
  let used = 0;
  let count = 0;
  for (const row of rows.slice(0, maxRows)) {
    used += Buffer.byteLength(JSON.stringify(row));
    if (used > maxBytes) break;
    count += 1;
  }
  return { type: "table", columns, rows: rows.slice(0, count), truncated: truncated || count < rows.length };
}

/** `DECIMAL(10,2)` as Spark's simple text `decimal(10,2)`; names of struct fields keep their case. */
export function simpleType(typeText: string): string {
  return typeText
    .replace(/(?<![\w`])([A-Z_]+)(?=[\s,<>()]|$)(?!\s*:)/g, (word) => word.toLowerCase())
    .replace(/([,:]) (?=[^\s])/g, "$1");
}

/**
 * A value's text as JSON. Whole numbers beyond 2^53 stay digits in text, and so do decimals, because JSON numbers would
 * lose digits of both.
 */
export function jsonValue(text: string | null, column: SqlColumn | undefined): unknown {
  if (text === null || column === undefined) return text;
  switch (column.typeName) {
    case "BOOLEAN":
      return text.toLowerCase() === "true";
    case "BYTE":
    case "SHORT":
    case "INT":
    case "LONG":
      return Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case "FLOAT":
    case "DOUBLE":
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case "ARRAY":
    case "MAP":
    case "STRUCT":
      return jsonOrText(text);
    default:
      return text;
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
