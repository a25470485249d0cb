// The dashboards toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createDashboard } from "./create-dashboard.ts";
import { deleteDashboard } from "./delete-dashboard.ts";
import { getDashboard } from "./get-dashboard.ts";
import { listDashboards } from "./list-dashboards.ts";
import { publishDashboard, unpublishDashboard } from "./publish-dashboard.ts";
import { updateDashboard } from "./update-dashboard.ts";

export const dashboardsToolset: readonly Tool[] = [
  listDashboards,
  getDashboard,
  createDashboard,
  updateDashboard,
  publishDashboard,
  unpublishDashboard,
  deleteDashboard,
];
