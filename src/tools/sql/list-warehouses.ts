// list_warehouses: those that run first, as a statement would choose among them.
import * as z from "zod";
import type { Warehouse } from "../../workspace/warehouses.ts";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { quickest } from "./warehouse-choice.ts";

export const listWarehouses = defineTool({
  name: "list_warehouses",
  toolset: "sql",
  effect: "read",
  title: "List SQL warehouses",
  description:
    "Lists SQL warehouses, running ones first, and says which one a statement without warehouse_id would take.",
  input: z.strictObject({
    name_filter: z.string().optional().describe("Part of the name, in any case"),
    limit: z.int().min(1).max(100).default(25),
    offset: z.int().min(0).default(0),
  }),
  output: z.object({
    ...tableFields,
    default_warehouse_id: z.string().optional(),
    returned: z.number(),
    total_matched: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
    hint: z.string().optional(),
  }),
  run: async ({ workspace, deps, signal }, input) => {
    const { items } = await workspace.warehouses.list({ signal });
    const part = input.name_filter?.toLowerCase() ?? "";
    const matched = items.filter(({ name }) => name.toLowerCase().includes(part)).toSorted(byState);
    const shown = matched.slice(input.offset, input.offset + input.limit);
    const end = input.offset + shown.length;
    return {
      ...table(shown),
      default_warehouse_id: deps.env["DATABRICKS_WAREHOUSE_ID"] ?? quickest(items)?.id,
      returned: shown.length,
      total_matched: matched.length,
      truncated: end < matched.length,
      next_offset: end < matched.length ? end : undefined,
      hint: matched.length === 0 ? "No warehouse matches that you can see." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

function byState(one: Warehouse, other: Warehouse): number {
  const rank = ({ state }: Warehouse): number => ["RUNNING", "STARTING"].indexOf(state) >>> 0;
  return rank(one) - rank(other) || one.name.localeCompare(other.name, "en");
}

function table(warehouses: readonly Warehouse[]) {
  return tableOf(warehouses, {
    warehouse_id: (one) => one.id,
    warehouse_name: (one) => one.name,
    state: (one) => one.state,
    size: (one) => one.clusterSize,
    type: (one) => one.warehouseType,
    serverless: (one) => one.serverless,
    sessions: (one) => one.activeSessions,
    auto_stop_minutes: (one) => one.autoStopMinutes,
    creator: (one) => one.creator,
  });
}
