// create_warehouse: a new SQL warehouse, small unless more is asked for.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { withHint } from "../errors.ts";
import { forgetWarehouse } from "../sql/warehouse-choice.ts";
import { warehouseFields, warehouseHead } from "../sql/warehouse-fields.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { warehouseInput, warehouseSettings } from "./warehouse-settings.ts";

const fallback = {
  cluster_size: "2X-Small",
  min_num_clusters: 1,
  auto_stop_mins: 10,
  warehouse_type: "PRO",
  enable_serverless_compute: true,
};

export const createWarehouse = defineTool({
  name: "create_warehouse",
  toolset: "compute",
  effect: "write",
  title: "Create a SQL warehouse",
  description:
    "Creates a SQL warehouse, which starts at once and costs money while it runs. Default: 2X-Small, serverless, stops after 10 idle minutes.",
  input: z.strictObject({ name: z.string().min(1, "must not be empty"), ...warehouseInput }),
  output: z.object(warehouseFields),
  targets: nowhere,
  run: async ({ workspace, signal }, wish) => {
    const said = warehouseSettings(wish);
    const least = wish.min_clusters ?? 1;
    const spec = { ...fallback, max_num_clusters: Math.max(least, wish.max_clusters ?? 1), ...said };
    signal.throwIfAborted();
    // Not ended by the caller's signal: nobody would learn of a warehouse that was made meanwhile, and it costs money.
    const { warehouseId } = await workspace.warehouses.create(spec).catch((thrown: unknown) => {
      const taken = thrown instanceof MortarError && /already exists/i.test(thrown.message);
      throw taken ? withHint(thrown, "`list_warehouses` shows it; `update_warehouse` changes it.") : thrown;
    });
    forgetWarehouse(workspace);
    if (signal.aborted) await workspace.warehouses.delete(warehouseId).catch(() => undefined);
    signal.throwIfAborted();
    return warehouseHead(await workspace.warehouses.get(warehouseId, { signal }));
  },
  text: (output) => fieldText(fieldLines(output)),
});
