// An engine over a temporary folder, for tests.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlEngine, SqlOptions, SqlSession, SqlTable } from "./engine.ts";
import { SqlFault } from "./engine.ts";
import { openSqlEngine } from "./open.ts";

export interface TestSql {
  readonly engine: SqlEngine;
  readonly session: SqlSession;
  readonly folder: string;
  query(statement: string, options?: SqlOptions): Promise<SqlTable>;
  /** The rows alone. */
  rows(statement: string, options?: SqlOptions): Promise<SqlTable["rows"]>;
  /** The one value of the one row. */
  value(expression: string): Promise<string | null>;
  /** The type text of an expression. */
  type(expression: string): Promise<string>;
  /** The message of the fault that the statement ends with. */
  fault(statement: string, options?: SqlOptions): Promise<string>;
  dispose(): Promise<void>;
}

/** Opens an engine in a new folder, or again in one that is there; that one stays afterwards. */
export async function openTestSql(folder?: string): Promise<TestSql> {
  const base = folder ?? (await mkdtemp(join(tmpdir(), "mortar-sql-")));
  const engine = await openSqlEngine({ folder: join(base, "sql"), signal: new AbortController().signal });
  const session = await engine.session();
  const query: TestSql["query"] = (statement, options) => session.query(statement, options);
  const first = async (expression: string): Promise<SqlTable> => query(`SELECT ${expression}`);
  return {
    engine,
    session,
    query,
    folder: base,
    rows: async (statement, options) => (await query(statement, options)).rows,
    value: async (expression) => (await first(expression)).rows[0]?.[0] ?? null,
    type: async (expression) => (await first(expression)).columns[0]?.typeText ?? "",
    fault: async (statement, options) => {
      try {
        await query(statement, options);
      } catch (thrown) {
        if (thrown instanceof SqlFault) return thrown.message;
        throw thrown;
      }
      throw new Error(`no fault: ${statement}`);
    },
    dispose: async () => {
      await engine.close();
      if (folder === undefined) await rm(base, { recursive: true, force: true });
    },
  };
}
