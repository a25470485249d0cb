// The lakebase toolset: names, waits on operations, and a password that nobody sees.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal } from "../../workspace/testing.ts";
import { bench, me, rowsOf, testDeps, type Routes } from "../testing.ts";
import { loadTool } from "../toolsets.ts";
import { branchName, endpointName, projectName } from "./names.ts";

const pg = "/api/2.0/postgres";
const db = "/api/2.0/database";
const endpoint = "projects/shop/branches/dev/endpoints/primary";

describe("names", () => {
  test.each([
    [projectName, "shop", "projects/shop"],
    [projectName, "projects/shop", "projects/shop"],
    [branchName, "shop/dev", "projects/shop/branches/dev"],
    [branchName, "projects/shop/branches/dev", "projects/shop/branches/dev"],
    [endpointName, "shop/dev/primary", endpoint],
    [endpointName, endpoint, endpoint],
  ])("%p makes of %s %s", (read, written, whole) => {
    expect(read(written)).toBe(whole);
  });

  test.each([
    [projectName, ""],
    [projectName, "Shop"],
    [projectName, "../credentials"],
    [projectName, "shop/dev"],
    [branchName, "shop"],
    [branchName, "projects/shop/branches/dev/endpoints/x"],
    [endpointName, "shop/dev/.."],
  ])("%p refuses %p", (read, written) => {
    expect(() => read(written)).toThrow("in Lakebase");
  });
});

test("both kinds are listed; a workspace without one of them has the other", async () => {
  const projects = { projects: [{ name: "projects/shop", status: { owner: "ada", pg_version: 17 } }] };
  await using both = bench({
    [`GET ${pg}/projects`]: ({ search }) => (search === "" ? { next_page_token: "2" } : projects),
    [`GET ${db}/instances`]: () => ({ database_instances: [{ name: "old", state: "AVAILABLE", capacity: "CU_2" }] }),
  });
  expect(rowsOf(await both.call("list_lakebase_databases")).map(({ name, type }) => [name, type])).toEqual([
    ["old", "provisioned"],
    ["shop", "autoscale"],
  ]);
  await using one = bench({ [`GET ${db}/instances`]: () => ({ database_instances: [{ name: "old" }] }) });
  expect(rowsOf(await one.call("list_lakebase_databases"))).toHaveLength(1);
  expect((await one.call("list_lakebase_databases", { type: "autoscale" })).data["hint"]).toContain("No database");
});

describe("a change", () => {
  test("waits for its operation, and tells when it goes on", async () => {
    let asked = 0;
    await using it = bench({
      [`POST ${pg}/projects`]: () => ({ name: "operations/1", done: false }),
      [`GET ${pg}/operations/1`]: () => ({ name: "operations/1", done: ++asked > 2 }),
    });
    const { data } = await it.call("create_lakebase_project", {
      name: "shop",
      min_cu: 1,
      suspend_after_seconds: 0,
    });
    expect(data).toMatchObject({ name: "projects/shop", state: "done" });
    expect(it.sent(`POST ${pg}/projects`)).toEqual([
      {
        spec: {
          display_name: "shop",
          pg_version: 17,
          default_endpoint_settings: { autoscaling_limit_min_cu: 1, no_suspension: true },
        },
      },
    ]);
    asked = -1_000_000;
    const waiting = await it.call("create_lakebase_project", { name: "shop", wait_seconds: 5 });
    expect(waiting.data).toMatchObject({ state: "going_on", operation: "operations/1" });
  });

  test("ends with what the operation ended with", async () => {
    await using it = bench({
      [`DELETE ${pg}/projects/shop/branches/dev`]: () => ({ name: "operations/2", done: false }),
      [`GET ${pg}/operations/2`]: () => ({ name: "operations/2", done: true, error: { message: "It has children." } }),
    });
    expect((await it.failure("delete_lakebase_branch", { branch: "shop/dev" })).message).toContain("It has children.");
  });

  test("of nothing sends nothing", async () => {
    await using it = bench({});
    for (const [name, args] of [
      ["update_lakebase_project", { project: "shop" }],
      ["update_lakebase_branch", { branch: "shop/dev" }],
      ["update_lakebase_endpoint", { endpoint: "shop/dev/primary" }],
    ] as const) {
      expect((await it.call(name, args)).data["hint"]).toContain("Nothing was to be changed");
    }
    expect(
      String(
        (await it.failure("update_lakebase_branch", { branch: "shop/dev", no_expiry: true, ttl_seconds: 90 })).code,
      ),
    ).toBe("invalid_input");
    expect(it.server.received).toEqual([]);
  });

  test("says which fields it changes, and only those", async () => {
    const queries: string[] = [];
    const answer = ({ search }: { search: string }) => (
      queries.push(decodeURIComponent(search)),
      { name: "operations/3", done: true }
    );
    await using it = bench({
      [`PATCH ${pg}/projects/shop/branches/dev`]: answer,
      [`PATCH ${pg}/${endpoint}`]: answer,
      [`POST ${pg}/projects/shop/branches`]: answer,
    });
    await it.call("update_lakebase_branch", { branch: "shop/dev", is_protected: true, ttl_seconds: 3_600 });
    await it.call("update_lakebase_endpoint", { endpoint, max_cu: 8, suspend_after_seconds: 60 });
    await it.call("create_lakebase_branch", { project: "shop", name: "dev", source_branch: "production" });
    expect(queries).toEqual([
      "?update_mask=spec.is_protected,spec.ttl",
      "?update_mask=spec.autoscaling_limit_max_cu,spec.suspend_timeout_duration",
      "?branch_id=dev",
    ]);
    expect(it.sent(`POST ${pg}/projects/shop/branches`)).toEqual([
      { spec: { source_branch: "projects/shop/branches/production", no_expiry: true } },
    ]);
    expect(it.sent(`PATCH ${pg}/${endpoint}`)).toEqual([
      { spec: { autoscaling_limit_max_cu: 8, suspend_timeout_duration: "60s" } },
    ]);
  });
});

test("an instance that does not exist is made, not taken for one that is there", async () => {
  const held = new Map<string, object>();
  await using it = bench({
    [`POST ${db}/instances`]: (_request, body) => (held.set(String(body["name"]), body), body),
    [`GET ${db}/instances/shop`]: () => {
      const found = held.get("shop");
      return found === undefined ? refusal(404, "NOT_FOUND", "no") : { ...found, state: "STARTING" };
    },
    [`GET ${pg}/projects/shop`]: () => refusal(404, "NOT_FOUND", "no"),
  });
  expect(String((await it.failure("get_lakebase_database", { name: "shop" })).code)).toBe("not_found");
  expect((await it.call("create_lakebase_instance", { name: "shop" })).data).toMatchObject({
    state: "STARTING",
    hint: expect.stringContaining("some minutes"),
  });
  expect((await it.call("get_lakebase_database", { name: "shop" })).data["type"]).toBe("provisioned");
});

describe("a synced table", () => {
  const wish = { source_table: "main.s.t", target_table: "main.s.copy", primary_key_columns: ["id"] };

  test("is in a branch or in an instance", async () => {
    await using it = bench({});
    for (const place of [{}, { branch: "shop/dev", instance: "old" }]) {
      expect(String((await it.failure("create_synced_table", { ...wish, ...place })).code)).toBe("invalid_input");
    }
    expect(it.server.received).toEqual([]);
  });

  test("of either kind is made, found and deleted", async () => {
    const status = { detailed_state: "SYNCED_TABLE_ONLINE", message: "fine" };
    await using branch = bench({
      [`POST ${pg}/synced_tables`]: () => ({ name: "operations/1", done: true }),
      [`GET ${pg}/synced_tables/main.s.copy`]: () => ({ spec: { source_table_full_name: "main.s.t" }, status }),
      [`DELETE ${pg}/synced_tables/main.s.copy`]: () => ({ name: "operations/2", done: true }),
    });
    expect((await branch.call("create_synced_table", { ...wish, branch: "shop/dev" })).data).toMatchObject({
      table: "main.s.copy",
      state: "ONLINE",
    });
    expect((await branch.call("delete_synced_table", { table: "main.s.copy" })).data["deleted"]).toBe(true);
    await using instance = bench({
      [`POST ${db}/synced_tables`]: () => ({}),
      [`GET ${db}/synced_tables/main.s.copy`]: () => ({ name: "main.s.copy", data_synchronization_status: status }),
      [`DELETE ${db}/synced_tables/main.s.copy`]: () => ({}),
    });
    await instance.call("create_synced_table", { ...wish, instance: "old" });
    expect(instance.sent(`POST ${db}/synced_tables`)[0]).toMatchObject({
      name: "main.s.copy",
      database_instance_name: "old",
    });
    expect((await instance.call("delete_synced_table", { table: "main.s.copy" })).data["deleted"]).toBe(true);
  });

  test("writes where its copy is, which protection goes by", async () => {
    const tool = await loadTool("create_synced_table");
    await using it = bench({});
    expect(await tool?.targets?.(wish, it.context)).toEqual([{ kind: "securable", name: ["main", "s", "copy"] }]);
    // The name that is sent is without the comment.
    for (const name of ["create_synced_table", "delete_synced_table"]) {
      const target_table = "/* x */ main.s.copy";
      const targets = await (await loadTool(name))?.targets?.({ target_table, table: target_table }, it.context);
      expect(targets).toEqual([{ kind: "securable", name: ["main", "s", "copy"] }]);
    }
  });
});

describe("a password", () => {
  const token = "eyJ.secret:with\\signs";
  const routes: Routes = {
    ...me,
    [`GET ${pg}/${endpoint}`]: () => ({ status: { hosts: { host: "ep-1.database.example" } } }),
    [`POST ${pg}/credentials`]: () => ({ token, expire_time: "2026-11-21T13:00:00Z" }),
    [`GET ${db}/instances/old`]: () => ({ name: "old", read_write_dns: "instance-1.database.example" }),
    [`POST ${db}/credentials`]: () => ({ token, expiration_time: "2026-11-21T13:00:00Z" }),
  };
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "mortar-lakebase-"))));
  afterAll(() => rm(folder, { recursive: true }));

  test("is put into a file for its owner alone, beside what is there, and is nowhere else", async () => {
    await using it = bench(routes);
    const file = join(folder, "pgpass");
    await writeFile(file, "other:5432:*:me:kept\nep-1.database.example:5432:databricks_postgres:me@example.com:old\n");
    await chmod(file, 0o644);
    const deps = { ...testDeps(), cwd: folder };
    const args = { endpoint: "shop/dev/primary", local_file: "pgpass" };
    const { data, text } = await it.call("create_lakebase_credential", args, { deps });
    expect(data).toMatchObject({ host: "ep-1.database.example", expires: "2026-11-21T13:00:00Z" });
    expect(text + JSON.stringify(data)).not.toContain("secret");
    expect(await readFile(file, "utf8")).toBe(
      "other:5432:*:me:kept\nep-1.database.example:5432:databricks_postgres:me@example.com:eyJ.secret\\:with\\\\signs\n",
    );
    if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);
    const ofInstance = await it.call("create_lakebase_credential", { instance: "old", local_file: "pgpass" }, { deps });
    expect(ofInstance.data["host"]).toBe("instance-1.database.example");
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(4);
  });

  test("is for one place", async () => {
    await using it = bench(routes);
    for (const place of [{}, { endpoint, instance: "old" }]) {
      const error = await it.failure("create_lakebase_credential", { ...place, local_file: "x" });
      expect(String(error.code)).toBe("invalid_input");
    }
    expect(it.server.received).toEqual([]);
  });
});
