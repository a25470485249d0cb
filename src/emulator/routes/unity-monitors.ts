// Monitors of tables over the older API. https://docs.databricks.com/api/workspace/qualitymonitors
import { requireMay } from "../catalog/grants.ts";
import {
  createMonitor,
  deleteMonitor,
  refreshMonitor,
  requireMonitor,
  requireRefresh,
  type Refresh,
} from "../catalog/monitors.ts";
import { findSecurable, type Securable } from "../catalog/securables.ts";
import { wireId } from "../http/fields.ts";
import type { Call, Handler, Route } from "../http/route.ts";
import type { World } from "../world.ts";

const pattern = "/api/2.1/unity-catalog/tables/{name}/monitor";

const create: Handler = async (call, world) =>
  (await createMonitor(world, await tableOf(call, world), await call.json())).fields;

const get: Handler = async (call, world) => requireMonitor(world, await tableOf(call, world)).fields;

const remove: Handler = async (call, world) => {
  deleteMonitor(world, await tableOf(call, world));
  return {};
};

const refresh: Handler = async (call, world) => {
  const made = await refreshMonitor(world, await tableOf(call, world));
  return { ...refreshView(made), state: "PENDING", end_time_ms: 0, message: "" };
};

const refreshes: Handler = async (call, world) => ({
  refreshes: requireMonitor(world, await tableOf(call, world)).refreshes.map(refreshView),
});

const getRefresh: Handler = async (call, world) =>
  refreshView(requireRefresh(requireMonitor(world, await tableOf(call, world)), call.params["refresh"] ?? ""));

function refreshView({ id, state, startedAt, endedAt, message }: Refresh): object {
  return {
    refresh_id: wireId(id),
    state,
    trigger: "MANUAL",
    start_time_ms: startedAt,
    end_time_ms: endedAt,
    ...(message === undefined ? {} : { message }),
  };
}

async function tableOf(call: Call, world: World): Promise<Securable> {
  const on = await findSecurable(world, "table", (call.params["name"] ?? "").toLowerCase());
  requireMay(world, call.caller, { on, privilege: call.method === "GET" ? "SELECT" : "MANAGE" });
  return on;
}

export const unityMonitorsRoutes: readonly Route[] = [
  { method: "POST", pattern, handler: create },
  { method: "GET", pattern, handler: get },
  { method: "DELETE", pattern, handler: remove },
  { method: "POST", pattern: `${pattern}/refreshes`, handler: refresh },
  { method: "GET", pattern: `${pattern}/refreshes`, handler: refreshes },
  { method: "GET", pattern: `${pattern}/refreshes/{refresh}`, handler: getRefresh },
];
