// update_warehouse: changes what is given of a SQL warehouse; everything else of it stays.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { asksNobody } from "../question.ts";
import { forgetWarehouse } from "../sql/warehouse-choice.ts";
import { namedWarehouse, warehouseFields, warehouseHead } from "../sql/warehouse-fields.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { warehouseInput, warehouseSettings } from "./warehouse-settings.ts";

export const updateWarehouse = defineTool({
  name: "update_warehouse",
  toolset: "compute",
  effect: "destructive",
  idempotent: true,
  title: "Change a SQL warehouse",
  description: "Changes settings of a SQL warehouse; what is not given stays. tags replace those there.",
  input: z.strictObject({ warehouse_id: namedWarehouse, name: z.string().optional(), ...warehouseInput }),
  output: z.object({ ...warehouseFields, changed: z.array(z.string()) }),
  confirm: asksNobody,
  targets: nowhere,
  run: async ({ workspace, signal }, { warehouse_id: warehouseId, ...wish }) => {
    const said = warehouseSettings(wish);
    if (Object.keys(said).length === 0) {
      throw new MortarError("invalid_input", "Nothing to change is given", { hint: "Give at least one setting." });
    }
    const { configuration } = await workspace.warehouses.get(warehouseId, { signal });
    const changed = Object.keys(said).filter(
      (name) => JSON.stringify(said[name]) !== JSON.stringify(configuration[name]),
    );
    if (changed.length > 0) await workspace.warehouses.edit(warehouseId, { ...configuration, ...said }, { signal });
    forgetWarehouse(workspace);
    return { ...warehouseHead(await workspace.warehouses.get(warehouseId, { signal })), changed };
  },
  text: (output) => fieldText(fieldLines(output)),
});
