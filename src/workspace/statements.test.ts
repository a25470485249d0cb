import { describe, expect, test } from "bun:test";
import { sentJson, serve, workspaceAt } from "./testing.ts";

const succeeded = {
  statement_id: "01-ab",
  status: { state: "SUCCEEDED" },
  manifest: {
    format: "JSON_ARRAY",
    schema: {
      column_count: 2,
      columns: [{ name: "a", position: 0, type_name: "LONG", type_text: "BIGINT" }, { name: "b" }],
    },
    total_row_count: 3,
    total_chunk_count: 2,
    truncated: true,
  },
  result: {
    chunk_index: 0,
    row_offset: 0,
    row_count: 2,
    data_array: [
      ["1", null],
      ["2", "x"],
    ],
    next_chunk_index: 1,
  },
};

test("execute sends the statement and reads its first chunk", async () => {
  await using server = serve(() => succeeded);
  const statement = await workspaceAt(server.host).statements.execute({
    statement: "SELECT :a",
    warehouseId: "w",
    catalog: "c",
    parameters: [
      { name: "a", value: "1", type: "INT" },
      { name: "b", value: null },
    ],
    rowLimit: 10,
    waitSeconds: 50,
    onWaitTimeout: "CANCEL",
  });
  expect(statement).toEqual({
    statementId: "01-ab",
    state: "SUCCEEDED",
    error: undefined,
    sqlState: undefined,
    ended: true,
    manifest: {
      format: "JSON_ARRAY",
      columns: [
        { name: "a", position: 0, typeName: "LONG", typeText: "BIGINT" },
        { name: "b", position: 1, typeName: "STRING", typeText: "STRING" },
      ],
      totalRowCount: 3,
      totalByteCount: undefined,
      totalChunkCount: 2,
      chunks: [],
      truncated: true,
    },
    result: {
      chunkIndex: 0,
      rowOffset: 0,
      rows: [
        ["1", null],
        ["2", "x"],
      ],
      externalLinks: [],
      nextChunkIndex: 1,
    },
  });
  expect(sentJson(server.received[0])).toEqual({
    statement: "SELECT :a",
    warehouse_id: "w",
    catalog: "c",
    parameters: [{ name: "a", value: "1", type: "INT" }, { name: "b" }],
    row_limit: 10,
    wait_timeout: "50s",
    on_wait_timeout: "CANCEL",
  });
});

test("a statement that fails is an answer, not an exception", async () => {
  const status = { state: "FAILED", error: { error_code: "BAD_REQUEST", message: "[PARSE]" }, sql_state: "42601" };
  await using server = serve(() => ({ statement_id: "s", status }));
  const statement = await workspaceAt(server.host).statements.get("s");
  expect(statement).toMatchObject({
    state: "FAILED",
    ended: true,
    sqlState: "42601",
    error: { code: "BAD_REQUEST", message: "[PARSE]" },
  });
});

test.each([
  ["PENDING", false],
  ["RUNNING", false],
  ["CANCELED", true],
  ["CLOSED", true],
])("%s has ended: %p", async (state, ended) => {
  await using server = serve(() => ({ statement_id: "s", status: { state } }));
  expect((await workspaceAt(server.host).statements.get("s")).ended).toBe(ended);
});

test("get, chunk and cancel address the statement", async () => {
  await using server = serve(({ path }) =>
    path.includes("chunks") ? { chunk_index: 1, data_array: [[7]] } : { statement_id: "s" },
  );
  const { statements } = workspaceAt(server.host);
  await statements.get("a/b");
  expect(await statements.chunk("s", 1)).toMatchObject({ chunkIndex: 1, rows: [["7"]], nextChunkIndex: undefined });
  await statements.cancel("s");
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /api/2.0/sql/statements/a%2Fb",
    "GET /api/2.0/sql/statements/s/result/chunks/1",
    "POST /api/2.0/sql/statements/s/cancel",
  ]);
});

describe("external links", () => {
  const link = {
    external_link: "https://storage/x?sig=very-secret",
    expiration: "2026-01-01T00:00:00Z",
    http_headers: { "x-key": "v" },
    chunk_index: 2,
    row_count: 5,
    next_chunk_index: 3,
  };

  test("are read, and print nothing of their own credentials", async () => {
    await using server = serve(() => ({ external_links: [link] }));
    const chunk = await workspaceAt(server.host).statements.chunk("s", 2);
    expect(chunk).toMatchObject({ chunkIndex: 2, nextChunkIndex: 3, rows: [] });
    expect(chunk.externalLinks[0]?.headers).toEqual({ "x-key": "v" });
    expect(chunk.externalLinks[0]?.url.reveal()).toBe("https://storage/x?sig=very-secret");
    expect(JSON.stringify(chunk) + Bun.inspect(chunk, { depth: 9 })).not.toContain("very-secret");
  });
});
