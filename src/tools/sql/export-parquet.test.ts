import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StatementColumn } from "../../workspace/statement.ts";
import { parquetWriter } from "./export-parquet.ts";
import { parquetType } from "./parquet-types.ts";

// Read back by another implementation than wrote it.
let folder: string;
let duck: DuckDBConnection;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-parquet-"));
  duck = await (await DuckDBInstance.create(":memory:")).connect();
});

afterAll(async () => {
  duck.closeSync();
  await rm(folder, { recursive: true, force: true });
});

type Row = readonly (string | null)[];

function columnsOf(types: Readonly<Record<string, string>>): StatementColumn[] {
  return Object.entries(types).map(([name, typeText], position) => ({
    name,
    position,
    typeText,
    typeName: typeText.replace(/[(<].*/, ""),
  }));
}

async function written(columns: readonly StatementColumn[], chunks: Iterable<readonly Row[]>): Promise<string> {
  const file = join(folder, `${count++}.parquet`);
  const handle = await open(file, "wx");
  const writer = parquetWriter(columns, async (bytes) => await handle.appendFile(bytes));
  try {
    for (const chunk of chunks) await writer.rows(chunk);
    await writer.end();
  } finally {
    await handle.close();
  }
  return file;
}

async function read(file: string, sql = "SELECT * FROM it"): Promise<unknown[][]> {
  const reader = await duck.runAndReadAll(sql.replace("it", `read_parquet('${file}')`));
  return reader.getRowsJson() as unknown[][];
}

async function typesIn(file: string): Promise<Record<string, unknown>> {
  const rows = await read(file, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM it)");
  return Object.fromEntries(rows) as Record<string, unknown>;
}

describe("types and values", () => {
  const types = {
    yes: "BOOLEAN",
    tiny: "BYTE",
    small: "SHORT",
    usual: "INT",
    big: "LONG",
    single: "FLOAT",
    real: "DOUBLE",
    cents: "DECIMAL(9,2)",
    money: "DECIMAL(18,4)",
    huge: "DECIMAL(38,10)",
    day: "DATE",
    moment: "TIMESTAMP",
    local: "TIMESTAMP_NTZ",
    bytes: "BINARY",
    words: "STRING",
    list: "ARRAY<INT>",
  };
  const rows: Row[] = [
    [
      "true",
      "-128",
      "32767",
      "-2147483648",
      "9223372036854775807",
      "1.5",
      "0.1",
      "-1234567.89",
      "99999999999999.9999",
      "-1234567890123456789012345678.0123456789",
      "1969-12-31",
      "2024-02-29T23:59:59.123456Z",
      "2024-02-29T23:59:59.999",
      Buffer.from([0, 255, 10]).toString("base64"),
      "Grüße, 世界 🍇 \"'\n\0",
      "[1,2]",
    ],
    Object.keys(types).map(() => null),
    [
      "false",
      "0",
      "0",
      "0",
      "0",
      "0",
      "-0",
      "0",
      "0.5",
      "0",
      "9999-12-31",
      "1900-01-01T00:00:00Z",
      "0001-01-01 00:00:00",
      "",
      "",
      "[]",
    ],
  ];

  test("come back as they were, each with its own type", async () => {
    const file = await written(columnsOf(types), [rows]);
    expect(await typesIn(file)).toEqual({
      yes: "BOOLEAN",
      tiny: "TINYINT",
      small: "SMALLINT",
      usual: "INTEGER",
      big: "BIGINT",
      single: "FLOAT",
      real: "DOUBLE",
      cents: "DECIMAL(9,2)",
      money: "DECIMAL(18,4)",
      huge: "DECIMAL(38,10)",
      day: "DATE",
      moment: "TIMESTAMP WITH TIME ZONE",
      local: "TIMESTAMP",
      bytes: "BLOB",
      words: "VARCHAR",
      list: "VARCHAR",
    });
    await duck.run("SET TimeZone = 'UTC'");
    const texts = (column: string): string => `CAST(${column} AS VARCHAR)`;
    const shown = Object.keys(types).map((name) => (name === "bytes" ? "hex(bytes)" : texts(name)));
    expect(await read(file, `SELECT ${shown.join(", ")} FROM it`)).toEqual([
      [
        "true",
        "-128",
        "32767",
        "-2147483648",
        "9223372036854775807",
        "1.5",
        "0.1",
        "-1234567.89",
        "99999999999999.9999",
        "-1234567890123456789012345678.0123456789",
        "1969-12-31",
        "2024-02-29 23:59:59.123456+00",
        "2024-02-29 23:59:59.999",
        "00FF0A",
        "Grüße, 世界 🍇 \"'\n\0",
        "[1,2]",
      ],
      Object.keys(types).map(() => null),
      [
        "false",
        "0",
        "0",
        "0",
        "0",
        "0.0",
        "-0.0",
        "0.00",
        "0.5000",
        "0.0000000000",
        "9999-12-31",
        "1900-01-01 00:00:00+00",
        "0001-01-01 00:00:00",
        "",
        "",
        "[]",
      ],
    ]);
  });

  test("what is no number is kept in columns of floating point", async () => {
    const file = await written(columnsOf({ real: "DOUBLE" }), [[["NaN"], ["Infinity"], ["-Infinity"], [null]]]);
    expect(await read(file, "SELECT CAST(real AS VARCHAR) FROM it")).toEqual([["nan"], ["inf"], ["-inf"], [null]]);
  });

  test("no rows are a file with its columns, and two columns of one name are two", async () => {
    const file = await written(
      [...columnsOf({ a: "INT" }), ...columnsOf({ a: "STRING" }), ...columnsOf({ "b.c": "DATE" })],
      [],
    );
    expect(await read(file)).toEqual([]);
    expect(await typesIn(file)).toEqual({ a: "INTEGER", a_2: "VARCHAR", "b.c": "DATE" });
  });
});

test("a value that is none of its column's type ends it, and never becomes another value", async () => {
  const bad: readonly (readonly [string, string])[] = [
    ["INT", "2147483648"],
    ["INT", "1.5"],
    ["BYTE", "128"],
    ["LONG", "9223372036854775808"],
    ["DECIMAL(4,2)", "123.45"],
    ["DECIMAL(4,2)", "1.234"],
    ["DECIMAL(4,2)", "1e3"],
    ["DATE", "2023-02-29"],
    ["DATE", "yesterday"],
    ["TIMESTAMP", "2024-01-01T24:00:00Z"],
    ["TIMESTAMP_NTZ", "2024-01-01T00:00:00Z"],
    ["BOOLEAN", "TRUE?"],
    ["BINARY", "not base64!"],
    ["DOUBLE", ""],
  ];
  for (const [type, text] of bad) {
    const failure = await written(columnsOf({ it: type }), [[[text]]]).catch((thrown: unknown) => thrown);
    expect([type, text, failure]).toEqual([type, text, expect.objectContaining({ code: "bad_response" })]);
  }
});

test("a moment with an offset is the moment in UTC", () => {
  const { read: moment } = parquetType({ typeName: "TIMESTAMP", typeText: "TIMESTAMP" });
  expect(moment("2024-01-01T02:00:00+02:00")).toBe(1_704_067_200_000_000n);
  expect(moment("1969-12-31T23:59:59.999999Z")).toBe(-1n);
});

test("200,000 rows are written in row groups, a part of them in memory at a time", async () => {
  const columns = columnsOf({ id: "LONG", name: "STRING", price: "DECIMAL(12,2)" });
  const chunkRows = 10_000;
  function* chunks(): Generator<readonly Row[]> {
    for (let chunk = 0; chunk < 20; chunk++) {
      yield Array.from({ length: chunkRows }, (_, at) => {
        const id = chunk * chunkRows + at;
        return [String(id), id % 7 === 0 ? null : `name of ${id}`, `${id}.25`];
      });
    }
  }
  const sizes: number[] = [];
  const parts: Uint8Array[] = [];
  const writer = parquetWriter(columns, async (bytes) => {
    sizes.push(bytes.length);
    parts.push(bytes);
  });
  for (const chunk of chunks()) await writer.rows(chunk);
  await writer.end();
  // Each write is one row group: none of them holds half of the file.
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(sizes.length).toBeGreaterThanOrEqual(4);
  expect(Math.max(...sizes)).toBeLessThan(total / 2);
  const file = join(folder, "many.parquet");
  await Bun.write(file, new Blob(parts as Uint8Array<ArrayBuffer>[]));
  const sums =
    "SELECT CAST(count(*) AS INT), CAST(count(name) AS INT), CAST(sum(id) AS VARCHAR), CAST(sum(price) AS VARCHAR), max(name) FROM it";
  expect(await read(file, sums)).toEqual([[200_000, 171_428, "19999900000", "19999950000.00", "name of 99999"]]);
  expect(
    await read(file, "SELECT CAST(count(*) AS INT) FROM it WHERE id >= 199_999 AND name = 'name of 199999'"),
  ).toEqual([[1]]);
});
