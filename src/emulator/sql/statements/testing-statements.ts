// A database for the tests of statements: a schema of its own for each test.
import { afterAll, beforeAll, beforeEach } from "bun:test";
import { openTestSql, type TestSql } from "../testing.ts";

/** There between the tests of a file that calls `useSql`. */
export let sql: TestSql;
/** The number of the schema that the test has, which is called `s` and this. */
export let number = 0;
export const run = (statement: string): Promise<unknown> => sql.query(statement);
export const rows = (statement: string): Promise<unknown> => sql.rows(statement);
export const names = async (statement: string): Promise<string[]> =>
  (await sql.query(statement)).columns.map((column) => column.name);

export async function runAll(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await run(statement);
}

/** Has a database for the tests of the file. */
export function useSql(): void {
  beforeAll(async () => {
    sql = await openTestSql();
  });
  afterAll(() => sql.dispose());
  // Each test has a schema of its own.
  beforeEach(async () => {
    await sql.query("USE CATALOG main");
    await sql.query(`CREATE SCHEMA s${++number}`);
    await sql.query(`USE SCHEMA s${number}`);
  });
}
