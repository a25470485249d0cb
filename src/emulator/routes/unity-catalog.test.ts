// Unity Catalog over HTTP: what SQL has made, as the API shows it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

const path = "/api/2.1/unity-catalog";
let it: TestEmulator;

beforeAll(async () => {
  it = await startTestEmulator();
  const { json } = await it.call("GET /api/2.0/sql/warehouses");
  const [first] = json["warehouses"] as JsonObject[];
  const run = async (statement: string): Promise<void> => {
    const body = { statement, warehouse_id: first?.["id"], wait_timeout: "50s" };
    const answer = await it.call("POST /api/2.0/sql/statements", { body });
    expect(answer.json["status"]).toEqual({ state: "SUCCEEDED" });
  };
  await run("CREATE CATALOG sales COMMENT 'What we sold'");
  await run("CREATE SCHEMA main.rides COMMENT 'Taxi rides'");
  await run(
    "CREATE TABLE main.rides.trips (id BIGINT NOT NULL COMMENT 'key', fare DECIMAL(10,2), at TIMESTAMP_NTZ, tags ARRAY<STRING>, place STRUCT<x: INT, y: DOUBLE>, more MAP<STRING, INT>, day DATE) PARTITIONED BY (day) COMMENT 'Trips' TBLPROPERTIES ('team' = 'blue')",
  );
  await run("CREATE VIEW main.rides.cheap AS SELECT id FROM main.rides.trips WHERE fare < 10");
  for (const name of ["a", "b", "c", "d"]) await run(`CREATE SCHEMA sales.${name}`);
});
afterAll(() => it.dispose());

const get = async (request: string): Promise<JsonObject> => {
  const { status, json } = await it.call(`GET ${path}/${request}`);
  expect([request, status]).toEqual([request, 200]);
  return json;
};
const names = (list: unknown): unknown[] => (list as JsonObject[]).map(({ name }) => name);

test("catalogs are those of Unity Catalog alone", async () => {
  const { catalogs } = await get("catalogs");
  expect(names(catalogs)).toEqual(["main", "sales"]);
  const sales = await get("catalogs/Sales");
  expect(sales).toMatchObject({
    name: "sales",
    full_name: "sales",
    catalog_type: "MANAGED_CATALOG",
    comment: "What we sold",
    owner: expect.stringContaining("@"),
    created_at: expect.any(Number),
  });
  expect((catalogs as JsonObject[])[1]).toEqual(sales);
});

test("schemas are those of a catalog", async () => {
  const { schemas } = await get("schemas?catalog_name=main");
  expect(names(schemas)).toEqual(["default", "information_schema", "rides"]);
  expect(await get("schemas/main.rides")).toMatchObject({
    name: "rides",
    catalog_name: "main",
    full_name: "main.rides",
    comment: "Taxi rides",
  });
});

describe("tables", () => {
  test("have what CREATE TABLE said", async () => {
    const { columns, ...table } = await get("tables/main.rides.TRIPS");
    expect(table).toMatchObject({
      name: "trips",
      catalog_name: "main",
      schema_name: "rides",
      full_name: "main.rides.trips",
      table_type: "MANAGED",
      data_source_format: "DELTA",
      comment: "Trips",
      properties: { team: "blue" },
      table_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const read = (columns as JsonObject[]).map((column) => [
      column["name"],
      column["type_text"],
      column["type_name"],
      column["position"],
      column["nullable"],
    ]);
    expect(read).toEqual([
      ["id", "bigint", "LONG", 0, false],
      ["fare", "decimal(10,2)", "DECIMAL", 1, true],
      ["at", "timestamp_ntz", "TIMESTAMP_NTZ", 2, true],
      ["tags", "array<string>", "ARRAY", 3, true],
      ["place", "struct<x:int,y:double>", "STRUCT", 4, true],
      ["more", "map<string,int>", "MAP", 5, true],
      ["day", "date", "DATE", 6, true],
    ]);
    const [id, fare, , , place, , day] = columns as JsonObject[];
    expect(id).toMatchObject({ comment: "key" });
    expect(JSON.parse(String(id?.["type_json"]))).toEqual({
      name: "id",
      type: "long",
      nullable: false,
      metadata: { comment: "key" },
    });
    expect(fare).toMatchObject({ type_precision: 10, type_scale: 2 });
    expect(JSON.parse(String(place?.["type_json"]))["type"]["fields"][0]).toEqual({
      name: "x",
      type: "integer",
      nullable: true,
      metadata: {},
    });
    expect(day).toMatchObject({ partition_index: 0 });
    expect(id).not.toHaveProperty("partition_index");
  });

  test("are listed with columns, and without what is not wanted", async () => {
    const query = "tables?catalog_name=main&schema_name=rides";
    const [cheap, trips] = (await get(query))["tables"] as JsonObject[];
    expect(trips).toEqual(await get("tables/main.rides.trips"));
    expect(cheap).toMatchObject({
      name: "cheap",
      table_type: "VIEW",
      view_definition: expect.stringContaining("fare"),
    });
    expect(cheap).not.toHaveProperty("data_source_format");
    const bare = await get(`${query}&omit_columns=true&omit_properties=true&omit_username=true`);
    for (const field of ["columns", "properties", "owner", "created_by", "updated_by"]) {
      expect((bare["tables"] as JsonObject[])[1]).not.toHaveProperty(field);
    }
  });

  test("of information_schema are those that SQL can read", async () => {
    const { tables } = await get("tables?catalog_name=main&schema_name=information_schema");
    expect(names(tables)).toEqual(
      "catalog_tags column_tags columns schema_tags schemata table_tags tables views volume_tags volumes".split(" "),
    );
    const view = await get("tables/main.information_schema.tables");
    expect(view).toMatchObject({ table_type: "VIEW", owner: "System user" });
    expect(names(view["columns"])).toContain("table_name");
  });

  test("are there, or are not", async () => {
    expect(await get("tables/main.rides.trips/exists")).toEqual({ table_exists: true });
    expect(await get("tables/main.rides.none/exists")).toEqual({ table_exists: false });
    expect(await get("tables/none.rides.trips/exists")).toEqual({ table_exists: false });
  });
});

test.each([
  ["catalogs/none", 404, "CATALOG_DOES_NOT_EXIST", "Catalog 'none' does not exist."],
  ["catalogs/hive_metastore", 404, "CATALOG_DOES_NOT_EXIST", "Catalog 'hive_metastore' does not exist."],
  ["schemas?catalog_name=none", 404, "CATALOG_DOES_NOT_EXIST", "Catalog 'none' does not exist."],
  ["schemas/main.none", 404, "SCHEMA_DOES_NOT_EXIST", "Schema 'main.none' does not exist."],
  ["tables?catalog_name=main&schema_name=none", 404, "SCHEMA_DOES_NOT_EXIST", "Schema 'main.none' does not exist."],
  ["tables/main.none.x", 404, "SCHEMA_DOES_NOT_EXIST", "Schema 'main.none' does not exist."],
  ["tables/main.rides.none", 404, "TABLE_DOES_NOT_EXIST", "Table 'main.rides.none' does not exist."],
  ["tables/main.rides.toString", 404, "TABLE_DOES_NOT_EXIST", "Table 'main.rides.tostring' does not exist."],
  ["tables/trips", 400, "INVALID_PARAMETER_VALUE", "catalog.schema.table"],
  ["schemas/main", 400, "INVALID_PARAMETER_VALUE", "catalog.schema"],
  ["schemas", 400, "INVALID_PARAMETER_VALUE", "catalog_name"],
  ["tables?catalog_name=main", 400, "INVALID_PARAMETER_VALUE", "schema_name"],
  ["catalogs?max_results=-1", 400, "INVALID_PARAMETER_VALUE", "max_results"],
  ["catalogs?max_results=1&page_token=x", 400, "INVALID_PARAMETER_VALUE", "page token"],
])("%s is refused", async (request, status, code, why) => {
  const answer = await it.call(`GET ${path}/${request}`);
  expect([answer.status, answer.json["error_code"]]).toEqual([status, code]);
  expect(String(answer.json["message"])).toContain(why);
});

describe("pages", () => {
  const all = async (size: number): Promise<unknown[]> => {
    const pages: unknown[][] = [];
    let token = "";
    do {
      const page = await get(`schemas?catalog_name=sales&max_results=${size}&page_token=${token}`);
      pages.push(names(page["schemas"]));
      token = String(page["next_page_token"] ?? "");
    } while (token !== "");
    return pages;
  };

  test("go on through an empty one", async () => {
    expect(await all(2)).toEqual([["a", "b"], [], ["c", "d"], ["default", "information_schema"]]);
  });

  test("are as long as the service says for 0, and for more than it gives", async () => {
    expect(await all(0)).toHaveLength(1);
    expect(await all(5_000)).toHaveLength(1);
  });
});
