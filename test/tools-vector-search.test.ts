// Vector search through the binary: an endpoint, an index that follows a table, one that rows are put into, searches.
import { expect, setDefaultTimeout, test } from "bun:test";
import { toolStage } from "./support/tool-stage.ts";

setDefaultTimeout(60_000);

const stage = toolStage(["--toolsets", "default,vector_search"], async (on) => {
  await on.done("execute_sql", { sql: "CREATE TABLE main.default.pieces (id BIGINT, body STRING, lang STRING)" });
  await on.done("execute_sql", {
    sql: `INSERT INTO main.default.pieces VALUES
      (1, 'ripe bananas are yellow', 'en'), (2, 'a truck needs diesel', 'en'), (3, 'eine Banane ist gelb', 'de')`,
  });
});
const { done, refused } = stage;

const ids = (data: Record<string, unknown>): unknown[] => (data["rows"] as unknown[][]).map(([id]) => id);

test("an endpoint is made and waited for", async () => {
  expect(await done("create_vector_search_endpoint", { endpoint: "search" })).toMatchObject({ state: "ONLINE" });
  expect(await refused("create_vector_search_endpoint", { endpoint: "search" })).toContain("already exists");
  expect(await done("get_vector_search_endpoint", { endpoint: "search" })).toMatchObject({ endpoint_type: "STANDARD" });
  expect(await done("list_vector_search_endpoints", {})).toMatchObject({ total_matched: 1 });
});

test("an index follows its table", async () => {
  const index = "main.default.pieces_index";
  const spec = { source_table: "main.default.pieces", text_column: "body", embedding_model: "databricks-gte-large-en" };
  const made = await done("create_vector_index", { index, endpoint: "search", primary_key: "id", ...spec });
  expect(made).toMatchObject({ ready: true, indexed_rows: 3, text_column: "body" });
  const asked = { index, columns: ["id", "body"], text: "banana" };
  expect(ids(await done("query_vector_index", { ...asked, num_results: 1 }))).toEqual([1]);
  expect(ids(await done("query_vector_index", { ...asked, filters: { lang: "de" } }))).toEqual([3]);
  const first = await done("query_vector_index", { ...asked, num_results: 2 });
  const next = await done("query_vector_index", { index, page_token: first["next_page_token"] });
  expect([...ids(first), ...ids(next)].toSorted()).toEqual([1, 2, 3]);
  const hybrid = { ...asked, text: "diesel", query_type: "HYBRID" };
  expect(ids(await done("query_vector_index", hybrid))[0]).toBe(2);
  await done("execute_sql", { sql: "INSERT INTO main.default.pieces VALUES (4, 'banana bread', 'en')" });
  await done("sync_vector_index", { index });
  expect(await done("get_vector_index", { index })).toMatchObject({ indexed_rows: 4 });
  expect(await refused("upsert_vector_rows", { index, rows: [{ id: 9 }] })).toContain("Delta Sync");
  expect(await refused("delete_vector_search_endpoint", { endpoint: "search" })).toContain("has indexes");
  expect(await done("list_vector_indexes", {})).toMatchObject({ total_matched: 1 });
  await done("delete_vector_index", { index });
  expect(await refused("get_vector_index", { index })).toContain("not found");
});

test("rows are put into an index, read in pages, and deleted", async () => {
  const index = "main.default.direct";
  const shape = { vector_column: "v", dimension: 2, schema: { id: "string", v: "array<float>", note: "string" } };
  await done("create_vector_index", { index, endpoint: "search", primary_key: "id", ...shape });
  const rows = [
    { id: "a", v: [1, 0], note: "east" },
    { id: "b", v: [0, 1], note: "north" },
    { id: "c", v: [1], note: "short" },
  ];
  expect(await done("upsert_vector_rows", { index, rows })).toMatchObject({ succeeded: 2, failed_keys: ["c"] });
  const near = await done("query_vector_index", { index, columns: ["id", "note"], vector: [0.9, 0.1] });
  expect(ids(near)).toEqual(["a", "b"]);
  const scanned = await done("list_vector_rows", { index, limit: 1 });
  expect([ids(scanned), scanned["next_after"]]).toEqual([["a"], "a"]);
  expect(ids(await done("list_vector_rows", { index, limit: 1, after: "a" }))).toEqual(["b"]);
  await done("delete_vector_rows", { index, keys: ["a"] });
  expect(await done("get_vector_index", { index })).toMatchObject({ indexed_rows: 1, dimension: 2 });
  await done("delete_vector_index", { index });
  expect(await done("delete_vector_search_endpoint", { endpoint: "search" })).toMatchObject({ state: "DELETED" });
});
