// Objects of Unity Catalog: what is asked of the workspace, what is told of them, and what never is.
import { describe, expect, test } from "bun:test";
import { bench, rowsOf, type Bench } from "../testing.ts";
import { refusal } from "../../workspace/testing.ts";
import { tokenize } from "../sql/text/tokens.ts";
import { nameParts, quotedText } from "./names.ts";

const base = "/api/2.1/unity-catalog";

describe("names", () => {
  test.each([
    ["a.b-c.d", ["a", "b-c", "d"]],
    ["`a.x`.b.`say ``c```", ["a.x", "b", "say `c`"]],
    [" größe . b . c ", ["größe", "b", "c"]],
  ])("%s", (name, parts) => {
    expect(nameParts(name, 3, "x")).toEqual(parts);
  });

  test.each(["a.b", "a.b.c.d", "a.b.c; DROP", "a..c", "a b.c.d", "`a.b.c", "", "a.b.`", "../x.y"])("not %p", (name) => {
    expect(() => nameParts(name, 3, "catalog.schema.table")).toThrow("is not a name of the form");
  });

  test("texts stay texts in SQL, whatever is in them", () => {
    expect(quotedText("it's")).toBe("'it\\u0027s'");
    expect(quotedText("${env:HOME}")).toBe("'\\u0024{env:HOME}'");
    for (const text of ["\\'; DROP TABLE x; --", "a\\", "'", "''", "\\\\'", "a\nb\0", "$${"]) {
      for (const escapes of [true, false]) {
        expect(tokenize(`${quotedText(text)} END`, { escapes }).map(({ kind }) => kind)).toEqual(["string", "word"]);
      }
    }
  });
});

const changes = ({ server }: Bench): string[] =>
  server.received
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.slice(base.length)}`);

describe("objects", () => {
  test("are listed by type, through pages that are empty", async () => {
    const pages = [
      { next_page_token: "a" },
      { connections: [], next_page_token: "b" },
      { connections: [{ name: "pg", connection_type: "POSTGRESQL", options: { password: "hunter2", host: "h" } }] },
    ];
    await using it = bench({
      [`GET ${base}/connections`]: ({ search }) =>
        pages[" ab".indexOf(new URLSearchParams(search).get("page_token") ?? " ")] ?? {},
      [`GET ${base}/functions`]: () => ({ functions: [{ name: "f", full_name: "c.s.f", full_data_type: "INT" }] }),
    });
    const listed = await it.call("list_securables", { securable_type: "Connection" });
    expect(rowsOf(listed)).toMatchObject([{ name: "pg", about: "POSTGRESQL" }]);
    expect(JSON.stringify(listed)).not.toContain("hunter2");
    const functions = await it.call("list_securables", { securable_type: "function", catalog: "c", schema: "s" });
    expect(rowsOf(functions)[0]).toMatchObject({ name: "c.s.f", about: "INT" });
    expect(it.sent(`GET ${base}/functions`)).toEqual([{ catalog_name: "c", schema_name: "s", max_results: "0" }]);
    expect((await it.failure("list_securables", { securable_type: "function" })).hint).toContain("catalog and schema");
    expect((await it.failure("list_securables", { securable_type: "share", catalog: "c", schema: "s" })).code).toBe(
      "invalid_input",
    );
  });

  test("that come in the same page again and again end", async () => {
    await using it = bench({ [`GET ${base}/shares`]: () => ({ shares: [{ name: "x" }], next_page_token: "t" }) });
    expect((await it.failure("list_securables", { securable_type: "share" })).code).toBe("bad_response");
  });

  test("are told without what is secret in them", async () => {
    await using it = bench({
      [`GET ${base}/recipients/r`]: () => ({
        name: "r",
        authentication_type: "TOKEN",
        activated: false,
        activation_url: "https://secret.example/activate",
        tokens: [{ id: "1", activation_url: "https://secret.example/activate", expiration_time: 1 }],
        ip_access_list: { allowed_ip_addresses: ["10.0.0.0/8"] },
      }),
      [`GET ${base}/recipients/r/share-permissions`]: () => ({
        permissions_out: [{ share_name: "sales", privilege_assignments: [{ principal: "r", privileges: ["SELECT"] }] }],
      }),
      [`GET ${base}/connections/pg`]: () => ({
        name: "pg",
        connection_type: "POSTGRESQL",
        options: { host: "db", password: "hunter2", new_kind_of_key: "hunter2" },
      }),
      [`GET ${base}/shares/sales`]: () => ({
        name: "sales",
        objects: [
          {
            name: "c.s.t",
            data_object_type: "TABLE",
            shared_as: "s.t",
            partitions: [
              {
                values: [
                  { name: "day", op: "EQUAL", value: "1" },
                  { name: "who", op: "EQUAL", recipient_property_key: "id" },
                ],
              },
            ],
          },
        ],
      }),
      [`GET ${base}/functions/c.s.f`]: () => ({
        name: "f",
        full_name: "c.s.f",
        full_data_type: "STRING",
        routine_definition: "upper(x)",
        input_params: { parameters: [{ name: "x", type_text: "string", position: 0 }] },
      }),
    });
    const told = [
      await it.call("get_securable", { securable_type: "recipient", full_name: "r" }),
      await it.call("get_securable", { securable_type: "connection", full_name: "pg" }),
    ];
    for (const { text, data } of told) {
      expect(text + JSON.stringify(data)).not.toMatch(/hunter2|secret\.example/);
    }
    expect(told[0]?.data["details"]).toMatchObject({ activated: "false", ip_access_list: "10.0.0.0/8" });
    expect(told[0] && rowsOf(told[0])).toEqual([{ share: "sales", privileges: "SELECT" }]);
    expect(told[1]?.data["details"]).toEqual({
      connection_type: "POSTGRESQL",
      "options.host": "db",
      "options.password": "(set)",
      "options.new_kind_of_key": "(set)",
    });
    const share = await it.call("get_securable", { securable_type: "share", full_name: "sales" });
    expect(it.sent(`GET ${base}/shares/sales`)).toEqual([{ include_shared_data: "true" }]);
    expect(rowsOf(share)[0]).toMatchObject({ object: "c.s.t", partitions: 'day = "1" AND who = recipient.id' });
    const made = await it.call("get_securable", { securable_type: "function", full_name: "`c`.s.f" });
    expect(made.data["details"]).toMatchObject({ routine_definition: "upper(x)" });
    expect(rowsOf(made)).toMatchObject([{ parameter: "x", type: "string" }]);
  });

  test("are made as they are asked for", async () => {
    const echo = (_request: unknown, json: Record<string, unknown>) => json;
    await using it = bench({
      [`POST ${base}/catalogs`]: echo,
      [`POST ${base}/schemas`]: echo,
      [`POST ${base}/volumes`]: echo,
    });
    await it.call("create_catalog", { name: "sales", comment: "it's", properties: { a: "b" } });
    await it.call("create_catalog", { catalog: "theirs", provider: "p", share: "s" });
    await it.call("create_schema", { catalog_name: "sales", name: "eu-west" });
    await it.call("create_volume", { catalog: "sales", schema: "eu", volume: "v" });
    await it.call("create_volume", { catalog: "sales", schema: "eu", volume: "w", storage_location: "s3://b/x" });
    expect(it.sent(`POST ${base}/catalogs`)).toEqual([
      { name: "sales", comment: "it's", properties: { a: "b" } },
      { name: "theirs", provider_name: "p", share_name: "s" },
    ]);
    expect(it.sent(`POST ${base}/schemas`)).toEqual([{ catalog_name: "sales", name: "eu-west" }]);
    expect(it.sent(`POST ${base}/volumes`)).toEqual([
      { catalog_name: "sales", schema_name: "eu", name: "v", volume_type: "MANAGED" },
      { catalog_name: "sales", schema_name: "eu", name: "w", volume_type: "EXTERNAL", storage_location: "s3://b/x" },
    ]);
    expect((await it.failure("create_catalog", { catalog: "x", share: "s" })).code).toBe("invalid_input");
  });

  test("are changed in what is given alone, after a look at what was there", async () => {
    await using it = bench({
      [`GET ${base}/schemas/c.s`]: () => ({ name: "s", owner: "ada", comment: "old", properties: { k: "v" } }),
      [`PATCH ${base}/schemas/c.s`]: (_request, json) => ({ name: "s", comment: "old", ...json }),
    });
    const wish = { securable_type: "schema", full_name: "c.s", owner: "bob", new_name: "t" };
    const dry = await it.call("update_securable", { ...wish, dry_run: true });
    expect(changes(it)).toEqual([]);
    expect(dry.data).toMatchObject({
      before: { owner: "ada", name: "s" },
      after: { owner: "bob", name: "t" },
      dry_run: true,
    });
    await it.call("update_securable", { securable_type: "schema", full_name: "c.s", comment: "" });
    expect(it.sent(`PATCH ${base}/schemas/c.s`)).toEqual([{ comment: "" }]);
    expect((await it.failure("update_securable", { securable_type: "schema", full_name: "c.s" })).message).toContain(
      "Nothing",
    );
    const wrong = await it.failure("update_securable", { securable_type: "table", full_name: "c.s.t", comment: "x" });
    expect(wrong.hint).toContain("set_comment");
  });

  test("are deleted, whole only when that is said", async () => {
    await using it = bench({
      [`DELETE ${base}/schemas/c.s`]: ({ search }) =>
        search === "?force=true" ? {} : refusal(400, "SCHEMA_NOT_EMPTY", "Schema 'c.s' is not empty"),
      [`DELETE ${base}/tables/c.s.t%2Fx`]: () => new Response(null, { status: 200 }),
    });
    expect((await it.failure("delete_securable", { securable_type: "schema", full_name: "c.s" })).message).toContain(
      "not empty",
    );
    await it.call("delete_securable", { securable_type: "schema", full_name: "c.s", force: true });
    const table = await it.call("delete_securable", { securable_type: "table", full_name: "c.s.`t/x`" });
    expect(table.data).toMatchObject({ deleted: true, full_name: "c.s.t/x" });
    expect((await it.failure("delete_securable", { securable_type: "share", full_name: "x", force: true })).code).toBe(
      "invalid_input",
    );
    expect((await it.failure("delete_securable", { securable_type: "share", full_name: ".." })).code).toBe(
      "invalid_input",
    );
  });
});
