// The pipelines toolset: whole specifications go back, names are exact, what was started is stopped or named.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, me, rowsOf, type Routes } from "../testing.ts";

const base = "/api/2.0/pipelines";
const spec = {
  id: "p1",
  pipeline_type: "WORKSPACE",
  name: "etl",
  catalog: "main",
  schema: "shop",
  libraries: [{ file: { path: "/Workspace/a.sql" } }],
  continuous: true,
  serverless: true,
  photon: true,
  tags: { team: "x" },
};
const pipeline = {
  pipeline_id: "p1",
  name: "etl",
  state: "IDLE",
  health: "HEALTHY",
  spec,
  last_modified: 1_790_000_000_123,
  latest_updates: [{ update_id: "u9", state: "COMPLETED", creation_time: "2026-11-21T08:00:00Z" }],
};
const sources: Routes = {
  ...me,
  "GET /api/2.0/workspace/get-status": (_request, { path }) => {
    const name = String(path);
    if (name.endsWith("gone.sql")) return refusal(404, "RESOURCE_DOES_NOT_EXIST", `Path (${name}) doesn't exist.`);
    const kind = name.endsWith(".sql") || name.endsWith(".py") ? "FILE" : "DIRECTORY";
    return { path: name, object_type: name.endsWith("/nb") ? "NOTEBOOK" : kind, object_id: 1 };
  },
};
const update = (state: string) => ({
  update: { pipeline_id: "p1", update_id: "u1", state, cause: "API_CALL", creation_time: 1_790_000_000_000 },
});
const flow = (name: string, status: string, more: object = {}) => ({
  id: `${name}-${status}`,
  event_type: "flow_progress",
  level: "INFO",
  message: `Flow '${name}' is ${status}.`,
  timestamp: "2026-11-21T08:00:01Z",
  origin: { update_id: "u1", flow_name: name },
  details: { flow_progress: { status, ...more } },
});

describe("a specification", () => {
  test("of a new pipeline has its defaults, and says of each source what it is", async () => {
    await using it = bench({ ...sources, [`POST ${base}`]: () => ({ pipeline_id: "p1" }) });
    const { data } = await it.call("create_pipeline", {
      name: "etl",
      catalog: "main",
      schema: "shop",
      sources: ["~/etl/nb", "/Workspace/a.sql", "/Workspace/gone.sql", "/Workspace/folder/**"],
      configuration: { days: 3 },
      extra_settings: { id: "other", pipeline_type: "WORKSPACE", channel: "PREVIEW", photon: null },
    });
    expect(it.sent(`POST ${base}`)).toEqual([
      {
        name: "etl",
        catalog: "main",
        schema: "shop",
        continuous: false,
        serverless: true,
        channel: "PREVIEW",
        configuration: { days: "3" },
        libraries: [
          { notebook: { path: "/Workspace/Users/me@example.com/etl/nb" } },
          { file: { path: "/Workspace/a.sql" } },
          { file: { path: "/Workspace/gone.sql" } },
          { glob: { include: "/Workspace/folder/**" } },
        ],
      },
    ]);
    expect(data).toMatchObject({ pipeline_id: "p1", missing_sources: ["/Workspace/gone.sql"] });
  });

  test("goes back whole when a part of it is changed, against the state that was read", async () => {
    await using it = bench({ [`GET ${base}/p1`]: () => pipeline, [`PUT ${base}/p1`]: () => ({}) });
    const { data } = await it.call("update_pipeline", {
      pipeline_id: "p1",
      configuration: { a: "1" },
      extra_settings: { photon: null },
    });
    const { pipeline_type: _type, photon: _photon, ...kept } = spec;
    expect(it.sent(`PUT ${base}/p1`)).toEqual([
      { ...kept, configuration: { a: "1" }, expected_last_modified: 1_790_000_000_123 },
    ]);
    expect(data["changed"]).toEqual(["photon", "configuration"]);
  });

  test("is read again where somebody changed it meanwhile, and is not sent where nothing changes", async () => {
    let reads = 0;
    await using it = bench({
      [`GET ${base}/p1`]: () => ({ ...pipeline, last_modified: 1_000 + (reads += 1) }),
      [`PUT ${base}/p1`]: (_request, body) =>
        body["expected_last_modified"] === 1_001 ? refusal(409, "RESOURCE_CONFLICT", "modified") : {},
    });
    await it.call("update_pipeline", { pipeline_id: "p1", continuous: false });
    expect(it.sent(`PUT ${base}/p1`).map((one) => one["expected_last_modified"])).toEqual([1_001, 1_002]);
    const { data } = await it.call("update_pipeline", { pipeline_id: "p1", continuous: true });
    expect([data["changed"], it.sent(`PUT ${base}/p1`).length]).toEqual([[], 2]);
    expect((await it.failure("update_pipeline", { pipeline_id: "p1" })).code).toBe("invalid_input");
  });
});

test("a new pipeline needs sources and a place, which older ones have otherwise", async () => {
  await using it = bench({ ...sources, [`GET ${base}`]: () => ({}), [`POST ${base}`]: () => ({ pipeline_id: "p1" }) });
  for (const wish of [{ catalog: "main", schema: "s" }, { sources: ["/Workspace/a.sql"] }]) {
    expect((await it.failure("create_pipeline", { name: "n", ...wish })).code).toBe("invalid_input");
    expect((await it.failure("deploy_pipeline", { name: "n", ...wish })).code).toBe("invalid_input");
  }
  const libraries = [{ notebook: { path: "/a" } }];
  await it.call("create_pipeline", { name: "n", extra_settings: { storage: "/s", target: "t", libraries } });
  expect(it.sent(`POST ${base}`)).toEqual([
    { name: "n", storage: "/s", target: "t", libraries, continuous: false, serverless: true },
  ]);
});

test("a pipeline is found by its exact name, whatever LIKE finds", async () => {
  const status = (id: string, name: string) => ({ pipeline_id: id, name, state: "IDLE" });
  await using it = bench({
    [`GET ${base}`]: () => ({
      statuses: [
        status("p0", "et_"),
        status("p1", "etl"),
        status("p2", "ETL"),
        status("p3", "d'x"),
        status("p4", "d'x"),
      ],
    }),
    [`GET ${base}/p1`]: () => pipeline,
  });
  expect((await it.call("get_pipeline", { name: "etl" })).data).toMatchObject({ pipeline_id: "p1", settings: spec });
  expect(it.sent(`GET ${base}`)[0]?.["filter"]).toBe("name LIKE 'etl'");
  const several = await it.failure("get_pipeline", { name: "d'x" });
  expect([several.code, several.hint]).toEqual(["conflict", expect.stringContaining("p3, p4")]);
  expect(it.sent(`GET ${base}`)[1]?.["filter"]).toBe("name LIKE 'd_x'");
  expect((await it.failure("get_pipeline", { name: "none" })).code).toBe("not_found");
  expect((await it.failure("get_pipeline")).code).toBe("invalid_input");
});

test("a specification that is larger than a result comes in parts", async () => {
  const large = { ...spec, configuration: { text: "x".repeat(3_000) } };
  await using it = bench(
    { [`GET ${base}/p1`]: () => ({ ...pipeline, spec: large }) },
    { limits: { textChars: 1_000 } },
  );
  let json = "";
  for (let offset: unknown = 0; offset !== undefined;) {
    const { data } = await it.call("get_pipeline", { pipeline_id: "p1", offset });
    json += String(data["settings_json"]);
    offset = data["next_offset"];
  }
  expect(JSON.parse(json)).toEqual(large);
});

describe("an update", () => {
  const events = [
    {
      event_type: "update_progress",
      level: "ERROR",
      message: "Update u1 has failed.",
      origin: { update_id: "u1" },
      error: { exceptions: [{ class_name: "a.b.DLTAnalysisException", message: "Failed to analyze flow 'gold'." }] },
    },
    flow("silver", "COMPLETED", {
      metrics: { num_output_rows: 4 },
      data_quality: {
        dropped_records: 1,
        expectations: [
          { name: "ok", failed_records: 1 },
          { name: "fine", failed_records: 0 },
        ],
      },
    }),
    flow("silver", "RUNNING", { metrics: { num_output_rows: 2 } }),
    { ...flow("other", "FAILED"), origin: { update_id: "u0", flow_name: "other" } },
    {
      ...flow("gold", "FAILED"),
      level: "ERROR",
      error: { exceptions: [{ class_name: "org.x.AnalysisException", message: "no column" }] },
    },
  ];

  test("that fails gives each flow's rows and each error once, causes first", async () => {
    await using it = bench({
      [`POST ${base}/p1/updates`]: () => ({ update_id: "u1" }),
      [`GET ${base}/p1/updates/u1`]: () => update("FAILED"),
      [`GET ${base}/p1/events`]: () => ({ events: [events[0], ...events] }),
    });
    const result = await it.call("run_pipeline", { pipeline_id: "p1", refresh_selection: ["silver"] });
    expect(it.sent(`POST ${base}/p1/updates`)).toEqual([
      { full_refresh: false, refresh_selection: ["silver"], validate_only: false },
    ]);
    expect(result.failed).toBe(true);
    expect(result.data).toMatchObject({ state: "FAILED", success: false, update_id: "u1" });
    expect(result.data["errors"]).toEqual([
      { flow: "gold", error: "AnalysisException: no column" },
      { error: "DLTAnalysisException: Failed to analyze flow 'gold'." },
    ]);
    expect(rowsOf(result)).toEqual([
      { flow: "gold", status: "FAILED", rows_written: null, rows_dropped: null, failed_expectations: null },
      { flow: "silver", status: "COMPLETED", rows_written: 6, rows_dropped: 1, failed_expectations: "ok: 1" },
    ]);
    expect(it.sent(`GET ${base}/p1/events`)[0]).toMatchObject({ filter: "timestamp >= '2026-09-21T14:13:20.000Z'" });
  });

  test("goes on under its id where the wait is over, and tells meanwhile how many flows are done", async () => {
    await using it = bench({
      [`POST ${base}/p1/updates`]: () => ({ update_id: "u1" }),
      [`GET ${base}/p1/updates/u1`]: () => update("RUNNING"),
      [`GET ${base}/p1/events`]: () => ({ events: [flow("a", "COMPLETED"), flow("b", "RUNNING")] }),
    });
    const { data, failed } = await it.call("run_pipeline", { pipeline_id: "p1", wait_seconds: 5 });
    expect([failed, data["success"], data["state"]]).toEqual([false, undefined, "RUNNING"]);
    expect(String(data["hint"])).toContain("`get_pipeline_update`");
    expect(it.progress).toContain("The update is RUNNING: 1 of 2 flows are done");
    expect(it.server.received.some(({ path }) => path.endsWith("/stop"))).toBe(false);
  });

  test("is stopped when the caller takes the call back, and named when the wait breaks", async () => {
    const caller = new AbortController();
    const routes: Routes = {
      [`POST ${base}/p1/updates`]: () => ({ update_id: "u1" }),
      [`GET ${base}/p1/updates/u1`]: () => update("INITIALIZING"),
      [`POST ${base}/p1/stop`]: () => ({}),
    };
    await using it = bench(routes, { signal: caller.signal, onSleep: () => caller.abort() });
    await it.call("run_pipeline", { pipeline_id: "p1" }).catch(() => undefined);
    expect(it.sent(`POST ${base}/p1/stop`)).toHaveLength(1);

    await using broken = bench({
      ...routes,
      [`GET ${base}/p1/updates/u1`]: () => refusal(403, "PERMISSION_DENIED", "no"),
    });
    const error = await broken.failure("run_pipeline", { pipeline_id: "p1" });
    expect(error.hint).toContain("update_id u1");
    expect(broken.sent(`POST ${base}/p1/stop`)).toEqual([]);
  });

  test("is refused in words where another goes on", async () => {
    await using it = bench({
      [`POST ${base}/p1/updates`]: () =>
        refusal(409, "RESOURCE_CONFLICT", "An active update u0 already exists for pipeline p1."),
    });
    const error = await it.failure("run_pipeline", { pipeline_id: "p1" });
    expect([error.code, error.hint]).toEqual(["conflict", expect.stringContaining("`stop_pipeline`")]);
    expect(it.server.received).toHaveLength(1);
  });

  test("is the latest one where none is named", async () => {
    await using it = bench({
      [`GET ${base}/p1`]: () => pipeline,
      [`GET ${base}/p1/updates/u9`]: () => ({ update: { ...update("COMPLETED").update, update_id: "u9" } }),
      [`GET ${base}/p1/events`]: () => ({}),
      [`GET ${base}/p2`]: () => ({ pipeline_id: "p2", name: "new" }),
    });
    const { data } = await it.call("get_pipeline_update", { pipeline_id: "p1" });
    expect(data).toMatchObject({ update_id: "u9", success: true, rows: [] });
    expect((await it.failure("get_pipeline_update", { pipeline_id: "p2" })).code).toBe("not_found");
  });
});

test("deploying makes the pipeline or changes the one of that name, then runs it once", async () => {
  const done: Routes = {
    ...sources,
    [`POST ${base}/p1/updates`]: () => ({ update_id: "u1" }),
    [`GET ${base}/p1/updates/u1`]: () => update("COMPLETED"),
    [`GET ${base}/p1/events`]: () => ({}),
  };
  const wish = { name: "etl", catalog: "main", schema: "shop", sources: ["/Workspace/b.py"] };
  await using fresh = bench({ ...done, [`GET ${base}`]: () => ({}), [`POST ${base}`]: () => ({ pipeline_id: "p1" }) });
  const made = await fresh.call("deploy_pipeline", wish);
  expect(made.data).toMatchObject({ created: true, update_id: "u1", success: true, name: "etl" });

  await using there = bench({
    ...done,
    [`GET ${base}`]: () => ({ statuses: [{ pipeline_id: "p1", name: "etl" }] }),
    [`GET ${base}/p1`]: () => pipeline,
    [`PUT ${base}/p1`]: () => ({}),
  });
  const changed = await there.call("deploy_pipeline", { ...wish, full_refresh: true });
  expect(changed.data).toMatchObject({ created: false, update_id: "u1" });
  expect(there.sent(`PUT ${base}/p1`)[0]).toMatchObject({
    continuous: true,
    photon: true,
    libraries: [{ file: { path: "/Workspace/b.py" } }],
  });
  expect(there.sent(`POST ${base}/p1/updates`)).toEqual([{ full_refresh: true }]);
});

test("events come newest first, of one update where it is named, and the page token travels alone", async () => {
  const event = (id: number, updateId: string) => ({
    id: String(id),
    level: "ERROR",
    message: `m${id}`,
    event_type: "x",
    origin: { update_id: updateId },
  });
  await using it = bench({
    [`GET ${base}/p1/events`]: (_request, query) =>
      query["page_token"] === undefined
        ? { events: [event(1, "u1"), event(2, "u2")], next_page_token: "t" }
        : { events: [event(3, "u1")] },
  });
  const result = await it.call("list_pipeline_events", { pipeline_id: "p1", update_id: "u1", limit: 1 });
  expect(rowsOf(result).map((row) => row["message"])).toEqual(["m1"]);
  expect(result.data).toMatchObject({ truncated: true, next_offset: 1 });
  expect(it.sent(`GET ${base}/p1/events`)).toEqual([
    { max_results: "250", filter: "level in ('ERROR', 'WARN')" },
    { max_results: "250", page_token: "t" },
  ]);
  await using endless = bench({ [`GET ${base}/p1/events`]: () => ({ next_page_token: "t" }) });
  expect((await endless.failure("list_pipeline_events", { pipeline_id: "p1" })).code).toBe("bad_response");
});

test("stopping waits until it is idle; deleting keeps the tables where that is said, and asks by name", async () => {
  const states = ["RUNNING", "RUNNING", "STOPPING", "IDLE"];
  await using it = bench({
    [`GET ${base}/p1`]: () => ({ ...pipeline, state: states.shift() ?? "IDLE" }),
    [`POST ${base}/p1/stop`]: () => ({}),
    [`DELETE ${base}/p1`]: () => ({}),
  });
  expect((await it.call("stop_pipeline", { pipeline_id: "p1" })).data["status"]).toBe("stopped");
  expect((await it.call("stop_pipeline", { pipeline_id: "p1" })).data["status"]).toBe("already_idle");
  await it.call("delete_pipeline", { pipeline_id: "p1", keep_tables: true });
  await it.call("delete_pipeline", { pipeline_id: "p1" });
  const deletions = it.server.received.filter(({ method }) => method === "DELETE").map(({ search }) => search);
  expect(deletions).toEqual(["?cascade=false", ""]);
  const { deletePipeline } = await import("./delete-pipeline.ts");
  const asked = await deletePipeline.confirm?.({ pipeline_id: "p1", keep_tables: false }, it.context);
  expect(String(asked)).toContain("“etl”");
  expect(await deletePipeline.targets?.({ pipeline_id: "p1", keep_tables: false }, it.context)).toEqual([
    { kind: "securable", name: ["main", "shop", undefined] },
    expect.objectContaining({ kind: "anywhere" }) as never,
  ]);
  expect(await deletePipeline.targets?.({ pipeline_id: "p1", keep_tables: true }, it.context)).toEqual([]);
});
