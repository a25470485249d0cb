// Cuts a result into chunks and describes it: manifest, schema, inline data, CSV.
import type { SqlColumn, SqlTable } from "../engine.ts";
import type { Disposition, ResultFormat } from "./request.ts";

export type Row = readonly (string | null)[];

export interface ChunkInfo {
  readonly chunk_index: number;
  readonly row_offset: number;
  readonly row_count: number;
  readonly byte_count: number;
}

/** What is kept of a finished statement; the rows of each chunk are kept beside it. */
export interface ResultDocument {
  readonly columns: readonly SqlColumn[];
  readonly chunks: readonly ChunkInfo[];
  readonly rowCount: number;
  readonly byteCount: number;
  readonly truncated: boolean;
}

export interface Limits {
  readonly disposition: Disposition;
  readonly byteLimit: number | undefined;
}

/** More than this inline makes the statement fail. */
export const mostInlineBytes = 26_214_400;
const rowsPerChunk = { INLINE: 1_000, EXTERNAL_LINKS: 5_000 } as const;
const bytesPerChunk = 4 * 1024 * 1024;

export interface Cut {
  readonly document: ResultDocument;
  readonly rows: readonly (readonly Row[])[];
}

/** The result in chunks, cut where `byteLimit` says. Undefined when it is too large to be sent inline. */
export function cutResult(table: SqlTable, limits: Limits): Cut | undefined {
  const most = limits.byteLimit ?? Number.POSITIVE_INFINITY;
  const chunks: ChunkInfo[] = [];
  const rows: (readonly Row[])[] = [];
  let open: Row[] = [];
  let openBytes = 0;
  let total = 0;
  let taken = 0;
  const close = (): void => {
    if (open.length === 0) return;
    chunks.push({
      chunk_index: chunks.length,
      row_offset: taken - open.length,
      row_count: open.length,
      byte_count: openBytes,
    });
    rows.push(open);
    open = [];
    openBytes = 0;
  };
  for (const row of table.rows) {
    const bytes = Buffer.byteLength(JSON.stringify(row)) + 1;
    if (total + bytes > most) break;
    if (limits.disposition === "INLINE" && limits.byteLimit === undefined && total + bytes > mostInlineBytes)
      return undefined;
    open.push(row);
    openBytes += bytes;
    total += bytes;
    taken++;
    if (open.length >= rowsPerChunk[limits.disposition] || openBytes >= bytesPerChunk) close();
  }
  close();
  const truncated = table.truncated === true || taken < table.rows.length;
  return { document: { columns: table.columns, chunks, rowCount: taken, byteCount: total, truncated }, rows };
}

export function manifestOf(result: ResultDocument, format: ResultFormat): object {
  return {
    format,
    schema: {
      column_count: result.columns.length,
      ...(result.columns.length === 0 ? {} : { columns: result.columns.map(columnInfo) }),
    },
    total_chunk_count: result.chunks.length,
    ...(result.chunks.length === 0 ? {} : { chunks: result.chunks }),
    total_row_count: result.rowCount,
    total_byte_count: result.byteCount,
    truncated: result.truncated,
  };
}

function columnInfo(column: SqlColumn, position: number): object {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(column.typeText);
  return {
    name: column.name,
    type_text: column.typeText,
    type_name: column.typeName,
    position,
    ...(decimal === null ? {} : { type_precision: Number(decimal[1]), type_scale: Number(decimal[2]) }),
  };
}

/** A chunk as the file behind an external link. Only the first CSV has the names; a null is the bare word. */
export function externalText(
  rows: readonly Row[],
  format: ResultFormat,
  header: readonly SqlColumn[] | undefined,
): string {
  if (format === "JSON_ARRAY") return JSON.stringify(rows);
  const lines = rows.map((row) => row.map((value) => (value === null ? "null" : csvField(value))).join(","));
  const names = header === undefined ? [] : [header.map((column) => csvField(column.name)).join(",")];
  return [...names, ...lines].map((line) => `${line}\r\n`).join("");
}

/** RFC 4180, section 2. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) || text === "null" ? `"${text.replaceAll('"', '""')}"` : text;
}
