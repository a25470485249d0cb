// Queries with the rows that they have to give, on tables of their own.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openTestSql, type TestSql } from "../testing.ts";

/** There between the tests of a file that calls `useSql`. */
export let sql: TestSql;
export type Expectation = readonly [statement: string, rows: readonly (readonly (string | null)[])[]];

export function results(title: string, cases: readonly Expectation[]): void {
  describe(title, () => {
    for (const [statement, rows] of cases) {
      test(statement, async () => {
        expect(await sql.rows(statement)).toEqual(rows);
      });
    }
  });
}

/** Has a database with small tables for the tests of the file. */
export function useSql(): void {
  beforeAll(async () => {
    sql = await openTestSql();
    await sql.query("CREATE TABLE n (g STRING, x INT, p DECIMAL(10,2), s STRING, d DATE)");
    await sql.query(
      "INSERT INTO n VALUES ('a', 1, 1.10, 'one', '2024-01-01'), ('a', 2, 2.20, 'two', NULL), ('b', 3, 3.35, '3', '2024-03-01'), ('b', NULL, NULL, NULL, NULL)",
    );
    await sql.query("CREATE TABLE z AS SELECT explode(array(0, 1, 2, 5)) AS x");
  });
  afterAll(() => sql.dispose());
}
