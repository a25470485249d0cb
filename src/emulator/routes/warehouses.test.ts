// SQL warehouses over HTTP: settings, life cycle, start on submission, pages.
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { systemClock } from "../../platform/clock.ts";
import { testDeps } from "../testing.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

const path = "/api/2.0/sql/warehouses";
let it: TestEmulator;
/** Milliseconds that the emulator's clock is ahead. */
let ahead: number;

beforeEach(async () => {
  ahead = 0;
  const clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep };
  it = await startTestEmulator({ deps: { ...testDeps(), clock } });
});
afterEach(() => it.dispose());

async function only(): Promise<JsonObject> {
  const { json } = await it.call(`GET ${path}`);
  const [first] = json["warehouses"] as JsonObject[];
  if (first === undefined) throw new Error("no warehouse");
  return first;
}

test("a new workspace has the stopped starter warehouse", async () => {
  expect(await only()).toMatchObject({
    name: "Serverless Starter Warehouse",
    state: "STOPPED",
    warehouse_type: "PRO",
    enable_serverless_compute: true,
    num_clusters: 0,
    health: { status: "HEALTHY" },
    odbc_params: { protocol: "https" },
  });
});

test("is created, edited, stopped, started and deleted", async () => {
  const created = await it.call(`POST ${path}`, {
    body: {
      name: "small",
      cluster_size: "Small",
      auto_stop_mins: 20,
      tags: { custom_tags: [{ key: "a", value: "b" }] },
    },
  });
  const id = String(created.json["id"]);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  const get = async (): Promise<JsonObject> => (await it.call(`GET ${path}/${id}`)).json;
  expect(await get()).toMatchObject({
    id,
    name: "small",
    cluster_size: "Small",
    state: "RUNNING",
    auto_stop_mins: 20,
    num_clusters: 1,
    tags: { custom_tags: [{ key: "a", value: "b" }] },
  });
  await it.call(`POST ${path}/${id}/edit`, { body: { name: "larger", cluster_size: "Large", max_num_clusters: 3 } });
  expect(await get()).toMatchObject({ name: "larger", cluster_size: "Large", max_num_clusters: 3, auto_stop_mins: 20 });
  await it.call(`POST ${path}/${id}/stop`);
  expect((await get())["state"]).toBe("STOPPED");
  await it.call(`POST ${path}/${id}/start`);
  expect((await get())["state"]).toBe("RUNNING");
  expect((await it.call(`DELETE ${path}/${id}`)).status).toBe(200);
  expect((await it.call(`GET ${path}/${id}`)).json["error_code"]).toBe("RESOURCE_DOES_NOT_EXIST");
});

test("starting and stopping take their time", async () => {
  it.world.switches.clusterStartMs = 60_000;
  const id = String((await only())["id"]);
  await it.call(`POST ${path}/${id}/start`);
  expect((await only())["state"]).toBe("STARTING");
  ahead = 61_000;
  expect((await only())["state"]).toBe("RUNNING");
  await it.call(`POST ${path}/${id}/stop`);
  expect((await only())["state"]).toBe("STOPPING");
  ahead = 90_000;
  expect((await only())["state"]).toBe("STOPPED");
});

test("a submission starts it, and idleness stops it", async () => {
  const id = String((await only())["id"]);
  await it.call("POST /api/2.0/sql/statements", { body: { statement: "SELECT 1", warehouse_id: id } });
  expect((await only())["state"]).toBe("RUNNING");
  ahead = 11 * 60_000;
  expect((await only())["state"]).toBe("STOPPED");
});

test("refuses what the service refuses", async () => {
  const code = async (body: object): Promise<unknown> => (await it.call(`POST ${path}`, { body })).json["error_code"];
  expect(await code({ cluster_size: "Small" })).toBe("INVALID_PARAMETER_VALUE");
  expect(await code({ name: "x" })).toBe("INVALID_PARAMETER_VALUE");
  expect(await code({ name: "x", cluster_size: "Huge" })).toBe("INVALID_PARAMETER_VALUE");
  expect(await code({ name: "x", cluster_size: "Small", min_num_clusters: 3, max_num_clusters: 2 })).toBe(
    "INVALID_PARAMETER_VALUE",
  );
  expect(await code({ name: "Serverless Starter Warehouse", cluster_size: "Small" })).toBe("INVALID_PARAMETER_VALUE");
  expect(
    await code({ name: "x", cluster_size: "Small", warehouse_type: "CLASSIC", enable_serverless_compute: true }),
  ).toBe("INVALID_PARAMETER_VALUE");
  for (const call of ["GET", "DELETE"]) expect((await it.call(`${call} ${path}/0000000000000000`)).status).toBe(404);
  for (const act of ["start", "stop", "edit"])
    expect((await it.call(`POST ${path}/0000000000000000/${act}`, { body: {} })).status).toBe(404);
});

test("pages go on through an empty one", async () => {
  for (const name of ["a", "b", "c"]) await it.call(`POST ${path}`, { body: { name, cluster_size: "2X-Small" } });
  const names: unknown[] = [];
  let token = "";
  do {
    const { json } = await it.call(`GET ${path}?page_size=2&page_token=${token}`);
    names.push(...(json["warehouses"] as JsonObject[]).map((each) => each["name"]));
    token = String(json["next_page_token"] ?? "");
  } while (token !== "");
  expect(names).toEqual(["Serverless Starter Warehouse", "a", "b", "c"]);
});
