// The sql toolset against a workspace that answers as it is told: choice, rows, pages, cancelling, scripts, files.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Warehouse } from "../../workspace/warehouses.ts";
import { refusal, type Reply } from "../../workspace/testing.ts";
import { bench, rowsOf, type Routes } from "../testing.ts";
import { valueOf } from "./rows.ts";
import { quickest } from "./warehouse-choice.ts";

const folder = await mkdtemp(join(tmpdir(), "mortar-sql-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const statements = "/api/2.0/sql/statements";
const columnsOf = (...types: readonly string[]) => ({
  columns: types.map((type_name, position) => ({ name: `c${position}`, position, type_name, type_text: type_name })),
});

const done = (types: readonly string[], rows: unknown, more: object = {}): Reply => ({
  statement_id: "s1",
  status: { state: "SUCCEEDED" },
  manifest: { format: "JSON_ARRAY", schema: columnsOf(...types), total_row_count: 3, ...more },
  result: { chunk_index: 0, row_offset: 0, data_array: rows },
});

const running: Routes = {
  "GET /api/2.0/sql/warehouses": () => ({ warehouses: [{ id: "w1", name: "one", state: "RUNNING" }] }),
};

const warehouse = (id: string, more: Partial<Warehouse>): Warehouse => ({
  id,
  name: id,
  state: "STOPPED",
  clusterSize: "Small",
  warehouseType: "PRO",
  serverless: false,
  numClusters: 0,
  minNumClusters: 1,
  maxNumClusters: 1,
  activeSessions: 0,
  autoStopMinutes: 10,
  creator: undefined,
  health: undefined,
  configuration: {},
  ...more,
});

describe("the warehouse that is taken", () => {
  const cases: readonly (readonly [string, readonly Warehouse[], string | undefined])[] = [
    [
      "one that runs, before all others",
      [warehouse("a", { serverless: true }), warehouse("b", { state: "RUNNING" })],
      "b",
    ],
    ["one that starts, before one that stands", [warehouse("a", {}), warehouse("b", { state: "STARTING" })], "b"],
    [
      "serverless before classic",
      [warehouse("a", {}), warehouse("b", { serverless: true, clusterSize: "Large" })],
      "b",
    ],
    ["the smaller one", [warehouse("a", { clusterSize: "Large" }), warehouse("b", { clusterSize: "2X-Small" })], "b"],
    [
      "the least busy of those that run",
      [warehouse("a", { state: "RUNNING", activeSessions: 9 }), warehouse("b", { state: "RUNNING" })],
      "b",
    ],
    ["none that is being deleted", [warehouse("a", { state: "DELETING" })], undefined],
    ["none that has failed", [warehouse("a", { health: { status: "FAILED", message: undefined } })], undefined],
  ];
  test.each(cases.map(([what, all, id]) => [what, all, id] as const))("%s", (_what, all, id) => {
    expect(quickest(all)?.id).toBe(id);
  });

  test("is told, and asked for once a minute", async () => {
    await using table = bench({ ...running, [`POST ${statements}`]: () => done(["INT"], [["1"]]) });
    const first = await table.call("query_sql", { sql: "SELECT 1" });
    expect(first.data).toMatchObject({ warehouse_id: "w1", warehouse_name: "one", warehouse_choice: "running" });
    await table.call("query_sql", { sql: "SELECT 1" });
    expect(table.sent("GET /api/2.0/sql/warehouses")).toHaveLength(1);
  });

  test("is that of the environment where one is named there", async () => {
    await using table = bench({ [`POST ${statements}`]: () => done(["INT"], [["1"]]) });
    const deps = { ...table.context.deps, env: { DATABRICKS_WAREHOUSE_ID: "w9" } };
    const { data } = await table.call("query_sql", { sql: "SELECT 1" }, { deps });
    expect(data["warehouse_id"]).toBe("w9");
  });

  test("none is an error that says what to ask for", async () => {
    await using table = bench({ "GET /api/2.0/sql/warehouses": () => ({}) });
    const error = await table.failure("query_sql", { sql: "SELECT 1" });
    expect([error.code, error.hint]).toEqual(["not_found", expect.stringContaining("CAN USE")]);
  });
});

describe("values", () => {
  const cases: readonly (readonly [string | null, string, unknown])[] = [
    ["1", "INT", 1],
    ["9007199254740993", "LONG", "9007199254740993"],
    ["1.50", "DECIMAL", "1.50"],
    ["1.5", "DOUBLE", 1.5],
    ["NaN", "DOUBLE", "NaN"],
    ["true", "BOOLEAN", true],
    ["2026-01-01", "DATE", "2026-01-01"],
    [null, "STRING", null],
    ["1", "STRING", "1"],
  ];
  test.each(cases.map(([text, typeName, value]) => [text, typeName, value] as const))(
    "%p as %s",
    (text, typeName, value) => {
      expect(valueOf(text, { typeName }, 100)).toEqual({ value, isCut: false } as never);
    },
  );

  test("that are too long are cut, and counted", async () => {
    await using table = bench(
      { ...running, [`POST ${statements}`]: () => done(["STRING"], [["x".repeat(50)], ["y"]]) },
      { limits: { cellChars: 10 } },
    );
    const { data } = await table.call("query_sql", { sql: "SELECT 1" });
    expect(data["rows"]).toEqual([[`${"x".repeat(10)}…`], ["y"]]);
    expect(data["cut_values"]).toBe(1);
  });
});

describe("query_sql", () => {
  test("sends nothing that may write", async () => {
    await using table = bench(running);
    for (const sql of [
      "DROP TABLE t",
      "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
      "CALL p()",
      "BEGIN DELETE FROM t; END",
    ]) {
      expect((await table.failure("query_sql", { sql })).code).toBe("read_only");
    }
    expect(table.server.received).toEqual([]);
  });

  test("nor two statements, nor none", async () => {
    await using table = bench(running);
    expect((await table.failure("query_sql", { sql: "SELECT 1;\nDROP TABLE t" })).message).toContain("line 2");
    expect((await table.failure("query_sql", { sql: "-- nothing" })).code).toBe("invalid_input");
    expect(table.server.received).toEqual([]);
  });

  test("sends the statement bare, with parameters by their kinds", async () => {
    await using table = bench({ ...running, [`POST ${statements}`]: () => done(["INT"], [["1"]]) });
    const parameters = { a: 1, b: "x", c: true, d: null, e: 1.5, f: "2026-01-01" };
    await table.call("query_sql", {
      sql: "/* x */ SELECT :a ;",
      parameters,
      parameter_types: { f: "DATE" },
      catalog: "main",
    });
    expect(table.sent(`POST ${statements}`)).toEqual([
      {
        statement: "SELECT :a",
        warehouse_id: "w1",
        catalog: "main",
        wait_timeout: "0s",
        byte_limit: 16_777_216,
        parameters: [
          { name: "a", value: "1", type: "BIGINT" },
          { name: "b", value: "x", type: "STRING" },
          { name: "c", value: "true", type: "BOOLEAN" },
          { name: "d", type: "STRING" },
          { name: "e", value: "1.5", type: "DOUBLE" },
          { name: "f", value: "2026-01-01", type: "DATE" },
        ],
      },
    ]);
  });

  test("follows chunks as far as rows are wanted, and says where the rest is", async () => {
    const chunk = (at: number) => ({
      chunk_index: at,
      row_offset: at * 2,
      data_array: [[String(at * 2)], [String(at * 2 + 1)]],
    });
    const first = { ...chunk(0), next_chunk_index: 1 };
    const chunks = [0, 1, 2].map((at) => ({ chunk_index: at, row_offset: at * 2, row_count: 2 }));
    const whole = {
      ...(done(["INT"], []) as object),
      result: first,
      manifest: { schema: columnsOf("INT"), total_row_count: 6, chunks },
    };
    await using table = bench({
      ...running,
      [`POST ${statements}`]: () => whole,
      [`GET ${statements}/s1`]: () => whole,
      [`GET ${statements}/s1/result/chunks/1`]: () => ({ ...chunk(1), next_chunk_index: 2 }),
      [`GET ${statements}/s1/result/chunks/2`]: () => chunk(2),
    });
    const page = await table.call("query_sql", { sql: "SELECT 1", max_rows: 3 });
    expect(page.data).toMatchObject({ rows: [[0], [1], [2]], truncated: true, next_offset: 3, total_rows: 6 });
    expect(page.text).toContain("next_offset: 3");
    const rest = await table.call("get_statement_result", { statement_id: "s1", offset: 3 });
    expect(rest.data).toMatchObject({ rows: [[3], [4], [5]], truncated: false, offset: 3 });
    // The first chunk is not read again for what lies behind it.
    expect(table.server.received.filter(({ path }) => path.endsWith("/chunks/0"))).toEqual([]);
  });

  test("stops at a chunk that names itself as the next", async () => {
    const looping = {
      ...(done(["INT"], []) as object),
      result: { chunk_index: 0, row_offset: 0, data_array: [["1"]], next_chunk_index: 0 },
    };
    await using table = bench({ ...running, [`POST ${statements}`]: () => looping });
    expect((await table.call("query_sql", { sql: "SELECT 1" })).data["rows"]).toEqual([[1]]);
  });

  test("says that a result was cut by the workspace", async () => {
    await using table = bench({
      ...running,
      [`POST ${statements}`]: () => done(["INT"], [["1"]], { truncated: true }),
    });
    const { data } = await table.call("query_sql", { sql: "SELECT 1" });
    expect(data["truncated"]).toBe(true);
    expect(data["hint"]).toContain("export_query");
  });

  test("tells a failure with its class and a hint", async () => {
    const failed = {
      statement_id: "s1",
      status: {
        state: "FAILED",
        sql_state: "42P01",
        error: { error_code: "BAD_REQUEST", message: "[TABLE_OR_VIEW_NOT_FOUND] The table `x` cannot be found" },
      },
    };
    await using table = bench({ ...running, [`POST ${statements}`]: () => failed });
    const { data, failed: isFailure } = await table.call("query_sql", { sql: "SELECT * FROM x" });
    expect(isFailure).toBe(true);
    expect(data).toMatchObject({
      error_code: "TABLE_OR_VIEW_NOT_FOUND",
      sql_state: "42P01",
      hint: expect.stringContaining("SHOW TABLES"),
    });
  });

  test("gives the id of one that takes longer than the wait, and does not cancel it", async () => {
    const slow = { statement_id: "s1", status: { state: "RUNNING" } };
    await using table = bench({ ...running, [`POST ${statements}`]: () => slow, [`GET ${statements}/s1`]: () => slow });
    const { data } = await table.call("query_sql", { sql: "SELECT 1", wait_seconds: 1 });
    expect(data).toMatchObject({
      statement_id: "s1",
      state: "RUNNING",
      hint: expect.stringContaining("get_statement_result"),
    });
    expect(table.progress.length).toBeGreaterThan(0);
    expect(table.sent(`POST ${statements}/s1/cancel`)).toEqual([]);
  });

  test("cancels on the warehouse when the caller goes, also before the id is known", async () => {
    const slow = { statement_id: "s1", status: { state: "RUNNING" } };
    const cancelled = Promise.withResolvers<undefined>();
    const cancel = { [`POST ${statements}/s1/cancel`]: () => (cancelled.resolve(undefined), {}) };
    const gone = new AbortController();
    const asked = Promise.withResolvers<undefined>();
    await using table = bench(
      {
        ...running,
        ...cancel,
        [`POST ${statements}`]: async () => {
          asked.resolve(undefined);
          await new Promise((resolve) => gone.signal.addEventListener("abort", resolve, { once: true }));
          return slow;
        },
      },
      { signal: gone.signal },
    );
    const call = table.call("query_sql", { sql: "SELECT 1" }).catch((thrown: unknown) => thrown);
    await asked.promise;
    gone.abort();
    expect(await call).toBeInstanceOf(Error);
    await cancelled.promise;
  });

  test("cancels while it waits", async () => {
    const gone = new AbortController();
    const slow = { statement_id: "s1", status: { state: "RUNNING" } };
    const cancelled = Promise.withResolvers<undefined>();
    await using table = bench(
      {
        ...running,
        [`POST ${statements}`]: () => slow,
        [`GET ${statements}/s1`]: () => (gone.abort(), slow),
        [`POST ${statements}/s1/cancel`]: () => (cancelled.resolve(undefined), {}),
      },
      { signal: gone.signal },
    );
    expect(await table.call("query_sql", { sql: "SELECT 1" }).catch((thrown: unknown) => thrown)).toBeInstanceOf(Error);
    await cancelled.promise;
  });
});

describe("cancel_statement", () => {
  test("leaves one that has ended", async () => {
    await using table = bench({ [`GET ${statements}/s1`]: () => done(["INT"], []) });
    expect((await table.call("cancel_statement", { statement_id: "s1" })).data["state"]).toBe("SUCCEEDED");
    expect(table.sent(`POST ${statements}/s1/cancel`)).toEqual([]);
  });

  test("says what it came to", async () => {
    let state = "RUNNING";
    await using table = bench({
      [`GET ${statements}/s1`]: () => ({ statement_id: "s1", status: { state } }),
      [`POST ${statements}/s1/cancel`]: () => ((state = "CANCELED"), {}),
    });
    expect((await table.call("cancel_statement", { statement_id: "s1" })).data["state"]).toBe("CANCELED");
  });
});

/** Answers each statement by its text; the others succeed. */
function scripted(failing: string): {
  readonly routes: Routes;
  readonly ran: () => readonly (readonly [string, unknown])[];
} {
  const ran: (readonly [string, unknown])[] = [];
  const answer: Routes[string] = (_request, json) => {
    const text = String(json["statement"]);
    ran.push([text, json["schema"] ?? json["catalog"]]);
    const status =
      text === failing ? { state: "FAILED", error: { message: "[DIVIDE_BY_ZERO] no" } } : { state: "SUCCEEDED" };
    return {
      statement_id: `s${ran.length}`,
      status,
      manifest: { schema: columnsOf("INT") },
      result: { data_array: [["1"]] },
    };
  };
  return { routes: { ...running, [`POST ${statements}`]: answer }, ran: () => ran };
}

describe("execute_sql_script", () => {
  test("runs in order and stops at the first that fails", async () => {
    const { routes, ran } = scripted("INSERT INTO t VALUES (1)");
    await using table = bench(routes);
    const sql = "CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1);\nSELECT * FROM t;";
    const { data, failed, text } = await table.call("execute_sql_script", { sql });
    expect(ran().map(([one]) => one)).toEqual(["CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)"]);
    expect(failed).toBe(true);
    expect(data).toMatchObject({ succeeded: 1, not_run: 1, hint: expect.stringContaining("line 2") });
    expect((data["results"] as { state: string }[]).map(({ state }) => state)).toEqual([
      "SUCCEEDED",
      "FAILED",
      "NOT_RUN",
    ]);
    expect(text).toContain("-- statement 3");
  });

  test("keeps what USE says for those behind it", async () => {
    const { routes, ran } = scripted("");
    await using table = bench(routes);
    await table.call("execute_sql_script", {
      sql: "SELECT 1; USE SCHEMA b; SELECT 2; USE CATALOG c; SELECT 3",
      schema: "a",
    });
    expect(ran()).toEqual([
      ["SELECT 1", "a"],
      ["USE SCHEMA b", "a"],
      ["SELECT 2", "b"],
      ["USE CATALOG c", "b"],
      ["SELECT 3", "c"],
    ]);
  });

  test("refuses what belongs to a session, before anything runs", async () => {
    const { routes, ran } = scripted("");
    await using table = bench(routes);
    const error = await table.failure("execute_sql_script", { sql: "SELECT 1;\nDECLARE x INT;\nSELECT x" });
    expect(error.message).toContain("Line 2 makes a variable");
    expect(ran()).toEqual([]);
  });

  test("runs side by side what is independent, as many as are wanted", async () => {
    let open = 0;
    let most = 0;
    const all = Promise.withResolvers<undefined>();
    const routes: Routes = {
      ...running,
      [`POST ${statements}`]: async () => {
        open += 1;
        most = Math.max(most, open);
        if (open === 3) all.resolve(undefined);
        await all.promise;
        return done(["INT"], [["1"]]);
      },
    };
    await using table = bench(routes);
    await table.call("execute_sql_script", { sql: "SELECT 1; SELECT 2; SELECT 3", parallel: 3 });
    expect(most).toBe(3);
  });

  test("a refusal of the workspace is an error, and nothing more is begun", async () => {
    let count = 0;
    const routes: Routes = {
      ...running,
      [`POST ${statements}`]: () => ((count += 1), refusal(403, "PERMISSION_DENIED", "no")),
    };
    await using table = bench(routes);
    expect(
      (await table.failure("execute_sql_script", { sql: "SELECT 1; CREATE TABLE t (a INT)", parallel: 1 })).code,
    ).toBe("permission_denied");
    expect(count).toBe(1);
  });
});

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

describe("warehouses", () => {
  test("are listed with the running ones first, and the one that a statement would take", async () => {
    const warehouses = [
      { id: "w1", name: "b", state: "STOPPED" },
      { id: "w2", name: "a", state: "STOPPED", enable_serverless_compute: true },
      { id: "w3", name: "c", state: "RUNNING", cluster_size: "Small" },
    ];
    await using table = bench({ "GET /api/2.0/sql/warehouses": () => ({ warehouses }) });
    const listed = await table.call("list_warehouses");
    expect(rowsOf(listed).map((row) => row["warehouse_id"])).toEqual(["w3", "w2", "w1"]);
    expect(listed.data["default_warehouse_id"]).toBe("w3");
  });

  test("are started and waited for", async () => {
    let asked = 0;
    await using table = bench({
      "GET /api/2.0/sql/warehouses/w1": () => ({
        id: "w1",
        name: "one",
        state: ["STOPPED", "STARTING", "RUNNING"][asked++] ?? "RUNNING",
      }),
      "POST /api/2.0/sql/warehouses/w1/start": () => ({}),
    });
    expect((await table.call("start_warehouse", { warehouse_id: "w1" })).data["state"]).toBe("RUNNING");
    expect(table.sent("POST /api/2.0/sql/warehouses/w1/start")).toHaveLength(1);
  });

  test("are stopped", async () => {
    let state = "RUNNING";
    await using table = bench({
      "GET /api/2.0/sql/warehouses/w1": () => ({ id: "w1", name: "one", state }),
      "POST /api/2.0/sql/warehouses/w1/stop": () => ((state = "STOPPING"), {}),
    });
    expect((await table.call("stop_warehouse", { warehouse_id: "w1" })).data["state"]).toBe("STOPPING");
  });
});
