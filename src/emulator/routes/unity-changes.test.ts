// Unity Catalog over HTTP, changed: objects, grants with what follows from them, storage, connections, sharing, monitors.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

const path = "/api/2.1/unity-catalog";
let it: TestEmulator;
let stranger: string;

beforeAll(async () => {
  it = await startTestEmulator();
  const caller = { userName: "bob@example.com", userId: "99", isServicePrincipal: false };
  stranger = it.world.tokens.issue({ kind: "pat", caller, comment: "" }).token;
});
afterAll(() => it.dispose());

async function ask(request: string, body?: unknown, token?: string): Promise<JsonObject & { status_: number }> {
  const [method = "", rest = ""] = request.split(" ");
  const answer = await it.call(`${method} ${path}/${rest}`, {
    ...(body === undefined ? {} : { body }),
    ...(token === undefined ? {} : { token }),
  });
  return { ...answer.json, status_: answer.status };
}
const codeOf = async (request: string, body?: unknown, token?: string): Promise<unknown> => {
  const { status_, error_code } = await ask(request, body, token);
  return [status_, error_code];
};

describe("objects", () => {
  test("are made, changed and deleted", async () => {
    const made = await ask("POST catalogs", { name: "Shop", comment: "it's", properties: { a: "b" } });
    expect(made).toMatchObject({
      name: "shop",
      comment: "it's",
      properties: { a: "b" },
      catalog_type: "MANAGED_CATALOG",
    });
    expect(await codeOf("POST catalogs", { name: "shop" })).toEqual([409, "CATALOG_ALREADY_EXISTS"]);
    expect(await ask("POST schemas", { name: "eu", catalog_name: "shop", comment: "x" })).toMatchObject({
      full_name: "shop.eu",
      comment: "x",
    });
    expect(await codeOf("POST schemas", { name: "eu", catalog_name: "none" })).toEqual([404, "CATALOG_DOES_NOT_EXIST"]);
    expect(await ask("PATCH schemas/shop.eu", { owner: "ada", comment: "" })).toMatchObject({
      owner: "ada",
      comment: "",
    });
    expect(await ask("PATCH catalogs/shop", { isolation_mode: "ISOLATED" })).toMatchObject({
      isolation_mode: "ISOLATED",
      comment: "it's",
    });
    expect((await ask("PATCH catalogs/shop", { new_name: "other" })).status_).toBe(501);
    const volume = { catalog_name: "shop", schema_name: "eu", name: "files", volume_type: "MANAGED" };
    expect(await ask("POST volumes", volume)).toMatchObject({ full_name: "shop.eu.files", volume_type: "MANAGED" });
    await it.call("PUT /api/2.0/fs/files/Volumes/shop/eu/files/a.txt", { body: new TextEncoder().encode("hello") });
    expect(await ask("PATCH volumes/shop.eu.files", { new_name: "papers" })).toMatchObject({ name: "papers" });
    expect((await it.call("GET /api/2.0/fs/files/Volumes/shop/eu/papers/a.txt")).text).toBe("hello");
    expect(await codeOf("DELETE catalogs/shop")).toEqual([400, "INVALID_STATE"]);
    expect((await ask("DELETE catalogs/shop?force=true")).status_).toBe(200);
    expect(await codeOf("GET catalogs/shop")).toEqual([404, "CATALOG_DOES_NOT_EXIST"]);
  });

  test("of others are not for everybody to change", async () => {
    expect(await codeOf("POST catalogs", { name: "bobs" }, stranger)).toEqual([403, "PERMISSION_DENIED"]);
    expect(await codeOf("DELETE schemas/main.default", undefined, stranger)).toEqual([403, "PERMISSION_DENIED"]);
    const grant = { changes: [{ principal: "bob@example.com", add: ["CREATE_SCHEMA"] }] };
    expect((await ask("PATCH permissions/catalog/main", grant)).status_).toBe(200);
    expect(await ask("POST schemas", { name: "bobs", catalog_name: "main" }, stranger)).toMatchObject({
      owner: "bob@example.com",
    });
    expect((await ask("PATCH schemas/main.bobs", { comment: "mine" }, stranger)).status_).toBe(200);
  });
});

describe("grants", () => {
  test("are kept, inherited, taken back, and gone with the object", async () => {
    await ask("POST schemas", { name: "g", catalog_name: "main" });
    const change = (changes: object[]) => ({ changes });
    const first = await ask(
      "PATCH permissions/schema/main.g",
      change([{ principal: "team", add: ["SELECT", "USE_SCHEMA"] }]),
    );
    expect(first["privilege_assignments"]).toEqual([{ principal: "team", privileges: ["SELECT", "USE_SCHEMA"] }]);
    await ask("PATCH permissions/catalog/main", change([{ principal: "team", add: ["USE_CATALOG"] }]));
    expect((await ask("GET effective-permissions/schema/main.g?principal=team"))["privilege_assignments"]).toEqual([
      {
        principal: "team",
        privileges: [
          { privilege: "SELECT" },
          { privilege: "USE_SCHEMA" },
          { privilege: "USE_CATALOG", inherited_from_type: "CATALOG", inherited_from_name: "main" },
        ],
      },
    ]);
    await ask("PATCH permissions/schema/main.g", change([{ principal: "team", remove: ["SELECT"] }]));
    expect((await ask("GET permissions/schema/main.g"))["privilege_assignments"]).toEqual([
      { principal: "team", privileges: ["USE_SCHEMA"] },
    ]);
    expect(await codeOf("PATCH permissions/schema/main.g", change([{ principal: "x", add: ["FLY"] }]))).toEqual([
      400,
      "INVALID_PARAMETER_VALUE",
    ]);
    expect(await codeOf("GET permissions/schema/main.g?max_results=5")).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    expect(await codeOf("GET permissions/table/main.g.none")).toEqual([404, "TABLE_DOES_NOT_EXIST"]);
    expect(await codeOf("GET permissions/planet/x")).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    expect(await codeOf("PATCH permissions/schema/main.g", change([]), stranger)).toEqual([403, "PERMISSION_DENIED"]);
    await ask("DELETE schemas/main.g");
    await ask("POST schemas", { name: "g", catalog_name: "main" });
    expect((await ask("GET permissions/schema/main.g"))["privilege_assignments"]).toEqual([]);
    const { metastore_id } = await ask("GET metastore_summary");
    expect((await ask(`GET permissions/metastore/${String(metastore_id)}`)).status_).toBe(200);
  });
});

describe("in SQL", () => {
  const run = async (statement: string): Promise<{ rows: unknown; message: unknown }> => {
    const warehouses = (await it.call("GET /api/2.0/sql/warehouses")).json["warehouses"] as JsonObject[];
    const body = { statement, warehouse_id: warehouses[0]?.["id"], wait_timeout: "50s" };
    const { json } = await it.call("POST /api/2.0/sql/statements", { body });
    const { error } = json["status"] as { error?: JsonObject };
    return { rows: (json["result"] as JsonObject | undefined)?.["data_array"], message: error?.["message"] };
  };

  test("grants are those of the API", async () => {
    await run("CREATE SCHEMA main.q");
    expect(await run("GRANT USE SCHEMA, SELECT ON SCHEMA main.q TO `the team`")).toMatchObject({ message: undefined });
    expect((await ask("GET permissions/schema/main.q"))["privilege_assignments"]).toEqual([
      { principal: "the team", privileges: ["USE_SCHEMA", "SELECT"] },
    ]);
    await run("CREATE TABLE main.q.t (a INT)");
    await run("GRANT ALL PRIVILEGES ON main.q.t TO ada");
    const shown = (await run("SHOW GRANTS ON TABLE main.q.t")).rows as unknown[];
    expect(shown.slice(0, 3)).toEqual([
      ["ada", "ALL PRIVILEGES", "TABLE", "main.q.t"],
      ["the team", "USE SCHEMA", "SCHEMA", "main.q"],
      ["the team", "SELECT", "SCHEMA", "main.q"],
    ]);
    expect((await run("SHOW GRANTS `the team` ON TABLE main.q.t")).rows).toHaveLength(2);
    await run("REVOKE SELECT, USE SCHEMA ON SCHEMA main.q FROM `the team`");
    expect((await ask("GET permissions/schema/main.q"))["privilege_assignments"]).toEqual([]);
    expect((await run("GRANT FLY ON SCHEMA main.q TO x")).message).toContain("not applicable");
    expect((await run("GRANT SELECT ON TABLE main.q.none TO x")).message).toContain("TABLE_DOES_NOT_EXIST");
  });

  test("a connection takes its password from a secret, and shows it nowhere", async () => {
    await it.call("POST /api/2.0/secrets/scopes/create", { body: { scope: "team" } });
    await it.call("POST /api/2.0/secrets/put", { body: { scope: "team", key: "pg", string_value: "hunter2" } });
    const made = await run(
      "CREATE CONNECTION lake TYPE POSTGRESQL OPTIONS (host 'db', 'password' secret('team', 'pg')) COMMENT 'x'",
    );
    expect(made.message).toBeUndefined();
    const shown = await it.call(`GET ${path}/connections/lake`);
    expect(shown.json).toMatchObject({ connection_type: "POSTGRESQL", options: { host: "db" }, comment: "x" });
    expect(shown.text).not.toContain("hunter2");
    expect((await run("CREATE CONNECTION lake TYPE MYSQL OPTIONS (host 'db')")).message).toContain(
      "CONNECTION_ALREADY_EXISTS",
    );
    expect((await run("CREATE CONNECTION c TYPE MYSQL OPTIONS (host secret('team', 'none'))")).message).toContain(
      "does not exist",
    );
    expect((await run("CREATE CONNECTION c TYPE MYSQL OPTIONS (port 1)")).message).toContain("host");
    expect((await run("DROP CONNECTION lake")).message).toBeUndefined();
    expect((await run("DROP CONNECTION lake")).message).toContain("cannot be found");
    expect((await run("DROP CONNECTION IF EXISTS lake")).message).toBeUndefined();
  });
});

describe("the metastore's root", () => {
  test("credentials and locations hold together", async () => {
    const arn = { role_arn: "arn:aws:iam::1:role/x" };
    expect(await ask("POST storage-credentials", { name: "c1", aws_iam_role: arn })).toMatchObject({
      name: "c1",
      read_only: false,
      aws_iam_role: { ...arn, external_id: expect.any(String) },
    });
    expect(await codeOf("POST storage-credentials", { name: "c1", aws_iam_role: arn })).toEqual([
      409,
      "STORAGE_CREDENTIAL_ALREADY_EXISTS",
    ]);
    expect(await codeOf("POST storage-credentials", { name: "c2" })).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    const location = { name: "l1", url: "s3://bucket/a/", credential_name: "c1", read_only: true };
    expect(await ask("POST external-locations", location)).toMatchObject({ url: "s3://bucket/a", read_only: true });
    expect(await codeOf("POST external-locations", { ...location, name: "l2", url: "s3://bucket/a/b" })).toEqual([
      409,
      "LOCATION_OVERLAP",
    ]);
    expect(await ask("PATCH external-locations/l1", { comment: "x" })).toMatchObject({ read_only: true, comment: "x" });
    const validated = await ask("POST validate-storage-credentials", {
      storage_credential_name: "c1",
      external_location_name: "l1",
    });
    expect(validated["results"]).toContainEqual({ operation: "WRITE", result: "SKIP", message: "" });
    expect(await codeOf("DELETE storage-credentials/c1")).toEqual([400, "INVALID_STATE"]);
    const volume = { catalog_name: "main", schema_name: "default", name: "ext", volume_type: "EXTERNAL" };
    expect(await codeOf("POST volumes", { ...volume, storage_location: "s3://else/x" })).toEqual([
      400,
      "INVALID_PARAMETER_VALUE",
    ]);
    expect(await ask("POST volumes", { ...volume, storage_location: "s3://bucket/a/v" })).toMatchObject({
      volume_type: "EXTERNAL",
    });
    expect((await ask("DELETE storage-credentials/c1?force=true")).status_).toBe(200);
    expect(await codeOf("GET storage-credentials/c1")).toEqual([404, "STORAGE_CREDENTIAL_DOES_NOT_EXIST"]);
  });

  test("connections show no secret, and foreign catalogs need one", async () => {
    const options = { host: "db", user: "u", password: "hunter2" };
    const made = await it.call(`POST ${path}/connections`, {
      body: { name: "pg", connection_type: "POSTGRESQL", options },
    });
    expect(made.json).toMatchObject({ options: { host: "db", user: "u" } });
    expect((await it.call(`GET ${path}/connections`)).text + made.text).not.toContain("hunter2");
    expect(await codeOf("PATCH connections/pg", { owner: "ada" })).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    expect(await codeOf("POST catalogs", { name: "far", connection_name: "none" })).toEqual([
      404,
      "CONNECTION_DOES_NOT_EXIST",
    ]);
    expect(
      await ask("POST catalogs", { name: "far", connection_name: "pg", options: { database: "d" } }),
    ).toMatchObject({
      catalog_type: "FOREIGN_CATALOG",
      connection_name: "pg",
    });
    for (const name of ["a", "b", "c"])
      await ask("POST connections", { name, connection_type: "HTTP", options: { host: "h" } });
    const found: unknown[] = [];
    let token = "";
    for (let page = 0; page < 9; page++) {
      const list = await ask(`GET connections?max_results=2&page_token=${token}`);
      found.push(...((list["connections"] ?? []) as unknown[]));
      token = String(list["next_page_token"] ?? "");
      if (token === "") break;
    }
    expect(found).toHaveLength(4);
  });

  test("shares open what is in them to recipients", async () => {
    const warehouses = (await it.call("GET /api/2.0/sql/warehouses")).json["warehouses"] as JsonObject[];
    const run = (statement: string) =>
      it.call("POST /api/2.0/sql/statements", {
        body: { statement, warehouse_id: warehouses[0]?.["id"], wait_timeout: "50s" },
      });
    await run("CREATE TABLE main.default.shared (a INT)");
    await ask("POST shares", { name: "out" });
    const update = (action: string, data_object: object) =>
      ask("PATCH shares/out", { updates: [{ action, data_object }] });
    const table = { name: "main.default.shared", data_object_type: "TABLE" };
    expect((await update("ADD", { ...table, shared_as: "x.y" }))["objects"]).toMatchObject([
      { shared_as: "x.y", status: "ACTIVE" },
    ]);
    expect((await update("ADD", table)).status_).toBe(409);
    expect((await update("ADD", { name: "main.default.none" })).status_).toBe(404);
    expect(
      (await update("ADD", { ...table, name: "main.default.ext", data_object_type: "VOLUME", shared_as: "x.v" }))
        .status_,
    ).toBe(400);
    expect(await ask("GET shares/out")).not.toHaveProperty("objects");
    expect((await ask("GET shares/out?include_shared_data=true"))["objects"]).toHaveLength(1);
    expect(
      await codeOf("POST recipients", { name: "r2", authentication_type: "DATABRICKS", sharing_code: "aws:eu:1" }),
    ).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    const byId = { authentication_type: "DATABRICKS", data_recipient_global_metastore_id: "aws:eu:1" };
    expect(await ask("POST recipients", { name: "r2", ...byId })).toMatchObject({ cloud: "aws", region: "eu" });
    const recipient = await ask("POST recipients", { name: "r1", authentication_type: "TOKEN" });
    const [token] = recipient["tokens"] as JsonObject[];
    const rotated = await ask("POST recipients/r1/rotate-token", { existing_token_expire_in_seconds: 60 });
    expect((rotated["tokens"] as JsonObject[]).map(({ id }) => id)).toEqual([expect.any(String), token?.["id"]]);
    const grant = { changes: [{ principal: "r1", add: ["SELECT"] }] };
    expect((await ask("PATCH shares/out/permissions", grant))["privilege_assignments"]).toEqual([
      { principal: "r1", privileges: ["SELECT"] },
    ]);
    expect((await ask("GET recipients/r1/share-permissions"))["permissions_out"]).toMatchObject([
      { share_name: "out" },
    ]);
    expect(
      await codeOf("PATCH shares/out/permissions", { changes: [{ principal: "nobody", add: ["SELECT"] }] }),
    ).toEqual([404, "RECIPIENT_DOES_NOT_EXIST"]);
    await ask("POST providers", {
      name: "p",
      authentication_type: "TOKEN",
      recipient_profile_str: "{}",
      shares: ["theirs"],
    });
    expect((await ask("GET providers/p/shares"))["shares"]).toEqual([{ name: "theirs" }]);
    expect((await update("REMOVE", table))["objects"]).toEqual([]);
  });

  test("monitors count what is there", async () => {
    const monitor = "tables/main.default.shared/monitor";
    const wish = { assets_dir: "/x", output_schema_name: "main.default", snapshot: {} };
    expect(await codeOf(`GET ${monitor}`)).toEqual([404, "RESOURCE_DOES_NOT_EXIST"]);
    expect(
      await codeOf(`POST ${monitor}`, { ...wish, time_series: { timestamp_col: "a", granularities: ["1 day"] } }),
    ).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    expect(await ask(`POST ${monitor}`, wish)).toMatchObject({
      status: "MONITOR_STATUS_ACTIVE",
      table_name: "main.default.shared",
    });
    expect(await codeOf(`POST ${monitor}`, wish)).toEqual([409, "ALREADY_EXISTS"]);
    const { refresh_id } = await ask(`POST ${monitor}/refreshes`, {});
    expect((await ask(`GET ${monitor}/refreshes`))["refreshes"]).toMatchObject([{ refresh_id, state: "SUCCESS" }]);
    expect(await ask("GET tables/main.default.shared_profile_metrics")).toMatchObject({ table_type: "MANAGED" });
    expect((await ask(`DELETE ${monitor}`)).status_).toBe(200);
    expect(await codeOf(`GET ${monitor}/refreshes`)).toEqual([404, "RESOURCE_DOES_NOT_EXIST"]);
  });
});
