// delete_warehouse: a SQL warehouse, for good.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { forgetWarehouse } from "../sql/warehouse-choice.ts";
import { namedWarehouse } from "../sql/warehouse-fields.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";

export const deleteWarehouse = defineTool({
  name: "delete_warehouse",
  toolset: "compute",
  effect: "destructive",
  title: "Delete a SQL warehouse",
  description: "Deletes a SQL warehouse for good: its statements end, and dashboards and jobs that name it fail.",
  input: z.strictObject({ warehouse_id: namedWarehouse }),
  output: z.object({ warehouse_id: z.string(), warehouse_name: z.string(), deleted: z.boolean() }),
  confirm: async ({ warehouse_id }, { workspace, signal }) => {
    const { name, activeSessions } = await workspace.warehouses.get(warehouse_id, { signal });
    return question`Delete the SQL warehouse ${name} (${warehouse_id}, ${activeSessions} sessions) for good?`;
  },
  targets: nowhere,
  run: async ({ workspace, signal }, { warehouse_id: warehouseId }) => {
    const { name } = await workspace.warehouses.get(warehouseId, { signal });
    await workspace.warehouses.delete(warehouseId, { signal });
    forgetWarehouse(workspace);
    return { warehouse_id: warehouseId, warehouse_name: name, deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
