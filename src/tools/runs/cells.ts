// The cells of a run with what each printed, as many as fit into one result.
import * as z from "zod";
import type { CellOutput } from "../../notebook/outputs.ts";
import type { RunCell } from "../../notebook/run-export.ts";
import type { ToolImage } from "../define.ts";
import { tableFields, type CellValue } from "../fields.ts";
import { cutText, cutTextHead } from "../limits.ts";
import { tableLines } from "../text.ts";

export const cellShape = z.object({
  index: z.number(),
  language: z.string(),
  state: z.string(),
  output: z.string().optional(),
  columns: tableFields.columns.optional(),
  rows: tableFields.rows.optional(),
  total_rows: z.number().optional(),
  total_chars: z.number().optional(),
  error: z.string().optional(),
});

export type ShownCell = z.output<typeof cellShape>;

/** How many characters the cells may still take; it shrinks as they are shown. */
export interface Room {
  chars: number;
}

export interface ShownCells {
  readonly cells: ShownCell[];
  /** Something of a cell was cut. */
  readonly cut: boolean;
  /** The first cell for which no room was left, or that was not asked for. */
  readonly next: number | undefined;
  /** No room was left for it. */
  readonly full: boolean;
}

export interface CellWindow {
  readonly offset: number;
  readonly limit: number | undefined;
  readonly cellChars: number;
}

/** The cells in `window`, as many as `room` holds, but at least one where there is any room at all. */
export function showCells(cells: readonly RunCell[], window: CellWindow, room: Room): ShownCells {
  const end = window.limit === undefined ? cells.length : Math.min(cells.length, window.offset + window.limit);
  const shown: ShownCell[] = [];
  let cut = false;
  for (let index = window.offset; index < end; index++) {
    const cell = cells[index];
    if (cell === undefined) break;
    const one = showCell(cell, window.cellChars);
    const size = JSON.stringify(one).length;
    if (room.chars < size && (shown.length > 0 || room.chars <= 0)) {
      return { cells: shown, cut, next: index, full: true };
    }
    room.chars -= size;
    cut ||= one.total_chars !== undefined || one.total_rows !== undefined;
    shown.push(one);
  }
  return { cells: shown, cut, next: end < cells.length ? end : undefined, full: false };
}

function showCell(cell: RunCell, max: number): ShownCell {
  const { index, language, outputs } = cell;
  // The workspace's word for a cell that was never reached says nothing to whoever does not know it.
  const state = cell.state === "input" ? "not_run" : cell.state;
  const table = outputs.find((output) => output.type === "table");
  const text = outputs
    .filter((output) => output.type !== "error" && output !== table)
    .map(outputText)
    .join("\n");
  const error = outputs.flatMap((output) => (output.type === "error" ? [errorText(output)] : [])).join("\n");
  const cut = cutText(text, max);
  const isCut = cut.truncated || error.length > max;
  return {
    index,
    language,
    state,
    ...(text === "" ? {} : { output: cut.text }),
    ...(table === undefined ? {} : showTable(table, max)),
    ...(error === "" ? {} : { error: cutError(error, max) }),
    ...(isCut ? { total_chars: text.length + error.length } : {}),
  };
}

type TableOutput = Extract<CellOutput, { type: "table" }>;

/** The rows that fit; `total_rows` where there are more, here or in the workspace. */
function showTable(table: TableOutput, max: number): Partial<ShownCell> {
  const rows: CellValue[][] = [];
  let room = max;
  for (const row of table.rows) {
    const values = row.map(scalar);
    room -= JSON.stringify(values).length;
    if (room < 0 && rows.length > 0) break;
    rows.push(values.map((value) => (typeof value === "string" ? cutText(value, max).text : value)));
  }
  const whole = rows.length === table.rows.length && !table.truncated && room >= 0;
  return { columns: table.columns.map(({ name }) => name), rows, ...(whole ? {} : { total_rows: table.rows.length }) };
}

function errorText({ summary, trace }: Extract<CellOutput, { type: "error" }>): string {
  if (trace === "" || trace === summary) return summary;
  return trace.includes(summary) ? trace : `${summary}\n${trace}`;
}

/** The head says what went wrong, the end of the trace where. */
function cutError(error: string, max: number): string {
  if (error.length <= max) return error;
  return `${cutText(error, 2_000).text}\n...\n${cutTextHead(error, Math.max(max - 2_000, 0)).text}`;
}

function outputText(output: CellOutput): string {
  switch (output.type) {
    case "text":
    case "html":
      return output.text;
    case "table":
      return tableLines(
        output.columns.map(({ name }) => name),
        output.rows.map((row) => row.map(scalar)),
      ).join("\n");
    case "image":
      return output.base64 === undefined ? `[picture ${output.file ?? output.mime}]` : `[picture, ${output.mime}]`;
    case "error":
      return output.summary;
  }
}

/** A shown cell as lines of text. */
export function cellLines({ index, language, state, output, columns, rows, error, ...sizes }: ShownCell): string[] {
  const cut = Object.entries(sizes).map(([name, value]) => `, ${name}: ${String(value)}`);
  return [
    `[cell ${index}] ${language} ${state}${cut.join("")}`,
    ...(output === undefined ? [] : [output.replace(/\n$/, "")]),
    ...(columns === undefined || rows === undefined
      ? []
      : [columns.join(" | "), ...tableLines(columns, rows).slice(1)]),
    ...(error === undefined ? [] : [`error: ${error}`]),
  ];
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
