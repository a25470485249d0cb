// The apps toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { deleteApp, startApp, stopApp, updateApp } from "./change-app.ts";
import { createApp } from "./create-app.ts";
import { deployApp } from "./deploy-app.ts";
import { getApp } from "./get-app.ts";
import { getAppLogs } from "./get-app-logs.ts";
import { listAppDeployments } from "./list-app-deployments.ts";
import { listApps } from "./list-apps.ts";

export const appsToolset: readonly Tool[] = [
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
