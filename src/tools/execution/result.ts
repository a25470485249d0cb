// The result of a command as the tools show it: text, a table, pictures, or an error with its trace.
import * as z from "zod";
import { errorOutput } from "../../notebook/outputs.ts";
import { screenText } from "../../notebook/terminal-text.ts";
import { isObject, type Json } from "../../platform/json.ts";
import type { CommandRef, CommandResults, CommandStatus } from "../../workspace/commands.ts";
import type { ToolContext } from "../define.ts";
import type { CellValue } from "../fields.ts";
import { tableFields } from "../fields.ts";
import { cutText, cutTextHead, type Limits } from "../limits.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";

export const commandOutput = z.object({
  /** Absent while it runs. */
  success: z.boolean().optional(),
  status: z.string(),
  cluster_id: z.string(),
  context_id: z.string(),
  command_id: z.string(),
  result_type: z.string().optional(),
  data: z.string().optional(),
  columns: tableFields.columns.optional(),
  rows: tableFields.rows.optional(),
  total_rows: z.number().optional(),
  total_chars: z.number().optional(),
  truncated: z.boolean(),
  truncated_by_databricks: z.boolean().optional(),
  /** The first row or character that is not here. */
  next_offset: z.number().optional(),
  images: z.array(z.string()).optional(),
  error: z.string().optional(),
  error_trace: z.string().optional(),
  hint: z.string().optional(),
});

export type CommandOutput = z.output<typeof commandOutput>;

/**
 * A command's status with its result from `offset` on: rows of a table, characters of a text. `status` is Finished,
 * Cancelled, Error, or what it still is.
 */
export function describeCommand(
  context: ToolContext,
  ref: CommandRef,
  { offset = 0, ...status }: CommandStatus & { readonly offset?: number },
): CommandOutput {
  const { results } = status;
  const failed = status.state === "Error" || status.state === "Cancelled" || results?.resultType === "error";
  const ended = ["Finished", "Cancelled", "Error"].includes(status.state);
  const shown = results === undefined ? {} : describeResults(context, results, offset);
  return {
    ...(ended ? { success: !failed } : {}),
    status: status.state,
    cluster_id: ref.clusterId,
    context_id: ref.contextId,
    command_id: ref.commandId,
    truncated: false,
    ...(results?.truncated === true ? { truncated_by_databricks: true } : {}),
    ...shown,
    hint: ended ? hintFor(results, shown) : stillRunning,
  };
}

const stillRunning =
  "It goes on running. `get_command_result` with these three ids waits on; `destroy_context` ends it.";

function hintFor(results: CommandResults | undefined, shown: Partial<CommandOutput>): string | undefined {
  if (results?.resultType === "error") return "Variables that earlier cells set are still there.";
  if (shown.next_offset !== undefined)
    return "There is more: `get_command_result` with these three ids and offset = next_offset goes on.";
  if (shown.rows !== undefined && shown.truncated === true)
    return "Long values of this row are cut: select a part of them, such as with substr.";
  return results?.truncated === true ? "Databricks itself cut this output: select fewer rows or columns." : undefined;
}

function describeResults(context: ToolContext, results: CommandResults, offset: number): Partial<CommandOutput> {
  const { limits } = context;
  const kind = { result_type: results.resultType };
  if (results.resultType === "error") return { ...kind, ...describeError(results, limits) };
  if (results.fileNames.length > 0) return { ...kind, ...describeImages(context, results.fileNames) };
  if (Array.isArray(results.data)) return { ...kind, ...describeRows(results, results.data, { limits, offset }) };
  const text = textOf(results.data);
  if (text === undefined) return kind;
  const cut = cutText(withoutPrompt(screenText(text)), limits.textChars, offset);
  const next = Math.min(offset, cut.totalChars) + cut.shownChars;
  const more = cut.truncated ? { truncated: true, next_offset: next } : {};
  const part = cut.truncated || offset > 0;
  return { ...kind, data: cut.text, ...more, ...(part ? { total_chars: cut.totalChars } : {}) };
}

function textOf(data: Json | undefined): string | undefined {
  if (data === undefined || data === null) return undefined;
  return typeof data === "string" ? data : JSON.stringify(data);
}

function describeError(results: CommandResults, limits: Limits): Partial<CommandOutput> {
  const error = errorOutput(results.summary, results.cause ?? textOf(results.data));
  const summary = cutText(error?.summary ?? "The command failed and said nothing", 4_000);
  const trace = cutTextHead(error?.trace ?? "", limits.cellChars);
  return {
    error: summary.text,
    ...(trace.text === "" || trace.text === summary.text ? {} : { error_trace: trace.text }),
    ...(trace.truncated || summary.truncated ? { truncated: true, total_chars: trace.totalChars } : {}),
  };
}

/** Without the `Out[3]: ` that a Python context writes before the value of an expression. */
function withoutPrompt(text: string): string {
  return text.replace(/^Out\[\d+\]:\s?/, "");
}

interface RowWindow {
  readonly limits: Limits;
  readonly offset: number;
}

/** The rows that fit, but at least one: of a row that is too long alone, the values are cut. */
function describeRows(
  results: CommandResults,
  data: readonly Json[],
  { limits, offset }: RowWindow,
): Partial<CommandOutput> {
  const rows: CellValue[][] = [];
  let room = limits.textChars;
  for (const item of data.slice(offset, offset + limits.rows)) {
    const row = (Array.isArray(item) ? item : [item]).map(scalar);
    room -= row.reduce<number>((sum, value) => sum + String(value).length + 3, 0);
    if (room < 0 && rows.length > 0) break;
    const most = Math.floor(limits.textChars / row.length);
    rows.push(room < 0 ? row.map((value) => cutValue(value, most)) : row);
    if (room < 0) break;
  }
  const end = Math.min(offset, data.length) + rows.length;
  return {
    columns: results.schema.map(({ name }) => name),
    rows,
    total_rows: data.length,
    truncated: end < data.length || (room < 0 && rows.length === 1),
    ...(end < data.length ? { next_offset: end } : {}),
  };
}

function cutValue(value: CellValue, max: number): CellValue {
  return typeof value === "string" && value.length > max ? `${cutText(value, max).text} [cut]` : value;
}

function scalar(value: Json): CellValue {
  return Array.isArray(value) || isObject(value) ? JSON.stringify(value) : (value as CellValue);
}

const maxImageChars = 4_000_000;

/** Pictures go beside the result; the result names each. */
function describeImages(context: ToolContext, fileNames: readonly string[]): Partial<CommandOutput> {
  let room = maxImageChars;
  let omitted = 0;
  const images = fileNames.map((file) => {
    const [, mimeType, data] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(file) ?? [];
    if (mimeType === undefined || data === undefined) return file;
    const sizeText = `${mimeType}, ${Math.ceil((data.length * 3) / 4)} bytes`;
    room -= data.length;
    if (room < 0) {
      omitted += 1;
      return `${sizeText}, left out: too large`;
    }
    context.attach({ mimeType, data });
    return sizeText;
  });
  return { images, ...(omitted === 0 ? {} : { truncated: true }) };
}

export function commandText({ columns, rows, data, error, error_trace, ...rest }: CommandOutput): string {
  return fieldText(
    data ?? "",
    columns === undefined || rows === undefined ? [] : tableLines(columns, rows),
    error_trace ?? "",
    fieldLines({ error, ...rest }),
  );
}
