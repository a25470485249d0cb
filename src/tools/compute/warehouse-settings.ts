// What is said of a SQL warehouse, and the wire's words for it.
import * as z from "zod";
import type { JsonObject } from "../../platform/json.ts";
import { parametersInput } from "../fields.ts";
import { warehouseSizes } from "../sql/warehouse-sizes.ts";

export const warehouseInput = {
  size: z.enum(warehouseSizes).optional(),
  min_clusters: z.int().min(1).optional(),
  max_clusters: z.int().min(1).optional(),
  auto_stop_minutes: z.int().min(0).optional().describe("0 never"),
  type: z.enum(["PRO", "CLASSIC"]).optional(),
  serverless: z.boolean().optional(),
  tags: parametersInput("Tags").optional(),
};

const whole = z.object(warehouseInput);

/** The fields that were said. */
export function warehouseSettings(wish: z.output<typeof whole> & { readonly name?: string | undefined }): JsonObject {
  const { tags } = wish;
  const fields = {
    name: wish.name,
    cluster_size: wish.size,
    min_num_clusters: wish.min_clusters,
    max_num_clusters: wish.max_clusters,
    auto_stop_mins: wish.auto_stop_minutes,
    warehouse_type: wish.type,
    enable_serverless_compute: wish.serverless,
    tags: tags && { custom_tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}
