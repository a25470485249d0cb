// stop_warehouse: ends what runs on it; the next statement starts it again.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { asksNobody } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { forgetWarehouse } from "./warehouse-choice.ts";
import { namedWarehouse, warehouseFields, warehouseHead } from "./warehouse-fields.ts";

export const stopWarehouse = defineTool({
  name: "stop_warehouse",
  toolset: "sql",
  effect: "destructive",
  idempotent: true,
  title: "Stop a SQL warehouse",
  description:
    "Stops a SQL warehouse for everyone who uses it; their running statements fail. The next statement starts it again.",
  input: z.strictObject({ warehouse_id: namedWarehouse }),
  output: z.object(warehouseFields),
  confirm: asksNobody,
  targets: nowhere,
  run: async ({ workspace, signal }, { warehouse_id }) => {
    const { warehouses } = workspace;
    const before = await warehouses.get(warehouse_id, { signal });
    if (before.state !== "STOPPED") await warehouses.stop(warehouse_id, { signal });
    forgetWarehouse(workspace);
    return warehouseHead(await warehouses.get(warehouse_id, { signal }));
  },
  text: (output) => fieldText(fieldLines(output)),
});
