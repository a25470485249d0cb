// The toolset apps as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createApp from "./create_app.json";
import deleteApp from "./delete_app.json";
import deployApp from "./deploy_app.json";
import getApp from "./get_app.json";
import getAppLogs from "./get_app_logs.json";
import listAppDeployments from "./list_app_deployments.json";
import listApps from "./list_apps.json";
import startApp from "./start_app.json";
import stopApp from "./stop_app.json";
import updateApp from "./update_app.json";

export const appsGolden: readonly ListedTool[] = [
  listApps,
  getApp,
  createApp,
  updateApp,
  deployApp,
  listAppDeployments,
  getAppLogs,
  startApp,
  stopApp,
  deleteApp,
];
