// get_warehouse: one SQL warehouse in detail.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { namedWarehouse, warehouseFields, warehouseHead } from "../sql/warehouse-fields.ts";
import { fieldLines, fieldText } from "../text.ts";

export const getWarehouse = defineTool({
  name: "get_warehouse",
  toolset: "compute",
  effect: "read",
  title: "Get a SQL warehouse",
  description: "Shows a SQL warehouse's state, size and settings.",
  input: z.strictObject({ warehouse_id: namedWarehouse }),
  output: z.object({
    ...warehouseFields,
    size: z.string().optional(),
    type: z.string().optional(),
    serverless: z.boolean(),
    clusters: z.number(),
    min_clusters: z.number().optional(),
    max_clusters: z.number().optional(),
    sessions: z.number(),
    auto_stop_minutes: z.number(),
    creator: z.string().optional(),
  }),
  run: async ({ workspace, signal }, { warehouse_id }) => {
    const one = await workspace.warehouses.get(warehouse_id, { signal });
    return {
      ...warehouseHead(one),
      size: one.clusterSize,
      type: one.warehouseType,
      serverless: one.serverless,
      clusters: one.numClusters,
      min_clusters: one.minNumClusters,
      max_clusters: one.maxNumClusters,
      sessions: one.activeSessions,
      auto_stop_minutes: one.autoStopMinutes,
      creator: one.creator,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
