// The cells of a run with what each printed, as rows that fit into one result.
import type { CellOutput } from "../../notebook/outputs.ts";
import type { RunCell } from "../../notebook/run-export.ts";
import type { CellValue } from "../fields.ts";
import type { ToolImage } from "../define.ts";
import { cutText, cutTextHead } from "../limits.ts";
import { tableLines } from "../text.ts";

export const cellColumns = ["cell", "language", "state", "output", "error", "total_chars"];

/** How many characters the rows may still take; it shrinks as they are made. */
export interface Room {
  chars: number;
}

export interface CellRows {
  readonly rows: CellValue[][];
  /** A cell's output was cut. */
  readonly cut: boolean;
  /** The first cell for which no room was left. */
  readonly next: number | undefined;
}

export interface CellWindow {
  readonly offset: number;
  readonly limit: number | undefined;
  readonly cellChars: number;
}

/** Rows of the cells in `window`, as many as `room` holds, but at least one where there is any room at all. */
export function cellRows(cells: readonly RunCell[], window: CellWindow, room: Room): CellRows {
  const end = window.limit === undefined ? cells.length : Math.min(cells.length, window.offset + window.limit);
  const rows: CellValue[][] = [];
  let cut = false;
  for (let index = window.offset; index < end; index++) {
    const cell = cells[index];
    if (cell === undefined) break;
    const output = cellText(cell, window.cellChars);
    const size = (output.text?.length ?? 0) + (output.error?.length ?? 0) + 40;
    if (room.chars < size && (rows.length > 0 || room.chars <= 0)) return { rows, cut, next: index };
    room.chars -= size;
    cut ||= output.totalChars !== null;
    rows.push([cell.index, cell.language, cell.state, output.text, output.error, output.totalChars]);
  }
  return { rows, cut, next: end < cells.length ? end : undefined };
}

function cellText(cell: RunCell, max: number) {
  const text = cell.outputs
    .filter(({ type }) => type !== "error")
    .map(outputText)
    .join("\n");
  const errors = cell.outputs.flatMap((output) => (output.type === "error" ? [output] : []));
  const error = errors
    .map(({ summary, trace }) => (trace === "" || trace === summary ? summary : `${summary}\n${trace}`))
    .join("\n");
  const shownText = cutText(text, max);
  // The head says what went wrong, the end of the trace where.
  const shownError =
    error.length > max
      ? `${cutText(error, 2_000).text}\n...\n${cutTextHead(error, Math.max(max - 2_000, 0)).text}`
      : error;
  return {
    text: text === "" ? null : shownText.text,
    error: error === "" ? null : shownError,
    totalChars: shownText.truncated || error.length > max ? text.length + error.length : null,
  };
}

function outputText(output: CellOutput): string {
  switch (output.type) {
    case "text":
    case "html":
      return output.text;
    case "table": {
      const lines = tableLines(
        output.columns.map(({ name }) => name),
        output.rows.map((row) => row.map(scalar)),
      );
      const rows = `(${output.rows.length} rows${output.truncated ? ", cut by Databricks" : ""})`;
      return [...(lines.length === 0 ? [output.columns.map(({ name }) => name).join(" | ")] : lines), rows].join("\n");
    }
    case "image":
      return output.base64 === undefined ? `[picture ${output.file ?? output.mime}]` : `[picture, ${output.mime}]`;
    case "error":
      return output.summary;
  }
}

function scalar(value: unknown): CellValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return JSON.stringify(value);
}

const maxImages = 4;
const maxImageChars = 2_000_000;

/** The pictures among the outputs of these cells, a few of them. */
export function cellImages(cells: readonly RunCell[]): ToolImage[] {
  const images = cells
    .flatMap(({ outputs }) => outputs)
    .flatMap((output) =>
      output.type === "image" &&
      output.base64 !== undefined &&
      output.base64.length <= maxImageChars &&
      output.mime !== "image/svg+xml"
        ? [{ mimeType: output.mime, data: output.base64 }]
        : [],
    );
  return images.slice(0, maxImages);
}
