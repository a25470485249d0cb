import { expect, test } from "bun:test";
import { inTurn, serve, workspaceAt } from "./testing.ts";

const warehouse = {
  id: "w1",
  name: "Starter",
  state: "RUNNING",
  cluster_size: "2X-Small",
  warehouse_type: "PRO",
  enable_serverless_compute: true,
  num_clusters: 1,
  num_active_sessions: 2,
  auto_stop_mins: 10,
  health: { status: "DEGRADED", message: "slow" },
};

test("list reads warehouses over all pages", async () => {
  await using server = serve(
    inTurn(
      () => ({ warehouses: [warehouse], next_page_token: "t" }),
      () => ({ warehouses: [{ id: "w2" }] }),
    ),
  );
  const { items } = await workspaceAt(server.host).warehouses.list();
  expect(items[0]).toMatchObject({
    id: "w1",
    name: "Starter",
    state: "RUNNING",
    clusterSize: "2X-Small",
    serverless: true,
    activeSessions: 2,
    autoStopMinutes: 10,
    health: { status: "DEGRADED", message: "slow" },
  });
  expect(items[1]).toMatchObject({ id: "w2", state: "UNKNOWN", serverless: false, health: undefined });
  expect(server.received[1]?.search).toBe("?page_size=100&page_token=t");
});

test("get, start and stop", async () => {
  await using server = serve(() => warehouse);
  const { warehouses } = workspaceAt(server.host);
  expect((await warehouses.get("w1")).id).toBe("w1");
  await warehouses.start("w1");
  await warehouses.stop("w1");
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /api/2.0/sql/warehouses/w1",
    "POST /api/2.0/sql/warehouses/w1/start",
    "POST /api/2.0/sql/warehouses/w1/stop",
  ]);
});
