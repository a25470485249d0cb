// Storage, connections and sharing: bodies as the API has them, nothing reset by the way, and no secret told.
import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bench, rowsOf, testDeps } from "../testing.ts";
import { statementsOf, warehouseRoutes } from "../testing-sql.ts";

const base = "/api/2.1/unity-catalog";
const echo = (_request: unknown, json: Record<string, unknown>) => json;

describe("storage", () => {
  test("a credential has one identity", async () => {
    await using it = bench({
      [`POST ${base}/storage-credentials`]: echo,
      [`PATCH ${base}/storage-credentials/a`]: echo,
    });
    await it.call("create_storage_credential", { name: "a", aws_iam_role_arn: "arn:x" });
    await it.call("create_storage_credential", {
      name: "b",
      azure_access_connector_id: "/subscriptions/x",
      read_only: true,
    });
    await it.call("create_storage_credential", { name: "c", gcp_service_account: true });
    const usual = { read_only: false, skip_validation: false };
    expect(it.sent(`POST ${base}/storage-credentials`)).toEqual([
      { name: "a", ...usual, aws_iam_role: { role_arn: "arn:x" } },
      { name: "b", ...usual, read_only: true, azure_managed_identity: { access_connector_id: "/subscriptions/x" } },
      { name: "c", ...usual, databricks_gcp_service_account: {} },
    ]);
    for (const wrong of [{ name: "x" }, { name: "x", aws_iam_role_arn: "a", azure_access_connector: "b" }]) {
      expect((await it.failure("create_storage_credential", wrong)).code).toBe("invalid_input");
    }
    await it.call("update_storage_credential", { name: "a", comment: "x" });
    expect(it.sent(`PATCH ${base}/storage-credentials/a`)).toEqual([{ comment: "x" }]);
    expect((await it.failure("update_storage_credential", { name: "a", force: true })).message).toContain("Nothing");
  });

  test("a credential is valid when what was tried passed, whatever the place is", async () => {
    const results: object[] = [];
    const path = `${base}/validate-storage-credentials`;
    await using it = bench({ [`POST ${path}`]: () => ({ isDir: true, results }) });
    const valid = async () =>
      (await it.call("validate_storage_credential", { name: "a", url: "s3://b/x" })).data["valid"];
    expect(await valid()).toBe(false);
    results.push({ operation: "LIST", result: "PASS" }, { operation: "WRITE", result: "SKIP" });
    expect(await valid()).toBe(true);
    results.push({ operation: "READ", result: "FAIL", message: "AccessDenied" });
    expect(await valid()).toBe(false);
    expect(it.sent(`POST ${path}`)[0]).toEqual({ storage_credential_name: "a", url: "s3://b/x", read_only: false });
    expect((await it.failure("validate_storage_credential", { name: "a" })).code).toBe("invalid_input");
  });

  test("a location keeps what is not given, read_only too", async () => {
    await using it = bench({ [`POST ${base}/external-locations`]: echo, [`PATCH ${base}/external-locations/l`]: echo });
    await it.call("create_external_location", { name: "l", url: "s3://b/x", credential_name: "a" });
    await it.call("update_external_location", { name: "l", owner: "ada" });
    await it.call("update_external_location", { name: "l", read_only: false, force: true });
    expect(it.sent(`PATCH ${base}/external-locations/l`)).toEqual([
      { owner: "ada" },
      { read_only: false, force: true },
    ]);
  });
});

describe("connections", () => {
  test("take passwords from secrets, by SQL", async () => {
    await using it = bench({
      ...warehouseRoutes(),
      [`POST ${base}/connections`]: echo,
      [`GET ${base}/connections/pg`]: () => ({ name: "pg", connection_type: "POSTGRESQL" }),
    });
    await it.call("create_connection", { name: "http", connection_type: "http", options: { host: "https://x" } });
    expect(it.sent(`POST ${base}/connections`)).toEqual([
      { name: "http", connection_type: "HTTP", options: { host: "https://x" } },
    ]);
    const wish = { name: "pg", connection_type: "postgresql", options: { host: "d'b" } };
    const { data } = await it.call("create_connection", { ...wish, secret_options: { password: "team/pg.key" } });
    expect(data).toMatchObject({ full_name: "pg", details: { connection_type: "POSTGRESQL" } });
    expect(statementsOf(it)).toEqual([
      "CREATE CONNECTION `pg` TYPE POSTGRESQL OPTIONS ('host' 'd\\u0027b', 'password' secret('team', 'pg.key'))",
    ]);
    for (const wrong of [{ secret_options: { password: "hunter2" } }, { connection_type: "A B; DROP" }]) {
      const error = await it.failure("create_connection", { ...wish, ...wrong });
      expect(error.code).toBe("invalid_input");
      expect(`${error.message}${error.hint}`).not.toContain("hunter2");
    }
  });

  test("keep the options that are not given, and show none that may be secret", async () => {
    const path = `${base}/connections/pg`;
    await using it = bench({
      [`GET ${path}`]: () => ({ name: "pg", options: { host: "old", port: "1" } }),
      [`PATCH ${path}`]: (_request, json) => ({
        name: "pg",
        options: { ...(json["options"] as object), password: "hunter2" },
      }),
    });
    const { data, text } = await it.call("update_connection", { name: "pg", options: { host: "new" } });
    expect(it.sent(`PATCH ${path}`)).toEqual([{ options: { host: "new", port: "1" } }]);
    expect(data["details"]).toMatchObject({ "options.host": "new", "options.password": "(set)" });
    expect(text).not.toContain("hunter2");
    expect((await it.failure("update_connection", { name: "pg" })).code).toBe("invalid_input");
  });

  test("show a database as a catalog", async () => {
    await using it = bench({ [`POST ${base}/catalogs`]: echo });
    await it.call("create_foreign_catalog", {
      catalog_name: "pg",
      connection_name: "c",
      catalog_options: { database: "d" },
    });
    expect(it.sent(`POST ${base}/catalogs`)).toEqual([
      { name: "pg", connection_name: "c", options: { database: "d" } },
    ]);
  });
});

describe("sharing", () => {
  test("what goes into a share is named as its kind wants it", async () => {
    const path = `${base}/shares/s`;
    await using it = bench({
      [`POST ${base}/shares`]: echo,
      [`GET ${path}/permissions`]: () => ({
        privilege_assignments: [{ principal: "partner", privileges: ["SELECT"] }],
      }),
      [`PATCH ${path}`]: () => ({ name: "s", objects: [{ name: "c.s.t", data_object_type: "TABLE" }] }),
    });
    await it.call("create_share", { name: "s" });
    const partitions = [[{ name: "day", value: "1" }], [{ name: "who", op: "LIKE", recipient_property_key: "id" }]];
    const added = await it.call("add_to_share", { share: "s", table_name: "c.s.t", shared_as: "x.t", partitions });
    expect(rowsOf(added)[0]).toMatchObject({ object: "c.s.t", type: "TABLE" });
    expect(added.data).toMatchObject({ recipients: ["partner"], dry_run: false });
    await it.call("add_to_share", { share: "s", object_type: "VIEW", object: "c.s.v", shared_as: "x.v" });
    await it.call("add_to_share", { share: "s", object_type: "volume", object: "c.s.f", shared_as: "x.f" });
    await it.call("add_to_share", { share: "s", object_type: "SCHEMA", object: "c.s" });
    await it.call("remove_from_share", { share_name: "s", object: "c.s.t" });
    const updates = it.sent(`PATCH ${path}`).flatMap((body) => body["updates"] as object[]);
    expect(updates).toEqual([
      {
        action: "ADD",
        data_object: {
          name: "c.s.t",
          data_object_type: "TABLE",
          shared_as: "x.t",
          partitions: [
            { values: [{ name: "day", op: "EQUAL", value: "1" }] },
            { values: [{ name: "who", op: "LIKE", recipient_property_key: "id" }] },
          ],
        },
      },
      { action: "ADD", data_object: { name: "c.s.v", data_object_type: "VIEW", shared_as: "x.v" } },
      { action: "ADD", data_object: { name: "c.s.f", data_object_type: "VOLUME", string_shared_as: "x.f" } },
      { action: "ADD", data_object: { name: "c.s", data_object_type: "SCHEMA" } },
      { action: "REMOVE", data_object: { name: "c.s.t", data_object_type: "TABLE" } },
    ]);
    for (const wrong of [{ object: "c.s" }, { object: "c.s.t", partitions: [[{ name: "day" }]] }]) {
      expect((await it.failure("add_to_share", { share: "s", ...wrong })).code).toBe("invalid_input");
    }
  });

  test("a dry run says what a share would hold and who reads it, and sends nothing", async () => {
    const path = `${base}/shares/s`;
    await using it = bench({
      [`GET ${path}`]: () => ({ name: "s", objects: [{ name: "c.s.t", data_object_type: "TABLE", shared_as: "s.t" }] }),
      [`GET ${path}/permissions`]: () => ({
        privilege_assignments: [{ principal: "partner", privileges: ["SELECT"] }],
      }),
    });
    const dry = { share: "s", dry_run: true };
    const added = await it.call("add_to_share", { ...dry, object: "c.s.u", shared_as: "x.u" });
    expect(added.data).toMatchObject({ recipients: ["partner"], dry_run: true });
    expect(rowsOf(added).map(({ object, shared_as }) => [object, shared_as])).toEqual([
      ["c.s.t", "s.t"],
      ["c.s.u", "x.u"],
    ]);
    expect(rowsOf(await it.call("remove_from_share", { ...dry, object: "C.s.T" }))).toEqual([]);
    expect((await it.failure("add_to_share", { ...dry, object: "c.s.t" })).code).toBe("already_exists");
    expect((await it.failure("remove_from_share", { ...dry, object: "c.s.u" })).code).toBe("not_found");
    expect(it.server.received.every(({ method }) => method === "GET")).toBe(true);
  });

  test("a recipient on Databricks is known by its metastore, and no link is ever shown", async () => {
    const answer = (_request: unknown, json: Record<string, unknown>) => ({
      ...json,
      name: "r",
      tokens: [{ activation_url: "https://secret.example/a" }],
      activation_url: "https://secret.example/a",
    });
    await using it = bench({ [`POST ${base}/recipients`]: answer, [`POST ${base}/recipients/r/rotate-token`]: answer });
    const told = [
      await it.call("create_recipient", { name: "r", ip_access_list: ["10.0.0.0/8"] }),
      await it.call("create_recipient", { name: "r", sharing_id: "aws:eu:1" }),
      await it.call("rotate_recipient_token", { name: "r", existing_token_seconds: 60 }),
    ];
    expect(it.sent(`POST ${base}/recipients`)).toEqual([
      { name: "r", authentication_type: "TOKEN", ip_access_list: { allowed_ip_addresses: ["10.0.0.0/8"] } },
      { name: "r", authentication_type: "DATABRICKS", data_recipient_global_metastore_id: "aws:eu:1" },
    ]);
    expect(it.sent(`POST ${base}/recipients/r/rotate-token`)).toEqual([{ existing_token_expire_in_seconds: 60 }]);
    expect(JSON.stringify(told)).not.toContain("secret.example");
    expect(told[0]?.data["hint"]).toContain("Catalog Explorer");
  });

  test("a provider is made from its credential file, and from no other file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-provider-"));
    try {
      await using it = bench({
        [`POST ${base}/providers`]: (_request, { recipient_profile_str: _secret, ...rest }) => rest,
      });
      const profile = JSON.stringify({ shareCredentialsVersion: 1, endpoint: "https://x", bearerToken: "hunter2" });
      await writeFile(join(folder, "config.share"), profile);
      await writeFile(join(folder, "id_rsa"), "-----BEGIN OPENSSH PRIVATE KEY-----");
      await writeFile(join(folder, "settings.json"), JSON.stringify({ endpoint: "x", token: "hunter2" }));
      await writeFile(join(folder, "large"), profile + " ".repeat(65_536));
      const deps = { ...testDeps(), cwd: folder };
      const told = await it.call("create_provider", { name: "p", local_file: "config.share" }, { deps });
      expect(it.sent(`POST ${base}/providers`)).toEqual([
        { name: "p", authentication_type: "TOKEN", recipient_profile_str: profile },
      ]);
      expect(JSON.stringify(told)).not.toContain("hunter2");
      for (const local_file of ["id_rsa", "settings.json", "large", "none", "."]) {
        const error = await it.failure("create_provider", { name: "p", local_file }, { deps });
        expect(error.code).toBe("invalid_input");
        expect(`${error.message}${error.hint}`).not.toMatch(/hunter2|OPENSSH/);
      }
      expect(it.sent(`POST ${base}/providers`)).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("what a provider shares is listed", async () => {
    await using it = bench({ [`GET ${base}/providers/p/shares`]: () => ({ shares: [{ name: "b" }, { name: "a" }] }) });
    expect(rowsOf(await it.call("list_provider_shares", { provider: "p" }))).toEqual([{ share: "a" }, { share: "b" }]);
  });
});
