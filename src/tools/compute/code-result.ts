// What code has given, wherever it ran: the outputs of its cells, or the error; and the handles that go on.
import * as z from "zod";
import { commandOutput } from "../execution/result.ts";
import { cellLines, cellShape, type ShownCell } from "../runs/cells.ts";
import { runOutputShape } from "../runs/output.ts";
import { fieldLines, fieldText } from "../text.ts";

export const codeOutput = z.object({
  /** Absent while it runs. */
  success: z.boolean().optional(),
  state: z.string(),
  compute: z.enum(["serverless", "cluster"]),
  run_id: z.string().optional(),
  run_page_url: z.string().optional(),
  cluster_id: z.string().optional(),
  context_id: z.string().optional(),
  command_id: z.string().optional(),
  notebook_path: z.string().optional(),
  result: z.string().optional(),
  cells: z.array(cellShape),
  error: z.string().optional(),
  error_trace: z.string().optional(),
  truncated: z.boolean(),
  next_offset: z.number().optional(),
  hint: z.string().optional(),
});

export type CodeResult = z.output<typeof codeOutput>;

export function codeText({ cells, error_trace, ...rest }: CodeResult): string {
  return fieldText(cells.flatMap(cellLines), error_trace ?? "", fieldLines(rest));
}

export function codeFailed({ success }: CodeResult): boolean {
  return success === false;
}

type RunOutputResult = z.output<typeof runOutputShape>;

/** The result of a run of one notebook. */
export function resultOfRun(run: RunOutputResult): CodeResult {
  const [task] = run.tasks;
  const ended = run.result_state !== undefined || ["TERMINATED", "SKIPPED", "INTERNAL_ERROR"].includes(run.state);
  return {
    success: ended ? run.result_state === "SUCCESS" : undefined,
    state: run.result_state ?? run.state,
    compute: "serverless",
    run_id: run.run_id,
    run_page_url: run.run_page_url,
    result: task?.notebook_result,
    cells: task?.cells ?? [],
    error: task?.error ?? (ended && run.result_state !== "SUCCESS" ? run.state_message : undefined),
    error_trace: task?.error_trace,
    truncated: run.truncated,
    next_offset: run.next_cell_offset,
    hint: run.hint,
  };
}

/** The result of a command in a context. */
export function resultOfCommand(command: z.output<typeof commandOutput>, language: string): CodeResult {
  const { success, status, data, columns, rows, images } = command;
  const said = [data, ...(images ?? []).map((image) => `[picture, ${image}]`)].filter((text) => text !== undefined);
  const cell: ShownCell = {
    index: 0,
    language,
    state: status,
    ...(said.length === 0 ? {} : { output: said.join("\n") }),
    ...(columns === undefined || rows === undefined ? {} : { columns, rows }),
    ...(command.total_rows === undefined ? {} : { total_rows: command.total_rows }),
    ...(command.total_chars === undefined ? {} : { total_chars: command.total_chars }),
  };
  return {
    success,
    state: status,
    compute: "cluster",
    cluster_id: command.cluster_id,
    context_id: command.context_id,
    command_id: command.command_id,
    cells: [cell],
    error: command.error,
    error_trace: command.error_trace,
    truncated: command.truncated,
    next_offset: command.next_offset,
    hint: command.hint,
  };
}
