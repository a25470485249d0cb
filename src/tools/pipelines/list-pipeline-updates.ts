// list_pipeline_updates: the updates of a pipeline, newest first.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime, tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { pipelineIdInput, pipelinesOf } from "./fields.ts";

export const listPipelineUpdates = defineTool({
  name: "list_pipeline_updates",
  toolset: "pipelines",
  effect: "read",
  title: "List updates of a pipeline",
  description: "Lists the updates of a pipeline, newest first.",
  input: z.strictObject({ pipeline_id: pipelineIdInput, limit: z.int().min(1).max(100).default(25) }),
  output: z.object({ ...tableFields, returned: z.number(), truncated: z.boolean(), hint: z.string().optional() }),
  run: async (context, { pipeline_id, limit }) => {
    const { items, truncated } = await pipelinesOf(context).updates(pipeline_id, { limit, signal: context.signal });
    const selected = (names: readonly string[]): string | undefined =>
      names.length === 0 ? undefined : names.join(", ");
    return {
      ...tableOf(items, {
        update_id: (one) => one.updateId,
        state: (one) => one.state,
        cause: (one) => one.cause,
        creation_time: (one) => isoTime(one.creationTimeMs),
        full_refresh: (one) => one.fullRefresh,
        validate_only: (one) => one.validateOnly,
        selection: (one) => selected([...one.refreshSelection, ...one.fullRefreshSelection]),
      }),
      returned: items.length,
      truncated,
      hint: truncated ? "There are older ones: a larger limit shows them." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
