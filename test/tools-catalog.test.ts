// The toolset catalog through the binary, every tool of it, against a workspace that does what it is asked.
import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { catalog } from "../src/tools/catalog.ts";
import { openSession } from "./support/workspace.ts";
import { toolStage } from "./support/tool-stage.ts";

const called = new Set<string>();

const stage = toolStage(["--toolsets", "default,catalog,volumes,secrets", "--yes"]);

type Data = Record<string, unknown>;

async function done(name: string, args: Data): Promise<Data> {
  called.add(name);
  const { isError, text, data } = await stage.session.call(name, args);
  expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
  expect(text).not.toMatch(/hunter2|activation_url|retrieve_config/);
  return data;
}

async function refused(name: string, args: Data): Promise<string> {
  called.add(name);
  const { isError, text } = await stage.session.call(name, args);
  expect([name, isError, text]).toEqual([name, true, expect.any(String)]);
  return text;
}

function rows({ columns, rows: found }: Data): Data[] {
  const names = columns as string[];
  return (found as unknown[][]).map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
}

const sql = async (statement: string): Promise<Data> => done("execute_sql", { sql: statement });
const table = "shop.eu.orders";

describe("objects", () => {
  test("are made, told of and changed", async () => {
    await done("create_catalog", { catalog: "shop", comment: "it's ours" });
    await done("create_schema", { catalog: "shop", schema: "eu", properties: { team: "blue" } });
    await done("create_table", {
      table,
      columns: [
        { name: "id", type: "BIGINT", nullable: false },
        { name: "region", type: "STRING", comment: "where '\\ to" },
        { name: "amount", type: "DECIMAL(10,2)" },
        { name: "email", type: "STRING" },
      ],
      comment: "Orders: 'all' of them",
    });
    await sql(
      `INSERT INTO ${table} VALUES (1, 'EU', 10.5, 'a@x.com'), (2, 'US', 20, 'b@x.com'), (3, 'EU', 30, 'c@x.com')`,
    );
    const made = await done("get_table", { table });
    expect(made["comment"]).toBe("Orders: 'all' of them");
    expect(rows(made)[1]).toMatchObject({ column: "region", comment: "where '\\ to" });
    await done("create_volume", { catalog: "shop", schema: "eu", volume: "files" });
    expect((await done("list_catalogs", { name_filter: "shop" }))["total_matched"]).toBe(1);
    expect((await done("list_schemas", { catalog: "shop", name_filter: "eu" }))["total_matched"]).toBe(1);
    expect((await done("list_tables", { catalog: "shop", schema: "eu" }))["total_matched"]).toBe(1);
    expect((await done("get_table_stats", { table, sample_rows: 0 }))["row_count"]).toBe(3);
    const schema = { securable_type: "schema", full_name: "shop.eu" };
    const dry = await done("update_securable", { ...schema, owner: "ada@x.com", dry_run: true });
    expect(dry["after"]).toEqual({ owner: "ada@x.com" });
    expect((await done("get_securable", schema))["owner"]).toBe((dry["before"] as Data)["owner"]);
    await done("update_securable", { ...schema, owner: "ada@x.com" });
    expect(await done("get_securable", schema)).toMatchObject({
      owner: "ada@x.com",
      details: { "properties.team": "blue" },
    });
    expect(await refused("create_schema", { catalog: "shop", schema: "eu" })).toContain("already exists");
  });

  test("of SQL are functions", async () => {
    const mine = { function: "shop.eu.mine", parameters: [{ name: "r", type: "STRING" }], returns: "BOOLEAN" };
    await done("create_function", {
      ...mine,
      body: "r = 'EU' OR is_account_group_member('auditors')",
      comment: "who's",
    });
    const hide = {
      function: "shop.eu.hide",
      parameters: [
        { name: "e", type: "STRING" },
        { name: "r", type: "STRING" },
      ],
    };
    await done("create_function", { ...hide, returns: "STRING", body: "CASE WHEN r = 'EU' THEN '***' ELSE e END" });
    expect(
      (await done("list_securables", { securable_type: "function", catalog: "shop", schema: "eu" }))["total_matched"],
    ).toBe(2);
    const told = await done("get_securable", { securable_type: "function", full_name: "shop.eu.hide" });
    expect(rows(told).map(({ parameter }) => parameter)).toEqual(["e", "r"]);
    expect(await refused("create_function", { ...mine, body: "1; DROP TABLE shop.eu.orders" })).toContain(
      "not one whole piece",
    );
    expect(await refused("create_function", { ...mine, body: "TRUE" })).toContain("already exists");
  });
});

describe("who may do what", () => {
  test("is granted and revoked, and a dry run changes nothing", async () => {
    const wish = { securable_type: "table", full_name: table, principal: "team", privileges: ["select", "MODIFY"] };
    expect(rows(await done("grant_privileges", { ...wish, dry_run: true }))).toEqual([
      { principal: "team", added: "MODIFY, SELECT", removed: "", after: "MODIFY, SELECT" },
    ]);
    expect((await done("get_grants", { securable_type: "table", full_name: table }))["total_matched"]).toBe(0);
    await done("grant_privileges", wish);
    await done("grant_privileges", { ...wish, securable_type: "schema", full_name: "shop.eu", privileges: ["SELECT"] });
    const effective = rows(await done("get_grants", { securable_type: "table", full_name: table, effective: true }));
    expect(effective).toContainEqual({ principal: "team", privilege: "SELECT", from: "schema shop.eu" });
    const revoked = await done("revoke_privileges", { ...wish, privileges: ["SELECT"] });
    expect(rows(revoked)).toEqual([{ principal: "team", added: "", removed: "SELECT", after: "MODIFY" }]);
    expect(revoked["hint"]).toContain("SELECT from the schema shop.eu");
    expect(await refused("grant_privileges", { ...wish, privileges: ["FLY"] })).toContain("not applicable");
  });

  test("in rows and columns is decided by functions", async () => {
    const filter = { table, function: "shop.eu.mine", column_names: ["region"] };
    expect(await done("set_row_filter", { ...filter, dry_run: true })).toMatchObject({ state: "DRY_RUN" });
    const all = { sql: `SELECT id, email FROM ${table} ORDER BY id` };
    expect((await done("query_sql", all))["returned"]).toBe(3);
    await done("set_row_filter", filter);
    await done("set_column_mask", { table, column_name: "email", function: "shop.eu.hide", using_columns: ["region"] });
    expect((await done("query_sql", all))["rows"]).toEqual([
      [1, "***"],
      [3, "***"],
    ]);
    const told = await done("get_table", { table });
    expect(told["row_filter"]).toBe("shop.eu.mine(region)");
    expect(rows(told)[3]).toMatchObject({ column: "email", mask: "shop.eu.hide(email, region)" });
    expect(await done("drop_row_filter", { table })).toMatchObject({
      before: "shop.eu.mine(region)",
      state: "SUCCEEDED",
    });
    await done("drop_column_mask", { table, column_name: "email" });
    expect((await done("query_sql", all))["returned"]).toBe(3);
  });
});

test("tags and comments are texts, whatever is in them", async () => {
  const strange = "'); DROP TABLE shop.eu.orders; -- \\' $$ ${x}";
  await done("set_tags", { securable_type: "table", full_name: table, tags: { team: strange, empty: "" } });
  await done("set_tags", { securable_type: "table", full_name: table, column_name: "email", tags: { pii: "1" } });
  const found = rows(await done("query_tags", { catalog: "shop", tag_value: strange }));
  expect(found).toMatchObject([{ table_name: "orders", tag_name: "team", tag_value: strange }]);
  expect(rows(await done("query_tags", { securable_type: "column", tag_name: "pii" }))).toMatchObject([
    { column_name: "email" },
  ]);
  await done("unset_tags", { securable_type: "table", full_name: table, tag_names: ["team"] });
  expect((await done("query_tags", { catalog: "shop" }))["returned"]).toBe(1);
  for (const place of [
    { securable_type: "table", full_name: table },
    { securable_type: "catalog", full_name: "shop" },
  ]) {
    await done("set_comment", { ...place, comment: strange });
  }
  await done("set_comment", { securable_type: "table", full_name: table, column_name: "id", comment: strange });
  const told = await done("get_table", { table });
  expect([told["comment"], rows(told)[0]?.["comment"]]).toEqual([strange, strange]);
  expect((await done("get_securable", { securable_type: "catalog", full_name: "shop" }))["comment"]).toBe(strange);
});

test("storage and connections", async () => {
  await done("create_storage_credential", { name: "cred", aws_iam_role_arn: "arn:aws:iam::1:role/x" });
  await done("update_storage_credential", { name: "cred", comment: "for the lake" });
  await done("create_external_location", {
    name: "lake",
    url: "s3://bucket/lake",
    credential_name: "cred",
    read_only: true,
  });
  const changed = await done("update_external_location", { name: "lake", comment: "x" });
  expect(changed["details"]).toMatchObject({ read_only: "true" });
  const tried = await done("validate_storage_credential", { name: "cred", external_location: "lake" });
  expect([tried["valid"], rows(tried).find(({ operation }) => operation === "WRITE")?.["result"]]).toEqual([
    true,
    "SKIP",
  ]);
  expect(await refused("delete_securable", { securable_type: "storage_credential", full_name: "cred" })).toContain(
    "lake",
  );
  await done("create_connection", {
    name: "pg",
    connection_type: "postgresql",
    options: { host: "db", password: "hunter2" },
  });
  await done("update_connection", { name: "pg", options: { host: "db2" } });
  expect((await done("get_securable", { securable_type: "connection", full_name: "pg" }))["details"]).toMatchObject({
    connection_type: "POSTGRESQL",
    "options.host": "db2",
  });
  await done("create_secret_scope", { scope: "team" });
  await done("put_secret", { scope: "team", key: "db", value: "hunter2" });
  const lake = { name: "lake-db", connection_type: "MYSQL", options: { host: "d'b" } };
  expect(await refused("create_connection", { ...lake, secret_options: { password: "team/none" } })).toContain(
    "does not exist",
  );
  const made = await done("create_connection", { ...lake, secret_options: { password: "team/db" } });
  expect(made["details"]).toMatchObject({ connection_type: "MYSQL", "options.host": "d'b" });
  await done("create_foreign_catalog", { catalog: "far", connection: "pg", options: { database: "d" } });
  expect((await done("get_securable", { securable_type: "catalog", full_name: "far" }))["details"]).toMatchObject({
    catalog_type: "FOREIGN_CATALOG",
  });
});

test("sharing", async () => {
  await done("create_share", { name: "out" });
  const dry = await done("add_to_share", { share: "out", object: table, dry_run: true });
  expect([rows(dry).length, dry["recipients"]]).toEqual([1, []]);
  expect(rows(await done("get_securable", { securable_type: "share", full_name: "out" }))).toEqual([]);
  const added = await done("add_to_share", { share: "out", object: table, shared_as: "eu.orders_shared" });
  expect(rows(added)).toMatchObject([{ object: table, shared_as: "eu.orders_shared" }]);
  expect((await done("create_recipient", { name: "partner" }))["hint"]).toContain("Catalog Explorer");
  await done("create_recipient", { name: "sister", sharing_identifier: "aws:eu-west-1:123" });
  const opens = { securable_type: "share", full_name: "out", principal: "partner", privileges: ["SELECT"] };
  await done("grant_privileges", opens);
  expect(rows(await done("get_securable", { securable_type: "recipient", full_name: "partner" }))).toEqual([
    { share: "out", privileges: "SELECT" },
  ]);
  await done("rotate_recipient_token", { name: "partner", existing_token_seconds: 60 });
  await done("revoke_privileges", opens);
  expect(rows(await done("remove_from_share", { share: "out", object: table }))).toEqual([]);
  expect((await done("list_securables", { securable_type: "recipient" }))["total_matched"]).toBe(2);
  const profile = join(stage.machine.home, "config.share");
  await writeFile(
    profile,
    JSON.stringify({ shareCredentialsVersion: 1, endpoint: "https://x", bearerToken: "hunter2" }),
  );
  expect(await done("create_provider", { name: "abroad", local_file: profile })).toMatchObject({ full_name: "abroad" });
  expect((await done("list_provider_shares", { provider: "abroad" }))["total_matched"]).toBe(0);
  expect(await refused("list_provider_shares", { provider: "nobody" })).toContain("does not exist");
});

test("monitors", async () => {
  expect(await refused("get_monitor", { table })).toContain("no monitor");
  await done("create_monitor", { table, output_schema: "shop.eu" });
  const { refresh_id } = await done("refresh_monitor", { table });
  expect(rows(await done("list_monitor_refreshes", { table }))).toMatchObject([{ refresh_id, state: "SUCCESS" }]);
  expect(await done("get_monitor", { table })).toMatchObject({ status: "ACTIVE", kind: "snapshot" });
  // Where the workspace has only the newer API, it is the same monitor.
  const gone = { kind: "status", status: 404, error_code: "ENDPOINT_NOT_FOUND", times: 0, path: "**/monitor/**" };
  await stage.workspace.control("POST", "faults", gone);
  await stage.workspace.control("POST", "faults", { ...gone, path: "**/monitor" });
  expect(await done("get_monitor", { table })).toMatchObject({
    status: "ACTIVE",
    kind: "snapshot",
    output_schema: "shop.eu",
  });
  await done("refresh_monitor", { table });
  expect(rows(await done("list_monitor_refreshes", { table }))).toHaveLength(2);
  await done("delete_monitor", { table });
  await done("create_monitor", { table, output_schema: "shop.eu", timestamp_column: "id", granularities: ["1 hour"] });
  expect((await done("get_monitor", { table }))["kind"]).toBe("time series by id, 1 hour");
  await done("delete_monitor", { table });
  await stage.workspace.control("DELETE", "faults");
});

test("metric views", async () => {
  const metric_view = "shop.eu.sales";
  const definition = {
    metric_view,
    source: table,
    comment: "Sales: # of all $$",
    dimensions: [{ name: "Where: to", expr: "concat(region, ': #')" }],
    measures: [{ name: "Total", expr: "SUM(amount)" }],
  };
  await done("create_metric_view", definition);
  const asked = { metric_view, measures: ["Total"], dimensions: ["Where: to"], order_by: "ALL" };
  expect((await done("query_metric_view", asked))["rows"]).toEqual([
    ["EU: #", "40.50"],
    ["US: #", "20.00"],
  ]);
  expect(await refused("query_metric_view", { ...asked, where: "1) UNION SELECT (1" })).toContain(
    "not one whole piece",
  );
  const told = await done("get_metric_view", { metric_view });
  expect(rows(told)).toMatchObject([
    { column: "Where: to", kind: "dimension" },
    { column: "Total", kind: "measure" },
  ]);
  await done("alter_metric_view", { ...definition, comment: "now", measures: [{ name: "N", expr: "COUNT(1)" }] });
  expect((await done("query_metric_view", { metric_view, measures: ["N"] }))["rows"]).toEqual([[3]]);
  await done("grant_privileges", {
    securable_type: "table",
    full_name: metric_view,
    principal: "team",
    privileges: ["SELECT"],
  });
  await done("drop_metric_view", { metric_view });
});

test("nothing is written under --read-only", async () => {
  const reading = await openSession(stage.machine, ["--toolsets", "catalog", "--read-only"]);
  try {
    const { tools } = await reading.client.listTools();
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
    const before = (await stage.workspace.requests()).length;
    const wish = { securable_type: "catalog", full_name: "shop", force: true };
    expect(await reading.call("delete_securable", wish).catch(String)).toContain("only reading is allowed");
    const after = (await stage.workspace.requests()).slice(before);
    expect(after.filter(({ method }) => method !== "GET")).toEqual([]);
  } finally {
    await reading.close();
  }
});

test("what was made is deleted, and every tool was called", async () => {
  expect(await refused("delete_securable", { securable_type: "catalog", full_name: "shop" })).toContain(
    "contains objects",
  );
  await done("delete_securable", { securable_type: "catalog", full_name: "shop", force: true });
  expect((await done("list_catalogs", { name_filter: "shop" }))["total_matched"]).toBe(0);
  const tools = catalog.filter(({ toolset }) => toolset === "catalog").map(({ name }) => name);
  expect(tools.filter((name) => !called.has(name))).toEqual([]);
});
