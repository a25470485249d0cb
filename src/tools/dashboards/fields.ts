// What the tools for dashboards take and tell alike.
import * as z from "zod";
import type { Dashboard } from "./dashboards-api.ts";

export const dashboardIdInput = z.string().min(1, "must not be empty").describe("Id, as list_dashboards gives it");

export const dashboardFields = {
  dashboard_id: z.string(),
  name: z.string(),
  path: z.string().optional(),
  warehouse_id: z.string().optional(),
  state: z.string().optional(),
  updated: z.string().optional(),
  dashboard_url: z.string(),
};

export function shownDashboard(dashboard: Dashboard, host: string) {
  const { id, name, path, warehouseId, state, updated } = dashboard;
  const dashboard_url = `${host}/sql/dashboardsv3/${id}`;
  return { dashboard_id: id, name, path, warehouse_id: warehouseId, state, updated, dashboard_url };
}

export const savedFields = {
  ...dashboardFields,
  warnings: z.array(z.string()),
  hint: z.string().optional(),
};

export const placeInput = {
  dataset_catalog: z.string().optional().describe("For names of tables without a catalog"),
  dataset_schema: z.string().optional(),
};
