// Results to a file, from a workspace that answers as it is told.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal, type Reply } from "../../workspace/testing.ts";
import { bench, type Routes } from "../testing.ts";
import { columnsOf, running, statements } from "./testing-sql.ts";

const folder = await mkdtemp(join(tmpdir(), "mortar-sql-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
/** A workspace whose result lies behind links of the same server. */
function linked(parts: readonly unknown[], types: readonly string[], broken: Routes = {}): Routes {
  const link = (index: number, host: string) => ({
    external_link: `http://${host}/part/${index}`,
    chunk_index: index,
    http_headers: { "x-part": "1" },
  });
  const routes = parts.map((rows, index): Routes => ({
    [`GET /part/${index}`]: () => rows as Reply,
    [`GET ${statements}/s1/result/chunks/${index}`]: ({ headers }) => ({
      external_links: [link(index, headers.get("host") ?? "")],
    }),
  }));
  const manifest = {
    schema: columnsOf(...types),
    total_chunk_count: parts.length,
    total_row_count: parts.flat().length,
  };
  const submitted: Routes = {
    [`POST ${statements}`]: ({ headers }) => ({
      statement_id: "s1",
      status: { state: "SUCCEEDED" },
      manifest,
      result: { external_links: parts.length === 0 ? [] : [link(0, headers.get("host") ?? "")] },
    }),
  };
  return Object.assign({}, running, submitted, ...routes, broken);
}

describe("export_query", () => {
  const parts = [
    [
      ["1", "a,b", null],
      ["9007199254740993", 'say "x"', ""],
    ],
    [["3", "line\nend", "z"]],
  ];
  const types = ["LONG", "STRING", "STRING"];
  const inFolder = (table: { context: { deps: object } }) => ({
    deps: { ...table.context.deps, cwd: folder } as never,
  });

  test("writes every part, in order, as CSV", async () => {
    await using table = bench(linked(parts, types));
    const { data } = await table.call("export_query", { sql: "SELECT 1", file: "a.csv" }, inFolder(table));
    const text = await readFile(join(folder, "a.csv"), "utf8");
    expect(text).toBe('c0,c1,c2\r\n1,"a,b",\r\n9007199254740993,"say ""x""",""\r\n3,"line\nend",z\r\n');
    expect(data).toMatchObject({ rows_written: 3, size_bytes: Buffer.byteLength(text), state: "SUCCEEDED" });
    expect(table.sent(`POST ${statements}`)[0]).toMatchObject({ disposition: "EXTERNAL_LINKS", format: "JSON_ARRAY" });
  });

  test("sends no credential of the workspace to the storage", async () => {
    await using table = bench(linked(parts, types));
    await table.call("export_query", { sql: "SELECT 1", file: "b.csv" }, inFolder(table));
    const toStorage = table.server.received.filter(({ path }) => path.startsWith("/part/"));
    expect(toStorage).toHaveLength(2);
    for (const { headers } of toStorage) {
      expect(headers.get("authorization")).toBeNull();
      expect(headers.get("x-part")).toBe("1");
    }
  });

  test("writes JSON lines that lose no digit", async () => {
    await using table = bench(
      linked(
        [[["9007199254740993", "1.10", '{"a":1}', "NaN", "true"]]],
        ["LONG", "DECIMAL", "STRUCT", "DOUBLE", "BOOLEAN"],
      ),
    );
    await table.call("export_query", { sql: "SELECT 1", file: "a.jsonl" }, inFolder(table));
    const text = await readFile(join(folder, "a.jsonl"), "utf8");
    expect(text).toBe('{"c0":9007199254740993,"c1":1.10,"c2":{"a":1},"c3":"NaN","c4":true}\n');
  });

  test("writes a Parquet file, and leaves nothing of one behind whose values are none of their types", async () => {
    await using table = bench(linked(parts, types));
    const { data } = await table.call("export_query", { sql: "SELECT 1", file: "a.parquet" }, inFolder(table));
    const bytes = await readFile(join(folder, "a.parquet"));
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(["PAR1", "PAR1"]);
    expect(data).toMatchObject({ rows_written: 3, size_bytes: bytes.length });
    await using wrong = bench(linked(parts, ["LONG", "INT", "STRING"]));
    const error = await wrong.failure("export_query", { sql: "SELECT 1", file: "b.parquet" }, inFolder(wrong));
    expect([error.code, error.hint]).toEqual(["bad_response", expect.stringContaining(".csv")]);
    expect((await readdir(folder)).filter((name) => name.startsWith("b."))).not.toContain("b.parquet");
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("asks for a new link where one is no longer good", async () => {
    let count = 0;
    const broken: Routes = {
      "GET /part/1": () => ((count += 1), count === 1 ? refusal(403, "EXPIRED", "no") : (parts[1] as Reply)),
    };
    await using table = bench(linked(parts, types, broken));
    const { data } = await table.call("export_query", { sql: "SELECT 1", file: "c.csv" }, inFolder(table));
    expect([data["rows_written"], count]).toEqual([3, 2]);
  });

  test("leaves nothing behind when a part cannot be had", async () => {
    await using table = bench(linked(parts, types, { "GET /part/1": () => refusal(404, "GONE", "no") }));
    const error = await table.failure("export_query", { sql: "SELECT 1", file: "d.csv" }, inFolder(table));
    expect(error.message).toContain("Part 2");
    expect(error.message).not.toContain("/part/");
    expect((await readdir(folder)).filter((name) => name.startsWith("d."))).toEqual([]);
  });

  test("writes over nothing that it was not told to, and nothing but tables of values", async () => {
    await using table = bench(linked(parts, types));
    await writeFile(join(folder, "there.csv"), "mine");
    const refused = async (file: string) =>
      (await table.failure("export_query", { sql: "SELECT 1", file }, inFolder(table))).code;
    expect(await refused("there.csv")).toBe("already_exists");
    expect(await refused(".bashrc")).toBe("invalid_input");
    expect(await refused("run.sh")).toBe("invalid_input");
    expect(await readFile(join(folder, "there.csv"), "utf8")).toBe("mine");
    expect(table.server.received).toEqual([]);
    await table.call("export_query", { sql: "SELECT 1", file: "there.csv", overwrite: true }, inFolder(table));
    expect(await readFile(join(folder, "there.csv"), "utf8")).toContain("c0,c1");
  });

  test("leaves alone a file that came meanwhile, and a link to nothing", async () => {
    const late: Routes = {
      "GET /part/1": async () => {
        await writeFile(join(folder, "late.csv"), "mine");
        return parts[1] as Reply;
      },
    };
    await using table = bench(linked(parts, types, late));
    const refused = async (file: string) =>
      (await table.failure("export_query", { sql: "SELECT 1", file }, inFolder(table))).code;
    expect(await refused("late.csv")).toBe("already_exists");
    expect(await readFile(join(folder, "late.csv"), "utf8")).toBe("mine");
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
    if (process.platform === "win32") return;
    await symlink(join(folder, "nowhere"), join(folder, "link.csv"));
    expect(await refused("link.csv")).toBe("already_exists");
  });

  test("replaces a link, and not what it leads to", async () => {
    if (process.platform === "win32") return;
    await writeFile(join(folder, "precious"), "mine");
    await symlink(join(folder, "precious"), join(folder, "to.csv"));
    await using table = bench(linked(parts, types));
    await table.call("export_query", { sql: "SELECT 1", file: "to.csv", overwrite: true }, inFolder(table));
    expect(await readFile(join(folder, "precious"), "utf8")).toBe("mine");
    expect(await readFile(join(folder, "to.csv"), "utf8")).toContain("c0,c1");
  });

  test.each([
    ["a row of other columns", [[["1", "a"]]]],
    ["a row that is none", [["1"]]],
    ["a value that is none", [[["1", "a", { b: 1 }]]]],
  ])("refuses %s", async (_what, strange) => {
    await using table = bench(linked(strange, types));
    const error = await table.failure("export_query", { sql: "SELECT 1", file: "s.csv" }, inFolder(table));
    expect([error.code, error.message]).toEqual(["bad_response", expect.stringContaining("promised columns")]);
    expect((await readdir(folder)).filter((name) => name.startsWith("s."))).toEqual([]);
  });

  test.each(["file:///etc/passwd", "data:application/json,[]", "//no-scheme/x"])(
    "follows no link to %s",
    async (url) => {
      const submitted = {
        statement_id: "s1",
        status: { state: "SUCCEEDED" },
        manifest: { schema: columnsOf(...types), total_chunk_count: 1 },
        result: { external_links: [{ external_link: url, chunk_index: 0 }] },
      };
      await using table = bench({ ...running, [`POST ${statements}`]: () => submitted });
      const error = await table.failure("export_query", { sql: "SELECT 1", file: "l.csv" }, inFolder(table));
      expect(error.code).toBe("bad_response");
      expect(error.message).not.toContain(url);
    },
  );

  test("a result that was cut off is none", async () => {
    const manifest = { schema: columnsOf(...types), total_chunk_count: 0, truncated: true };
    const submitted = { statement_id: "s1", status: { state: "SUCCEEDED" }, manifest, result: {} };
    await using table = bench({ ...running, [`POST ${statements}`]: () => submitted });
    const error = await table.failure("export_query", { sql: "SELECT 1", file: "t.csv" }, inFolder(table));
    expect([error.code, error.message]).toEqual(["bad_response", expect.stringContaining("cut")]);
  });

  test("formulas stay what they are, and are told", async () => {
    const cells = [
      ["-1", "=cmd|' /C calc'!A0", null],
      ["-2.5", "+1", "a=b"],
    ];
    await using table = bench(linked([cells], types));
    const { data } = await table.call("export_query", { sql: "SELECT 1", file: "f.csv" }, inFolder(table));
    expect(await readFile(join(folder, "f.csv"), "utf8")).toContain("\r\n-1,=cmd|' /C calc'!A0,\r\n");
    expect(data["hint"]).toStartWith("1 of the rows");
  });

  test("names a folder that is not there", async () => {
    await using table = bench(linked(parts, types));
    const error = await table.failure("export_query", { sql: "SELECT 1", file: "no/such/a.csv" }, inFolder(table));
    expect([error.code, error.message]).toEqual(["io", expect.stringContaining("there is no folder")]);
  });

  test("an empty result is a file with a head alone", async () => {
    await using table = bench(linked([], types));
    await table.call("export_query", { sql: "SELECT 1", file: "e.csv" }, inFolder(table));
    expect(await readFile(join(folder, "e.csv"), "utf8")).toBe("c0,c1,c2\r\n");
  });
});
