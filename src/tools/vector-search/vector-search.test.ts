// The vector_search toolset: what goes to the workspace for each kind of index, pages, rows, waits, and what is refused.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, rowsOf } from "../testing.ts";
import { loadTool } from "../toolsets.ts";

const api = "/api/2.0/vector-search";
const index = "main.docs.pieces";
const there = `${api}/indexes/${index}`;
const ready = {
  name: index,
  endpoint_name: "ep",
  primary_key: "id",
  index_type: "DIRECT_ACCESS",
  status: { ready: true },
};

describe("endpoints", () => {
  test("are waited for until they are online", async () => {
    let asked = 0;
    await using it = bench({
      [`POST ${api}/endpoints`]: () => ({ name: "ep" }),
      [`GET ${api}/endpoints/ep`]: () => ({
        name: "ep",
        endpoint_status: { state: ++asked > 2 ? "ONLINE" : "PROVISIONING" },
      }),
    });
    const { data } = await it.call("create_vector_search_endpoint", { name: "ep" });
    expect(data).toMatchObject({ endpoint: "ep", state: "ONLINE" });
    expect(data["hint"]).toBeUndefined();
    expect(it.progress).toEqual(["the endpoint is PROVISIONING", "the endpoint is PROVISIONING"]);
    expect(it.sent(`POST ${api}/endpoints`)).toEqual([{ name: "ep", endpoint_type: "STANDARD" }]);
    asked = -1_000;
    const slow = await it.call("create_vector_search_endpoint", { endpoint: "ep", wait_seconds: 3 });
    expect(slow.data).toMatchObject({ state: "PROVISIONING", hint: expect.stringContaining("do not create it again") });
  });

  test("are listed over pages, and named with their indexes before they go", async () => {
    await using it = bench({
      [`GET ${api}/endpoints`]: ({ search }) =>
        search === "" ? { endpoints: [{ name: "b" }], next_page_token: "2" } : { endpoints: [{ name: "a" }] },
      [`GET ${api}/indexes`]: ({ search }) => (search.includes("=b") ? { vector_indexes: [{ name: index }] } : {}),
    });
    expect(rowsOf(await it.call("list_vector_search_endpoints")).map(({ endpoint }) => endpoint)).toEqual(["a", "b"]);
    expect(rowsOf(await it.call("list_vector_indexes"))).toMatchObject([{ index, endpoint: "b" }]);
    const tool = await loadTool("delete_vector_search_endpoint");
    expect(String(await tool?.confirm?.(tool.input.parse({ endpoint: "b" }), it.context))).toContain(index);
  });
});

describe("a new index", () => {
  const routes = { [`POST ${api}/indexes`]: () => ready, [`GET ${there}`]: () => ready };
  const head = { name: index, endpoint_name: "ep", primary_key: "id" };

  test.each([
    [
      "of a table whose text the workspace embeds",
      { source_table: "main.docs.raw", text_column: "body", embedding_model: "gte", columns_to_sync: ["lang"] },
      {
        index_type: "DELTA_SYNC",
        delta_sync_index_spec: {
          source_table: "main.docs.raw",
          pipeline_type: "TRIGGERED",
          columns_to_sync: ["lang"],
          embedding_source_columns: [{ name: "body", embedding_model_endpoint_name: "gte" }],
        },
      },
    ],
    [
      "of a table with vectors",
      { source_table: "main.docs.raw", pipeline_type: "CONTINUOUS", vector_column: "v", dimension: 3 },
      {
        index_type: "DELTA_SYNC",
        delta_sync_index_spec: {
          source_table: "main.docs.raw",
          pipeline_type: "CONTINUOUS",
          embedding_vector_columns: [{ name: "v", embedding_dimension: 3 }],
        },
      },
    ],
    [
      "that rows are put into",
      { vector_column: "v", dimension: 3, schema: { id: "string", v: "array<float>" } },
      {
        index_type: "DIRECT_ACCESS",
        direct_access_index_spec: {
          embedding_vector_columns: [{ name: "v", embedding_dimension: 3 }],
          schema_json: '{"id":"string","v":"array<float>"}',
        },
      },
    ],
  ])("%s is asked for with the columns as objects", async (_kind, args, body) => {
    await using it = bench(routes);
    const { data } = await it.call("create_vector_index", { ...head, ...args });
    expect(data).toMatchObject({ index, ready: true });
    expect(it.sent(`POST ${api}/indexes`)).toEqual([{ ...head, ...body }]);
  });

  test.each([
    [{ source_table: "a.b.c" }, "needs what it searches"],
    [{ source_table: "a.b.c", text_column: "t" }, "embedding_model"],
    [{ source_table: "a.b.c", text_column: "t", vector_column: "v" }, "text_column or vector_column"],
    [{ source_table: "a.b.c", vector_column: "v", dimension: 2, schema: {} }, "without a table"],
    [{ vector_column: "v", dimension: 2 }, "needs a schema"],
    [{ vector_column: "v", dimension: 2, schema: { id: "int" } }, "lacks v"],
    [{ name: "pieces", vector_column: "v", dimension: 2, schema: { id: "int", v: "x" } }, "whole name"],
  ])("of %j is refused before anything is sent", async (args, message) => {
    await using it = bench({});
    const error = await it.failure("create_vector_index", { ...head, ...args });
    expect(error.message).toContain(message);
    expect(it.server.received).toEqual([]);
  });
});

const found = {
  manifest: { column_count: 2, columns: [{ name: "id" }, { name: "score" }] },
  result: { row_count: 1, data_array: [["1", 0.9]] },
};

describe("a search", () => {
  test.each([
    ["an object", { lang: "de" }, '{"lang":"de"}'],
    ["JSON text", '{"lang":"de"}', '{"lang":"de"}'],
    ["a condition as text", "lang = 'de'", "lang = 'de'"],
  ])("takes filters as %s", async (_kind, filters, sent) => {
    await using it = bench({ [`POST ${there}/query`]: () => found });
    const args = { index_name: index, columns: ["id"], query_text: "ripe", filters, query_type: "HYBRID" };
    const { data } = await it.call("query_vector_index", args);
    expect(data).toMatchObject({ columns: ["id", "score"], rows: [["1", 0.9]], truncated: false });
    expect(it.sent(`POST ${there}/query`)).toEqual([
      { columns: ["id"], query_text: "ripe", query_type: "HYBRID", num_results: 5, filters_json: sent },
    ]);
  });

  test("takes filter_string, too", async () => {
    await using it = bench({ [`POST ${there}/query`]: () => found });
    await it.call("query_vector_index", { index, columns: ["id"], vector: [1, 0], filter_string: "n > 1" });
    expect(it.sent(`POST ${there}/query`)).toMatchObject([{ query_vector: [1, 0], filters_json: "n > 1" }]);
  });

  test("goes on with the page that follows, for the index alone", async () => {
    await using it = bench({
      [`GET ${there}`]: () => ready,
      [`POST ${there}/query`]: () => ({ ...found, next_page_token: "p2" }),
      [`POST ${there}/query-next-page`]: () => found,
    });
    const first = await it.call("query_vector_index", { index, text: "x" });
    expect(first.data["next_page_token"]).toBe("p2");
    expect(it.sent(`POST ${there}/query`)).toMatchObject([{ columns: ["id"] }]);
    const next = await it.call("query_vector_index", { index, page_token: "p2" });
    expect(next.data["next_page_token"]).toBeUndefined();
    expect(it.sent(`POST ${there}/query-next-page`)).toEqual([{ endpoint_name: "ep", page_token: "p2" }]);
  });

  test.each([{}, { text: "a", vector: [1] }, { query_type: "HYBRID" }, { query_type: "HYBRID", vector: [1] }])(
    "of %j either needs a text or goes out",
    async (args) => {
      await using it = bench({ [`POST ${there}/query`]: () => found });
      const outcome = await it
        .call("query_vector_index", { index, columns: ["id"], ...args })
        .catch((thrown: unknown) => thrown);
      const isAsked = "vector" in args && !("text" in args);
      expect(it.sent(`POST ${there}/query`)).toHaveLength(isAsked ? 1 : 0);
      expect(outcome instanceof Error).toBe(!isAsked);
    },
  );

  test("says what did not fit", async () => {
    const rows = Array.from({ length: 20 }, (_, at) => [`${at}`, "long ".repeat(40)]);
    const answer = { ...found, result: { row_count: 20, data_array: rows } };
    await using it = bench({ [`POST ${there}/query`]: () => answer }, { limits: { textChars: 1_000, cellChars: 50 } });
    const { data } = await it.call("query_vector_index", { index, columns: ["id"], text: "x", num_results: 20 });
    expect(data).toMatchObject({ truncated: true, cut_values: 20, hint: expect.stringContaining("of 20 rows fit") });
    expect(Number(data["returned"])).toBeLessThan(20);
  });

  test("of an index that is not ready tells the workspace's words", async () => {
    await using it = bench({
      [`POST ${there}/query`]: () => refusal(400, "BAD_REQUEST", `Vector index ${index} is not ready.`),
    });
    expect((await it.failure("query_vector_index", { index, columns: ["id"], text: "x" })).message).toContain(
      "not ready",
    );
  });
});

describe("rows", () => {
  const scanned = (key: string) => ({
    fields: [
      { key: "id", value: { string_value: key } },
      { key: "n", value: { number_value: 2 } },
      { key: "v", value: { list_value: { values: [{ number_value: 1 }, { number_value: 0 }] } } },
      { key: "gone", value: {} },
    ],
  });

  test("are listed in pages by their last key", async () => {
    await using it = bench({
      [`POST ${there}/scan`]: (_request, { last_primary_key }) =>
        last_primary_key === undefined
          ? { data: [scanned("a"), scanned("b")], last_primary_key: "b" }
          : { data: [scanned("c")], last_primary_key: "c" },
    });
    const first = await it.call("list_vector_rows", { index, num_results: 2 });
    expect(first.data).toMatchObject({
      columns: ["id", "n", "v", "gone"],
      rows: [
        ["a", 2, "[1,0]", null],
        ["b", 2, "[1,0]", null],
      ],
      truncated: true,
      next_after: "b",
    });
    const last = await it.call("list_vector_rows", { index, limit: 2, after: "b" });
    expect(last.data).toMatchObject({ returned: 1, truncated: false });
  });

  test("that did not fit begin after the last that is shown", async () => {
    const data = ["a", "b", "c"].map(scanned);
    await using it = bench(
      { [`GET ${there}`]: () => ready, [`POST ${there}/scan`]: () => ({ data, last_primary_key: "c" }) },
      { limits: { textChars: 50 } },
    );
    expect((await it.call("list_vector_rows", { index })).data).toMatchObject({ returned: 2, next_after: "b" });
  });

  test.each([
    ["a list", [{ id: "1", v: [1, 2] }]],
    ["JSON text", '[{"id":"1","v":[1,2]}]'],
  ])("are put in from %s; those that do not fit are named", async (_kind, inputs_json) => {
    await using it = bench({
      [`POST ${there}/upsert-data`]: () => ({
        status: "PARTIAL_SUCCESS",
        result: { success_row_count: 1, failed_primary_keys: ["7"] },
      }),
    });
    const { data } = await it.call("upsert_vector_rows", { index_name: index, inputs_json });
    expect(data).toMatchObject({ status: "PARTIAL_SUCCESS", succeeded: 1, failed_keys: ["7"] });
    expect(it.sent(`POST ${there}/upsert-data`)).toEqual([{ inputs_json: '[{"id":"1","v":[1,2]}]' }]);
  });

  test.each(["[]", "{}", "no json"])("are not put in from %s", async (rows) => {
    await using it = bench({});
    expect((await it.failure("upsert_vector_rows", { index, rows })).message).toContain("no rows");
  });

  test("are deleted by keys, numbers among them, after a question that names them", async () => {
    let asked = "";
    await using it = bench({
      [`DELETE ${there}/delete-data`]: ({ search }) => {
        asked = search;
        return { status: "SUCCESS", result: { success_row_count: 2 } };
      },
    });
    const { data } = await it.call("delete_vector_rows", { index_name: index, primary_keys: ["a", 2] });
    expect(asked).toBe("?primary_keys=a&primary_keys=2");
    expect(data).toMatchObject({ succeeded: 2, failed_keys: [] });
    const tool = await loadTool("delete_vector_rows");
    const input = tool?.input.parse({ index, keys: ["a", 2] });
    expect(String(await tool?.confirm?.(input, it.context))).toContain("“a”, “2”");
    expect(await tool?.targets?.(input, it.context)).toEqual([{ kind: "securable", name: ["main", "docs", "pieces"] }]);
  });
});
