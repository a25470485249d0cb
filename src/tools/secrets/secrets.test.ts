// The secrets toolset: values go in, and come out nowhere.
import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bench, rowsOf, testDeps, type Bench, type Routes } from "../testing.ts";

const base = "/api/2.0/secrets";
const held: Routes = {
  [`GET ${base}/list`]: () => ({ secrets: [{ key: "old", last_updated_timestamp: 1_790_000_000_000 }] }),
  [`GET ${base}/acls/list`]: () => ({ items: [{ principal: "ada", permission: "READ" }] }),
  [`POST ${base}/put`]: () => ({}),
  [`POST ${base}/delete`]: () => ({}),
  [`POST ${base}/scopes/create`]: () => ({}),
  [`POST ${base}/scopes/delete`]: () => ({}),
  [`POST ${base}/acls/put`]: () => ({}),
  [`POST ${base}/acls/delete`]: () => ({}),
  "GET /api/2.0/preview/scim/v2/Me": () => ({ id: "7", userName: "me@example.com", active: true }),
};
const changes = ({ server }: Bench): string[] =>
  server.received.filter(({ method }) => method === "POST").map(({ path }) => path.slice(base.length + 1));

test("scopes and keys are listed by name, without values", async () => {
  await using it = bench({
    ...held,
    [`GET ${base}/scopes/list`]: () => ({
      scopes: [
        { name: "b", backend_type: "DATABRICKS" },
        { name: "a", backend_type: "AZURE_KEYVAULT" },
      ],
    }),
  });
  expect(rowsOf(await it.call("list_secret_scopes"))).toEqual([
    { scope: "a", backend: "AZURE_KEYVAULT" },
    { scope: "b", backend: "DATABRICKS" },
  ]);
  expect(rowsOf(await it.call("list_secrets", { scope: "a" }))).toEqual([
    { key: "old", updated: "2026-09-21T14:13:20Z" },
  ]);
  expect(rowsOf(await it.call("list_secret_access", { scope: "a" }))).toEqual([
    { principal: "ada", permission: "READ" },
  ]);
});

describe("a value", () => {
  const value = "hunter2-hunter2";

  test("is sent as it is, and is neither in the result nor in an error", async () => {
    await using it = bench(held);
    const { data, text } = await it.call("put_secret", { scope: "s", key: "old", string_value: value });
    expect(it.sent(`POST ${base}/put`)).toEqual([{ scope: "s", key: "old", string_value: value }]);
    expect(data).toMatchObject({ was_there: true, read_it_with: 'dbutils.secrets.get(scope="s", key="old")' });
    expect(text + JSON.stringify(data)).not.toContain(value);
    for (const wrong of [
      { scope: "s", key: "has space", value },
      { scope: "s", key: "k", value, values: value },
      { scope: "s", key: "k", value: [value] },
    ]) {
      const error = await it.failure("put_secret", wrong);
      expect(`${error.message} ${error.hint}`).not.toContain(value);
    }
    expect(changes(it)).toEqual(["put"]);
  });

  test("of a file is sent without its last line end; bytes that are no text as base64", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-secret-"));
    try {
      await using it = bench(held);
      const cases = [
        [Buffer.from("a\nb\r\n"), { string_value: "a\nb" }],
        [Buffer.from("\uFEFFx"), { string_value: "\uFEFFx" }],
        [Buffer.from([0xff, 0x0a, 0x00]), { bytes_value: "/woA" }],
        [Buffer.alloc(0), { string_value: "" }],
      ] as const;
      for (const [bytes, sent] of cases) {
        await writeFile(join(folder, "v"), bytes);
        const deps = { ...testDeps(), cwd: folder };
        const { text } = await it.call("put_secret_from_file", { scope: "s", key: "k", local_file: "v" }, { deps });
        expect(it.sent(`POST ${base}/put`).at(-1)).toEqual({ scope: "s", key: "k", ...sent });
        expect(text).toContain("was_there: false");
      }
      await writeFile(join(folder, "large"), Buffer.alloc(128 * 1024 + 1));
      const before = changes(it).length;
      for (const [local_file, code] of [
        ["large", "too_large"],
        ["none", "not_found"],
        [".", "invalid_input"],
      ] as const) {
        const deps = { ...testDeps(), cwd: folder };
        const error = await it.failure("put_secret_from_file", { scope: "s", key: "k", local_file }, { deps });
        expect(String(error.code)).toBe(code);
      }
      expect(changes(it)).toHaveLength(before);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("access", () => {
  test("is granted over what was there, and a dry run only says so", async () => {
    await using it = bench(held);
    const wish = { scope: "s", principal: "ada", permission: "WRITE" };
    const dry = await it.call("grant_secret_access", { ...wish, dry_run: true });
    expect(dry.data).toEqual({ scope: "s", principal: "ada", before: "READ", after: "WRITE", dry_run: true });
    expect(changes(it)).toEqual([]);
    await it.call("grant_secret_access", wish);
    expect(it.sent(`POST ${base}/acls/put`)).toEqual([wish]);
    expect((await it.call("grant_secret_access", { ...wish, principal: "bob" })).data["before"]).toBeUndefined();
  });

  test("is taken back from who has it", async () => {
    await using it = bench(held);
    expect((await it.call("revoke_secret_access", { scope: "s", principal: "ada", dry_run: true })).data).toMatchObject(
      {
        before: "READ",
      },
    );
    expect(changes(it)).toEqual([]);
    await it.call("revoke_secret_access", { scope: "s", principal: "ada" });
    expect(changes(it)).toEqual(["acls/delete"]);
    expect((await it.failure("revoke_secret_access", { scope: "s", principal: "bob" })).hint).toContain(
      "list_secret_access",
    );
  });
});

test("scopes are made and deleted, and what went is named", async () => {
  await using it = bench(held);
  expect((await it.call("create_secret_scope", { scope: "s" })).data["managed_by"]).toBe("me@example.com");
  expect((await it.call("create_secret_scope", { scope: "s", everyone_manages: true })).data["managed_by"]).toBe(
    "users",
  );
  expect(it.sent(`POST ${base}/scopes/create`)).toEqual([
    { scope: "s" },
    { scope: "s", initial_manage_principal: "users" },
  ]);
  expect((await it.call("delete_secret_scope", { scope: "s" })).data).toEqual({
    scope: "s",
    secrets_deleted: 1,
    keys: ["old"],
  });
  expect((await it.call("delete_secret", { scope: "s", key: "old" })).data["deleted"]).toBe(true);
});
