// The warehouse that is taken, and what is told of warehouses.
import { describe, expect, test } from "bun:test";
import type { Warehouse } from "../../workspace/warehouses.ts";
import { bench, rowsOf } from "../testing.ts";
import { quickest } from "./warehouse-choice.ts";
import { done, running, statements, warehouse } from "./testing-sql.ts";

describe("the warehouse that is taken", () => {
  const cases: readonly (readonly [string, readonly Warehouse[], string | undefined])[] = [
    [
      "one that runs, before all others",
      [warehouse("a", { serverless: true }), warehouse("b", { state: "RUNNING" })],
      "b",
    ],
    ["one that starts, before one that stands", [warehouse("a", {}), warehouse("b", { state: "STARTING" })], "b"],
    [
      "serverless before classic",
      [warehouse("a", {}), warehouse("b", { serverless: true, clusterSize: "Large" })],
      "b",
    ],
    ["the smaller one", [warehouse("a", { clusterSize: "Large" }), warehouse("b", { clusterSize: "2X-Small" })], "b"],
    [
      "the least busy of those that run",
      [warehouse("a", { state: "RUNNING", activeSessions: 9 }), warehouse("b", { state: "RUNNING" })],
      "b",
    ],
    ["none that is being deleted", [warehouse("a", { state: "DELETING" })], undefined],
    ["none that has failed", [warehouse("a", { health: { status: "FAILED", message: undefined } })], undefined],
  ];
  test.each(cases.map(([what, all, id]) => [what, all, id] as const))("%s", (_what, all, id) => {
    expect(quickest(all)?.id).toBe(id);
  });

  test("is told, and asked for once a minute", async () => {
    await using table = bench({ ...running, [`POST ${statements}`]: () => done(["INT"], [["1"]]) });
    const first = await table.call("query_sql", { sql: "SELECT 1" });
    expect(first.data).toMatchObject({ warehouse_id: "w1", warehouse_name: "one", warehouse_choice: "running" });
    await table.call("query_sql", { sql: "SELECT 1" });
    expect(table.sent("GET /api/2.0/sql/warehouses")).toHaveLength(1);
  });

  test("is that of the environment where one is named there", async () => {
    await using table = bench({ [`POST ${statements}`]: () => done(["INT"], [["1"]]) });
    const deps = { ...table.context.deps, env: { DATABRICKS_WAREHOUSE_ID: "w9" } };
    const { data } = await table.call("query_sql", { sql: "SELECT 1" }, { deps });
    expect(data["warehouse_id"]).toBe("w9");
  });

  test("none is an error that says what to ask for", async () => {
    await using table = bench({ "GET /api/2.0/sql/warehouses": () => ({}) });
    const error = await table.failure("query_sql", { sql: "SELECT 1" });
    expect([error.code, error.hint]).toEqual(["not_found", expect.stringContaining("CAN USE")]);
  });
});

describe("warehouses", () => {
  test("are listed with the running ones first, and the one that a statement would take", async () => {
    const warehouses = [
      { id: "w1", name: "b", state: "STOPPED" },
      { id: "w2", name: "a", state: "STOPPED", enable_serverless_compute: true },
      { id: "w3", name: "c", state: "RUNNING", cluster_size: "Small" },
    ];
    await using table = bench({ "GET /api/2.0/sql/warehouses": () => ({ warehouses }) });
    const listed = await table.call("list_warehouses");
    expect(rowsOf(listed).map((row) => row["warehouse_id"])).toEqual(["w3", "w2", "w1"]);
    expect(listed.data["default_warehouse_id"]).toBe("w3");
  });

  test("are started and waited for", async () => {
    let asked = 0;
    await using table = bench({
      "GET /api/2.0/sql/warehouses/w1": () => ({
        id: "w1",
        name: "one",
        state: ["STOPPED", "STARTING", "RUNNING"][asked++] ?? "RUNNING",
      }),
      "POST /api/2.0/sql/warehouses/w1/start": () => ({}),
    });
    expect((await table.call("start_warehouse", { warehouse_id: "w1" })).data["state"]).toBe("RUNNING");
    expect(table.sent("POST /api/2.0/sql/warehouses/w1/start")).toHaveLength(1);
  });

  test("are stopped", async () => {
    let state = "RUNNING";
    await using table = bench({
      "GET /api/2.0/sql/warehouses/w1": () => ({ id: "w1", name: "one", state }),
      "POST /api/2.0/sql/warehouses/w1/stop": () => ((state = "STOPPING"), {}),
    });
    expect((await table.call("stop_warehouse", { warehouse_id: "w1" })).data["state"]).toBe("STOPPING");
  });
});
