// list_pipeline_events: the event log of a pipeline, newest first.
import * as z from "zod";
import type { PipelineEvent } from "../../workspace/pipelines.ts";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { cutText, fitting } from "../limits.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { pipelineIdInput, pipelinesOf } from "./fields.ts";

const filters = { ERROR: "level = 'ERROR'", WARN: "level in ('ERROR', 'WARN')", INFO: undefined } as const;

/** How many events are looked through for those of one update: the API does not filter by it. */
const scanLimit = 2_000;

export const listPipelineEvents = defineTool({
  name: "list_pipeline_events",
  toolset: "pipelines",
  effect: "read",
  title: "List events of a pipeline",
  description: "Lists a pipeline's events, newest first: errors and warnings, or everything with level INFO.",
  input: z.strictObject({
    pipeline_id: pipelineIdInput,
    update_id: z.string().optional().describe("Only of this update"),
    level: z.enum(["ERROR", "WARN", "INFO"]).default("WARN").describe("And what is graver"),
    include_stack: z.boolean().default(false),
    limit: z.int().min(1).max(250).default(25),
    offset: z.int().min(0).default(0),
  }),
  output: z.object({
    ...tableFields,
    returned: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
    hint: z.string().optional(),
  }),
  run: async (context, input) => {
    const { update_id: updateId } = input;
    const wanted = input.offset + input.limit;
    const listing = await pipelinesOf(context).events(input.pipeline_id, {
      filter: filters[input.level],
      limit: updateId === undefined ? wanted : Math.max(scanLimit, wanted),
      signal: context.signal,
    });
    const matched = updateId === undefined ? listing.items : listing.items.filter((one) => one.updateId === updateId);
    const table = eventTable(matched.slice(input.offset, wanted), input.include_stack);
    const rows = [...fitting(table.rows, context.limits.textChars)];
    const end = input.offset + rows.length;
    const more = end < matched.length || (updateId === undefined && listing.truncated);
    return {
      columns: table.columns,
      rows,
      returned: rows.length,
      truncated: more || listing.truncated,
      next_offset: more ? end : undefined,
      hint: updateId !== undefined && listing.truncated ? cutHint : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

const cutHint = `Only the newest ${scanLimit} events of that level were looked through.`;

function eventTable(events: readonly PipelineEvent[], withStack: boolean) {
  return tableOf(events, {
    timestamp: (one) => one.timestamp,
    level: (one) => one.level,
    type: (one) => one.type,
    flow: (one) => one.flow,
    message: (one) => one.message,
    error: (one) => errorText(one, withStack),
    update_id: (one) => one.updateId,
  });
}

function errorText({ exceptions }: PipelineEvent, withStack: boolean): string | undefined {
  if (exceptions.length === 0) return undefined;
  const texts = exceptions.map(({ className, message, stack }) => {
    const head = className === undefined ? message : `${className}: ${message}`;
    return withStack ? [head, ...stack.map((frame) => `  at ${frame}`)].join("\n") : head;
  });
  return cutText(texts.join("\n"), withStack ? 20_000 : 4_000).text;
}
