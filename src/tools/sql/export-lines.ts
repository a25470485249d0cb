// Rows as lines of a file: CSV after RFC 4180, or one JSON object a line. Nothing of a number is lost.
import type { StatementColumn } from "../../workspace/statement.ts";

type Row = readonly (string | null)[];

/** Appends to the file. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

export interface RowWriter {
  rows(rows: readonly Row[]): Promise<void>;
  /** What a file of the format ends with; nothing is written after it. */
  end(): Promise<void>;
}

type LineFormat = "csv" | "jsonl";

interface LineWriter {
  /** The first line, with its end; empty where there is none. */
  readonly head: string;
  line(row: Row): string;
}

/** About so many characters are written at once. */
const batchChars = 1_000_000;

/** The first line is written with the first rows, or at the end where there are none. */
export function lineWriter(format: LineFormat, columns: readonly StatementColumn[], write: WriteBytes): RowWriter {
  const lines = format === "csv" ? csv(columns) : jsonLines(columns);
  let text = lines.head;
  const flush = async (): Promise<void> => {
    if (text !== "") await write(Buffer.from(text));
    text = "";
  };
  return {
    rows: async (rows) => {
      for (const row of rows) {
        text += lines.line(row);
        if (text.length >= batchChars) await flush();
      }
      await flush();
    },
    end: flush,
  };
}

/** NULL is nothing between the commas, an empty text is `""`. */
function csv(columns: readonly StatementColumn[]): LineWriter {
  const line = (row: readonly (string | null)[]): string => `${row.map(csvValue).join(",")}\r\n`;
  return { head: line(columns.map(({ name }) => name)), line };
}

function csvValue(value: string | null): string {
  if (value === null) return "";
  return value === "" || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Whether a spreadsheet would take a value of the row for a formula. */
export function holdsFormula(row: readonly (string | null)[]): boolean {
  return row.some((value) => value !== null && /^(?:[=@\t\r]|[+-](?![\d.]|Infinity))/.test(value));
}

const numbers: ReadonlySet<string> = new Set(["BYTE", "SHORT", "INT", "LONG", "FLOAT", "DOUBLE", "DECIMAL"]);
const nested: ReadonlySet<string> = new Set(["ARRAY", "STRUCT", "MAP", "VARIANT"]);

function jsonLines(columns: readonly StatementColumn[]): LineWriter {
  const names = distinctNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name));
  const line = (row: readonly (string | null)[]): string =>
    `{${columns.map(({ typeName }, at) => `${names[at]}:${jsonValue(row[at] ?? null, typeName)}`).join(",")}}\n`;
  return { head: "", line };
}

/** A number keeps every digit that it came with; what JSON has no number for stays a text. */
function jsonValue(value: string | null, typeName: string): string {
  if (value === null) return "null";
  if (numbers.has(typeName) && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)) return value;
  if (typeName === "BOOLEAN" && (value === "true" || value === "false")) return value;
  return nested.has(typeName) && isJson(value) ? value.replace(/[\r\n]+/g, " ") : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Two columns of one name would be one member of an object, and no columns of a file of tables. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let at = 2; taken.has(free); at++) free = `${name}_${at}`;
    taken.add(free);
    return free;
  });
}
