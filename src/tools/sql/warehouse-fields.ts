// How a warehouse is told.
import * as z from "zod";
import type { Warehouse } from "../../workspace/warehouses.ts";

export const warehouseFields = {
  warehouse_id: z.string(),
  warehouse_name: z.string(),
  state: z.string(),
  health: z.string().optional(),
  hint: z.string().optional(),
};

export function warehouseHead({ id, name, state, health }: Warehouse) {
  const isWell = health === undefined || health.status === "HEALTHY" || health.status === "STATUS_UNSPECIFIED";
  const words = isWell ? undefined : [health.status, health.message].filter(Boolean).join(": ");
  return { warehouse_id: id, warehouse_name: name, state, health: words };
}

export const namedWarehouse = z.string().min(1, "must not be empty").describe("Id, as list_warehouses gives it");
