// Lakebase through the binary: a project with branches and endpoints, an instance, synced tables, a password in a file.
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { toolStage } from "./support/tool-stage.ts";

// Each change is an operation that is asked after until it is done.
setDefaultTimeout(60_000);

const stage = toolStage(["--toolsets", "default,lakebase"], async (on) => {
  await on.done("execute_sql", { sql: "CREATE TABLE main.default.products (id BIGINT, name STRING)" });
});
const { refused } = stage;

async function done(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { isError, text, data } = await stage.session.call(name, args);
  expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
  expect(text).not.toContain("emulated.");
  return data;
}

test("a project's whole life", async () => {
  expect(await done("create_lakebase_project", { name: "shop", display_name: "Shop" })).toMatchObject({
    name: "projects/shop",
    state: "done",
  });
  expect(await refused("create_lakebase_project", { name: "shop" })).toContain("already exists");
  await done("update_lakebase_project", { project: "shop", display_name: "The shop", history_days: 3 });
  await done("create_lakebase_branch", { project: "shop", name: "dev", ttl_seconds: 3_600 });
  await done("create_lakebase_endpoint", { branch: "shop/dev", max_cu: 2 });
  expect(await refused("create_lakebase_endpoint", { branch: "shop/dev", name: "two" })).toContain("read-write");
  await done("create_lakebase_endpoint", { branch: "shop/dev", name: "reader", endpoint_type: "read_only" });
  await done("update_lakebase_endpoint", { endpoint: "shop/dev/reader", disabled: true });
  const { columns, rows } = await done("get_lakebase_database", { name: "shop" });
  expect((rows as unknown[][]).map((row) => row[(columns as string[]).indexOf("endpoint")])).toEqual([
    "projects/shop/branches/production/endpoints/primary",
    "projects/shop/branches/dev/endpoints/primary",
    "projects/shop/branches/dev/endpoints/reader",
  ]);

  const synced = {
    source_table: "main.default.products",
    target_table: "main.default.copy",
    branch: "shop/production",
  };
  expect(await refused("create_synced_table", { ...synced, primary_key_columns: ["no"] })).toContain("no column no");
  await done("create_synced_table", { ...synced, primary_key_columns: ["id"] });
  expect(await done("get_synced_table", { table: "main.default.copy" })).toMatchObject({ policy: "TRIGGERED" });
  expect(await done("delete_synced_table", { table: "main.default.copy" })).toMatchObject({ deleted: true });

  const file = join(stage.machine.home, "pgpass");
  const made = await done("create_lakebase_credential", { endpoint: "shop/dev/primary", local_file: file });
  expect(await readFile(file, "utf8")).toContain(
    `${String(made["host"])}:5432:databricks_postgres:me@example.com:emulated.`,
  );
  if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);
  await rm(file);

  await done("update_lakebase_branch", { branch: "shop/dev", is_protected: true });
  expect(await refused("delete_lakebase_branch", { branch: "shop/dev" })).toContain("protected");
  await done("update_lakebase_branch", { branch: "shop/dev", is_protected: false });
  await done("delete_lakebase_endpoint", { endpoint: "shop/dev/reader" });
  await done("delete_lakebase_branch", { branch: "shop/dev" });
  expect(await refused("delete_lakebase_branch", { branch: "shop/production" })).toContain("default");
  await done("delete_lakebase_project", { project: "shop" });
  expect(await refused("get_lakebase_database", { name: "shop" })).toContain("no Lakebase database shop");
});

test("an instance's whole life", async () => {
  await done("create_lakebase_instance", { name: "old", capacity: "CU_2" });
  expect((await done("list_lakebase_databases", {}))["rows"]).toEqual([
    expect.arrayContaining(["old", "provisioned", "CU_2"]),
  ]);
  await done("update_lakebase_instance", { name: "old", stopped: true });
  const table = { source_table: "main.default.products", target_table: "main.default.copy", instance: "old" };
  await done("create_synced_table", { ...table, primary_key_columns: ["id"], policy: "SNAPSHOT" });
  expect(await done("get_synced_table", { table: "main.default.copy" })).toMatchObject({ policy: "SNAPSHOT" });
  await done("delete_synced_table", { table: "main.default.copy" });
  expect(await done("delete_lakebase_instance", { name: "old" })).toMatchObject({ deleted: true });
  expect(await refused("update_lakebase_instance", { name: "old", stopped: false })).toContain("does not exist");
});
