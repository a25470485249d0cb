// start_warehouse: from whatever state it is in to RUNNING, as far as one call may wait.
import * as z from "zod";
import { pollUntil } from "../../workspace/poll.ts";
import type { Warehouse } from "../../workspace/warehouses.ts";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { waitSecondsInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { namedWarehouse, warehouseFields, warehouseHead } from "./warehouse-fields.ts";

export const startWarehouse = defineTool({
  name: "start_warehouse",
  toolset: "sql",
  effect: "write",
  idempotent: true,
  title: "Start a SQL warehouse",
  description:
    "Starts a SQL warehouse and waits for it. A statement starts its warehouse by itself: this is for doing it ahead.",
  input: z.strictObject({ warehouse_id: namedWarehouse, wait_seconds: waitSecondsInput(50) }),
  output: z.object(warehouseFields),
  targets: nowhere,
  run: async (context, input) => {
    const { workspace, deps } = context;
    const { warehouses } = workspace;
    const before = await warehouses.get(input.warehouse_id, { signal: context.signal });
    if (before.state === "RUNNING") return warehouseHead(before);
    if (before.state !== "STARTING") await warehouses.start(input.warehouse_id, { signal: context.signal });
    const { last } = await pollUntil(deps.clock, (signal) => warehouses.get(input.warehouse_id, { signal }), {
      ...waitOptions<Warehouse>(
        context,
        waitMs(input, context),
        ({ state }) => `the warehouse is ${state.toLowerCase()}`,
      ),
      done: ({ state }) => state === "RUNNING",
    });
    const hint =
      last.state === "RUNNING" ? undefined : "It is not running yet. Call `start_warehouse` again to wait on.";
    return { ...warehouseHead(last), hint };
  },
  text: (output) => fieldText(fieldLines(output)),
});
