// list_node_types: the machines that clusters can be made of.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { smallestUseful } from "./choice.ts";

export const listNodeTypes = defineTool({
  name: "list_node_types",
  toolset: "compute",
  effect: "read",
  title: "List node types",
  description: "Lists node types, smallest first, and the one that create_cluster takes by default.",
  input: z.strictObject({
    name_filter: z.string().optional().describe("Part of the id or description"),
    min_cores: z.number().min(0).default(0),
    min_memory_gb: z.number().min(0).default(0),
    gpu: z.boolean().optional().describe("Only with, or only without"),
    limit: z.int().min(1).max(500).default(25),
    offset: z.int().min(0).default(0),
  }),
  output: z.object({
    ...tableFields,
    default_node_type_id: z.string().optional(),
    returned: z.number(),
    total_matched: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
  }),
  run: async ({ workspace, signal }, input) => {
    const all = (await workspace.clusters.nodeTypes({ signal })).filter(({ hidden }) => !hidden);
    const part = input.name_filter?.toLowerCase() ?? "";
    const matched = all
      .filter(({ nodeTypeId, description = "" }) => `${nodeTypeId} ${description}`.toLowerCase().includes(part))
      .filter(({ cores, memoryMb }) => cores >= input.min_cores && memoryMb >= input.min_memory_gb * 1_024)
      .filter(({ gpus }) => input.gpu === undefined || input.gpu === gpus > 0)
      .toSorted((left, right) => left.cores - right.cores || left.memoryMb - right.memoryMb);
    const shown = matched.slice(input.offset, input.offset + input.limit);
    const end = input.offset + shown.length;
    return {
      ...tableOf(shown, {
        node_type_id: (one) => one.nodeTypeId,
        cores: (one) => one.cores,
        memory_gb: (one) => Math.round(one.memoryMb / 102.4) / 10,
        gpus: (one) => one.gpus,
        local_disks: (one) => one.localDisks,
        category: (one) => one.category,
        deprecated: (one) => one.deprecated,
      }),
      default_node_type_id: smallestUseful(all)?.nodeTypeId,
      returned: shown.length,
      total_matched: matched.length,
      truncated: end < matched.length,
      next_offset: end < matched.length ? end : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
