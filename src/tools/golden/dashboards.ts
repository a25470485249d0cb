// The toolset dashboards as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createDashboard from "./create_dashboard.json";
import deleteDashboard from "./delete_dashboard.json";
import getDashboard from "./get_dashboard.json";
import listDashboards from "./list_dashboards.json";
import publishDashboard from "./publish_dashboard.json";
import unpublishDashboard from "./unpublish_dashboard.json";
import updateDashboard from "./update_dashboard.json";

export const dashboardsGolden: readonly ListedTool[] = [
  listDashboards,
  getDashboard,
  createDashboard,
  updateDashboard,
  publishDashboard,
  unpublishDashboard,
  deleteDashboard,
];
