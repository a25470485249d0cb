// The tools of older servers through the binary: what each naming lists, and what prompts call, against the emulator.
import { describe, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { binary } from "./support/binary.ts";
import { openSession } from "./support/workspace.ts";
import { toolStage } from "./support/tool-stage.ts";

let home: string;

const stage = toolStage(["--names", "ai-dev-kit", "--confirm", "never"], async (on) => {
  home = String((await on.done("get_current_user", {}))["home_path"]);
});
const { done } = stage;

describe("each naming", () => {
  const sizes = [
    ["ai-dev-kit-0.1.8", "create_or_update_pipeline"],
    ["ai-dev-kit-0.1.0", "run_job_now"],
    ["ai-dev-kit-2026-01-14", "get_table_details"],
    ["ai-dev-kit-2026-01-01", "upload_folder"],
  ] as const;

  test.each(sizes)("%s is listed, with %s", async (naming, name) => {
    const own = await openSession(stage.machine, ["--names", naming]);
    const { tools } = await own.client.listTools();
    await own.close();
    expect(tools.map((tool) => tool.name)).toContain(name);
    expect(tools.map((tool) => tool.name)).not.toContain("query_sql");
  });

  test("the newest has what it had, with what each may do", async () => {
    const { tools } = await stage.session.client.listTools();
    const find = (name: string) => tools.find((tool) => tool.name === name);
    expect(find("manage_jobs")?.inputSchema.required).toEqual(["action"]);
    expect(find("manage_jobs")?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(find("list_tracked_resources")?.annotations).toMatchObject({ readOnlyHint: true });
    expect(find("get_statement_result")?.annotations).toMatchObject({ readOnlyHint: true });
    expect(JSON.stringify(tools)).not.toContain("$ref");
  });

  test("the default list has none of them", async () => {
    const own = await openSession(stage.machine);
    const { tools } = await own.client.listTools();
    const called = await own.call("manage_jobs", { action: "list" });
    const off = await own.client.callTool({ name: "manage_app", arguments: { action: "list" } }).catch(String);
    await own.close();
    expect(tools.map((tool) => tool.name)).not.toContain("manage_jobs");
    expect(called.isError).toBe(false);
    expect(String(off)).toContain("--toolsets default,apps");
  });
});

describe("what prompts call", () => {
  test("SQL and tables", async () => {
    await done("manage_uc_objects", { object_type: "catalog", action: "create", name: "old" });
    await done("manage_uc_objects", { object_type: "schema", action: "create", catalog_name: "old", name: "s" });
    const made = await done("execute_sql", {
      sql_query: "CREATE TABLE old.s.orders AS SELECT 1 AS id, 2.5 AS amount",
      catalog: "old",
      output_format: "markdown",
    });
    expect(made["state"]).toBe("SUCCEEDED");
    const rows = await done("execute_sql", {
      sql_query: "SELECT id FROM orders",
      catalog: "old",
      schema: "s",
      timeout: 60,
    });
    expect(rows).toMatchObject({ columns: ["id"], rows: [[1]] });
    const details = await done("get_table_stats_and_schema", { catalog: "old", schema: "s", table_names: ["ord*"] });
    expect(details["results"]).toMatchObject([
      { tool: "get_table", result: { table: "old.s.orders", column_count: 2 } },
      { tool: "get_table_stats", result: { table: "old.s.orders" } },
    ]);
    expect(
      (await done("manage_uc_objects", { object_type: "schema", action: "list", catalog_name: "old" }))["rows"],
    ).toEqual(expect.arrayContaining([expect.arrayContaining(["old.s"])]));
    const many = await done("execute_sql_multi", { sql_content: "SELECT 1 AS a; SELECT 2 AS b", max_workers: 2 });
    expect(JSON.stringify(many)).toContain("SUCCEEDED");
    const best = await done("manage_warehouse", {});
    expect((best["rows"] as unknown[]).length).toBeGreaterThan(0);
  });

  test("files", async () => {
    const folder = join(stage.machine.home, "project");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "a.sql"), "CREATE OR REFRESH MATERIALIZED VIEW made AS SELECT 1 AS id");
    await done("manage_workspace_files", { action: "upload", local_path: folder, workspace_path: `${home}/etl` });
    // A name of the seeds, in a server that lists the newest ones.
    await done("upload_folder", { local_folder: folder, workspace_folder: `${home}/etl` });
    await done("manage_uc_objects", {
      object_type: "volume",
      action: "create",
      catalog_name: "old",
      schema_name: "s",
      name: "raw",
    });
    await done("manage_volume_files", {
      action: "upload",
      local_path: join(folder, "a.sql"),
      volume_path: "/Volumes/old/s/raw/a.sql",
    });
    const files = await done("manage_volume_files", { action: "list", volume_path: "/Volumes/old/s/raw" });
    expect(JSON.stringify(files["rows"])).toContain("a.sql");
  });

  test("jobs", async () => {
    const tasks = [{ task_key: "main", notebook_task: { notebook_path: `${home}/nb` } }];
    const created = await done("manage_jobs", { action: "create", name: "nightly", tasks });
    const again = await done("manage_jobs", { action: "create", name: "nightly", tasks });
    expect([again["job_id"], again["created"]]).toEqual([created["job_id"], false]);
    expect(await done("manage_jobs", { action: "find_by_name", name: "nightly" })).toMatchObject({
      job_id: created["job_id"],
    });
    const run = await done("manage_job_runs", { action: "run_now", job_id: created["job_id"] });
    const ended = await stage.session.call("manage_job_runs", { action: "wait", run_id: run["run_id"], timeout: 60 });
    expect(ended.data["run_id"]).toBe(String(run["run_id"]));
    await done("manage_jobs", { action: "delete", job_id: created["job_id"] });
  });

  test("pipelines: made, then changed, by their name", async () => {
    const spec = {
      name: "etl",
      root_path: `${home}/etl`,
      catalog: "old",
      schema: "s",
      workspace_file_paths: [`${home}/etl/a.sql`],
    };
    const created = await done("manage_pipeline", { action: "create_or_update", ...spec });
    const changed = await done("create_or_update_pipeline", { ...spec, extra_settings: { development: true } });
    expect(changed["pipeline_id"]).toBe(created["pipeline_id"]);
    const found = await done("manage_pipeline", { action: "find_by_name", name: "etl" });
    expect(found).toMatchObject({ pipeline_id: created["pipeline_id"], settings: { development: true } });
  });

  test("dashboards and Genie", async () => {
    const { rows } = await done("manage_warehouse", { action: "list" });
    const warehouse_id = String((rows as unknown[][])[0]?.[0]);
    const made = await done("manage_dashboard", {
      action: "create_or_update",
      display_name: "Orders",
      parent_path: home,
      serialized_dashboard: { datasets: [], pages: [{ name: "p", displayName: "P", layout: [] }] },
      warehouse_id,
    });
    expect(made).toMatchObject({ dashboard_id: expect.any(String), publish_dashboard: { result: expect.any(Object) } });
    const space = await done("manage_genie", {
      action: "create_or_update",
      display_name: "Orders",
      table_identifiers: ["old.s.orders"],
      warehouse_id,
    });
    const again = await done("create_or_update_genie", {
      display_name: "Orders",
      table_identifiers: ["old.s.orders"],
      description: "All orders",
    });
    expect(again["space_id"]).toBe(space["space_id"]);
    const asked = await stage.session.call("ask_genie", { space_id: space["space_id"], question: "How many orders?" });
    expect(asked.data["conversation_id"]).toEqual(expect.any(String));
  });

  test("what is refused says what to use", async () => {
    const password = await stage.session.call("generate_lakebase_credential", { endpoint: "a/b/c" });
    expect([password.isError, password.text]).toEqual([true, expect.stringContaining("create_lakebase_credential")]);
    const stray = await stage.session.call("manage_jobs", { action: "get", job_id: 1, tasks: [{}] });
    expect([stray.isError, stray.text]).toEqual([true, expect.stringContaining("tasks means nothing here")]);
  });
});

test("with --read-only reading actions work, and no others", async () => {
  const own = await openSession(stage.machine, ["--names", "ai-dev-kit", "--read-only"]);
  const { tools } = await own.client.listTools();
  const listed = await own.call("manage_jobs", { action: "list" });
  const asked = await own.call("execute_sql", { sql_query: "SELECT 1 AS a", timeout: 60 });
  const refused = await own.client
    .callTool({ name: "manage_jobs", arguments: { action: "delete", job_id: 1 } })
    .catch(String);
  await own.close();
  expect(tools.every((tool) => tool.annotations?.readOnlyHint === true)).toBe(true);
  expect([listed.isError, asked.isError, asked.data["rows"]]).toEqual([false, false, [[1]]]);
  expect(JSON.stringify(refused)).toContain("changes something");
});

describe("what our tools ask and protect", () => {
  const remove = { object_type: "schema", action: "delete", full_name: "old.gone" };

  test.each(["auto", "legacy"] as const)("is asked and protected under older names as well: %s", async (mode) => {
    await done("execute_sql", { sql_query: "CREATE SCHEMA IF NOT EXISTS old.gone" });
    const asked: string[] = [];
    let action: "accept" | "decline" = "decline";
    const client = new Client(
      { name: "test", version: "1" },
      { versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } },
    );
    client.setRequestHandler("elicitation/create", ({ params }) => {
      asked.push(params.message);
      return action === "accept" ? { action, content: { confirm: true } } : { action };
    });
    const args = ["mcp", "serve", "--names", "ai-dev-kit", "--protect", "old.s"];
    await client.connect(new StdioClientTransport({ command: binary, args, env: stage.machine.env, stderr: "ignore" }));
    const call = async (given: Record<string, string>) =>
      (await client.callTool({ name: "manage_uc_objects", arguments: given })).isError === true;
    const isThere = async () =>
      JSON.stringify(
        await done("manage_uc_objects", { object_type: "schema", action: "list", catalog_name: "old" }),
      ).includes("old.gone");
    expect([await call(remove), await isThere(), asked.length]).toEqual([true, true, 1]);
    action = "accept";
    expect([await call(remove), await isThere(), asked.length]).toEqual([false, false, 2]);
    expect([await call({ ...remove, full_name: "old.s" }), asked.length]).toEqual([true, 2]);
    await client.close();
  });
});

describe("mortar tool", () => {
  test("call takes older names, and asks before what destroys", async () => {
    const done = await stage.machine.json(["tool", "call", "get_best_warehouse"]);
    expect(done.ok).toBe(true);
    const unasked = await stage.machine.run(["tool", "call", "manage_jobs", '{"action":"delete","job_id":1}']);
    expect([unasked.exitCode, unasked.stderr]).toEqual([2, expect.stringContaining("--yes")]);
    const dry = await stage.machine.json([
      "tool",
      "call",
      "manage_jobs",
      '{"action":"delete","job_id":1}',
      "--dry-run",
    ]);
    expect(dry.data).toMatchObject({ tool: "delete_job", dry_run: true });
  });

  test("show and list explain them", async () => {
    const shown = await stage.machine.run(["tool", "show", "get_table_details"]);
    expect(shown.stdout).toContain("`get_table_stats`");
    const both = await stage.machine.run(["tool", "show", "get_dashboard"]);
    expect(both.stdout).toContain("ai-dev-kit-0.1.8");
    const listed = await stage.machine.run(["tool", "list", "--names", "ai-dev-kit-2026-01-14"]);
    expect(listed.stdout).toContain("execute_databricks_command");
    expect(listed.stdout).not.toContain("list_apps");
    const unknown = await stage.machine.run(["tool", "show", "no_such_tool"]);
    expect(unknown.exitCode).toBe(2);
  });
});
