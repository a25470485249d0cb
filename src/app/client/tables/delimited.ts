// Rows as CSV (RFC 4180) and tab-separated text, and CSV read back for the file viewer.
import { cellText } from "./cell-value.ts";

type Rows = readonly (readonly unknown[])[];

/**
 * CSV with CRLF line ends and a byte order mark, which spreadsheets need to read UTF-8. A text that a spreadsheet would run as a
 * formula gets an apostrophe before it (OWASP, CSV injection); numbers keep their sign.
 */
export function csvOf(columns: readonly string[], rows: Rows): string {
  const lines = [columns, ...rows].map((row) => row.map((value) => csvField(value)).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

/** For the clipboard: spreadsheets paste it as cells. Tabs and line ends within a value become blanks. */
export function tsvOf(columns: readonly string[], rows: Rows): string {
  const field = (value: unknown) => guarded(value).replaceAll(/[\t\r\n]+/g, " ");
  return [columns, ...rows].map((row) => row.map(field).join("\t")).join("\n");
}

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function guarded(value: unknown): string {
  const text = cellText(value);
  return /^[=+\-@\t\r\n]/.test(text) && !plainNumber.test(text) ? `'${text}` : text;
}

function csvField(value: unknown): string {
  const text = guarded(value);
  return /[",\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface ReadRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether there are more rows than were read. */
  readonly truncated: boolean;
}

/** Reads CSV or TSV (by what its first line has more of), at most `maxRows` rows after the header; short rows are filled up. */
export function readDelimited(text: string, maxRows: number): ReadRows {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const firstLine = source.slice(0, source.search(/[\r\n]|$/));
  const separator = mostUsed(firstLine);
  const records = recordsOf(source, separator, maxRows + 2);
  const truncated = records.length > maxRows + 1;
  const [header = [], ...rest] = records.slice(0, maxRows + 1);
  const width = Math.max(header.length, ...rest.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, at) => header[at] || `column ${at + 1}`);
  return { columns, rows: rest.map((row) => Array.from({ length: width }, (_, at) => row[at] ?? "")), truncated };
}

function mostUsed(line: string): string {
  const counts = [",", "\t", ";"].map((mark) => ({ mark, count: line.split(mark).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark;
}

function recordsOf(source: string, separator: string, limit: number): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  const endRecord = () => {
    record.push(field);
    if (record.length > 1 || field !== "") records.push(record);
    record = [];
    field = "";
  };
  for (let at = 0; at < source.length && records.length < limit; at += 1) {
    const char = source.charAt(at);
    if (quoted) {
      if (char !== '"') field += char;
      else if (source[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && field === "") quoted = true;
    else if (char === separator) {
      record.push(field);
      field = "";
    } else if (char === "\n" || char === "\r") {
      if (char === "\r" && source[at + 1] === "\n") at += 1;
      endRecord();
    } else field += char;
  }
  if (records.length < limit && (field !== "" || record.length > 0)) endRecord();
  return records;
}
