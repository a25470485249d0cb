// list_cluster_events: what has happened to a cluster, newest first.
import * as z from "zod";
import type { ClusterEvent } from "../../workspace/clusters.ts";
import { defineTool } from "../define.ts";
import { clusterIdInput, isoTime, tableFields, tableOf } from "../fields.ts";
import { cutText, fitting } from "../limits.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";

export const listClusterEvents = defineTool({
  name: "list_cluster_events",
  toolset: "compute",
  effect: "read",
  title: "List events of a cluster",
  description: "Lists a cluster's events, newest first: why it ended, resized or did not start.",
  input: z.strictObject({
    cluster_id: clusterIdInput,
    event_types: z.array(z.string()).optional().describe('Such as "TERMINATING", "INIT_SCRIPTS_FINISHED"'),
    limit: z.int().min(1).max(500).default(25),
    offset: z.int().min(0).default(0),
  }),
  output: z.object({
    ...tableFields,
    returned: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
  }),
  run: async ({ workspace, signal, limits }, input) => {
    const wanted = input.offset + input.limit;
    const options = { eventTypes: input.event_types, limit: wanted, signal };
    const { items, truncated } = await workspace.clusters.events(input.cluster_id, options);
    const table = tableOf(items.slice(input.offset), {
      time: (one) => isoTime(one.timestampMs),
      type: (one) => one.type,
      details: detailsText,
    });
    const rows = [...fitting(table.rows, limits.textChars)];
    const end = input.offset + rows.length;
    const more = truncated || end < items.length;
    return {
      columns: table.columns,
      rows,
      returned: rows.length,
      truncated: more,
      next_offset: more ? end : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

function detailsText({ details }: ClusterEvent): string | undefined {
  if (Object.keys(details).length === 0) return undefined;
  // What the cluster was before and after is long, and get_cluster_status says what it is.
  const { attributes: _after, previous_attributes: _before, ...rest } = details;
  return cutText(JSON.stringify(rest), 2_000).text;
}
