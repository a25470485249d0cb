import { describe, expect, test } from "bun:test";
import { failureOf, inTurn, refusal, serve, workspaceAt } from "./testing.ts";

const table = {
  name: "trips",
  full_name: "main.default.trips",
  catalog_name: "main",
  schema_name: "default",
  table_type: "MANAGED",
  data_source_format: "DELTA",
  owner: "me@example.com",
  comment: "rides",
  created_at: 5,
  updated_at: 6,
  table_id: "3f1e",
  properties: { "delta.minReaderVersion": "1" },
  columns: [
    { name: "id", type_text: "bigint", type_name: "LONG", position: 0, nullable: false, comment: "key" },
    { name: "at", type_text: "date", type_name: "DATE", position: 1, nullable: true, partition_index: 0 },
  ],
};

test("catalogs come over all pages, empty ones among them", async () => {
  await using server = serve(
    inTurn(
      () => ({ catalogs: [{ name: "main", catalog_type: "MANAGED_CATALOG", owner: "o" }], next_page_token: "a" }),
      () => ({ next_page_token: "b" }),
      () => ({ catalogs: [{ name: "samples", browse_only: true }] }),
    ),
  );
  const { items, truncated } = await workspaceAt(server.host).unityCatalog.catalogs();
  expect(items.map(({ name, fullName, catalogType, browseOnly }) => [name, fullName, catalogType, browseOnly])).toEqual(
    [
      ["main", "main", "MANAGED_CATALOG", false],
      ["samples", "samples", undefined, true],
    ],
  );
  expect(truncated).toBe(false);
  expect(server.received.map(({ path, search }) => path + search)).toEqual([
    "/api/2.1/unity-catalog/catalogs?max_results=0",
    "/api/2.1/unity-catalog/catalogs?max_results=0&page_token=a",
    "/api/2.1/unity-catalog/catalogs?max_results=0&page_token=b",
  ]);
});

test("schemas are of one catalog, and a limit asks for one more", async () => {
  await using server = serve(() => ({
    schemas: [
      { name: "default", catalog_name: "main", full_name: "main.default" },
      { name: "raw", catalog_name: "main" },
    ],
    next_page_token: "more",
  }));
  const { unityCatalog } = workspaceAt(server.host);
  const { items, truncated } = await unityCatalog.schemas("main", { limit: 1, includeBrowse: true });
  expect(items).toMatchObject([{ name: "default", fullName: "main.default", catalogName: "main" }]);
  expect(truncated).toBe(true);
  expect(server.received.map(({ search }) => search)).toEqual(["?catalog_name=main&include_browse=true&max_results=2"]);
});

test("a schema without a full name has one", async () => {
  await using server = serve(() => ({ schemas: [{ name: "raw", catalog_name: "main" }] }));
  const { items } = await workspaceAt(server.host).unityCatalog.schemas("main");
  expect(items[0]?.fullName).toBe("main.raw");
});

describe("tables", () => {
  test("have their columns, unless names alone are wanted", async () => {
    await using server = serve(() => ({ tables: [table] }));
    const { unityCatalog } = workspaceAt(server.host);
    const { items } = await unityCatalog.tables("main", "default");
    expect(items[0]).toEqual({
      name: "trips",
      fullName: "main.default.trips",
      catalogName: "main",
      schemaName: "default",
      tableType: "MANAGED",
      dataSourceFormat: "DELTA",
      owner: "me@example.com",
      comment: "rides",
      createdAtMs: 5,
      updatedAtMs: 6,
      browseOnly: false,
      tableId: "3f1e",
      storageLocation: undefined,
      viewDefinition: undefined,
      properties: { "delta.minReaderVersion": "1" },
      rowFilter: undefined,
      columns: [
        {
          name: "id",
          typeText: "bigint",
          typeName: "LONG",
          nullable: false,
          position: 0,
          comment: "key",
          partitionIndex: undefined,
          mask: undefined,
        },
        {
          name: "at",
          typeText: "date",
          typeName: "DATE",
          nullable: true,
          position: 1,
          comment: undefined,
          partitionIndex: 0,
          mask: undefined,
        },
      ],
    });
    await unityCatalog.tables("main", "default", { namesOnly: true });
    expect(server.received.map(({ search }) => search)).toEqual([
      "?catalog_name=main&schema_name=default&max_results=0",
      "?catalog_name=main&schema_name=default&omit_columns=true&omit_properties=true&max_results=0",
    ]);
  });

  test("one is found by its full name, as one segment of the path", async () => {
    await using server = serve(() => table);
    const { unityCatalog } = workspaceAt(server.host);
    expect((await unityCatalog.table("main.default.trips")).columns).toHaveLength(2);
    await unityCatalog.table("main.de fault.a/b");
    expect(server.received.map(({ path }) => path)).toEqual([
      "/api/2.1/unity-catalog/tables/main.default.trips",
      "/api/2.1/unity-catalog/tables/main.de%20fault.a%2Fb",
    ]);
    expect((await failureOf(unityCatalog.table(""))).code).toBe("invalid_input");
  });

  test.each(["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "TABLE_DOES_NOT_EXIST"])(
    "%s is not_found",
    async (code) => {
      await using server = serve(() => refusal(404, code, "It does not exist."));
      const failure = await failureOf(workspaceAt(server.host).unityCatalog.tables("main", "none"));
      expect(failure.code).toBe("not_found");
      expect(failure.hint).toContain("List the ");
    },
  );
});

test("an answer without a name is no answer of a workspace", async () => {
  await using server = serve(() => ({ catalogs: [{ owner: "x" }] }));
  expect((await failureOf(workspaceAt(server.host).unityCatalog.catalogs())).code).toBe("bad_response");
});
