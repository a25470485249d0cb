// The schema of our tables in Postgres: made where it is missing, while nobody else makes or changes it.
import type { Statements } from "./database.ts";
import { quoted } from "./postgres.ts";

/** First in the transaction that migrates. Whoever comes second waits until the first is through. */
export async function preparePostgres(statements: Statements, schema: string): Promise<void> {
  // Any number that is ours: the lock is known by it in the whole database.
  await statements.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 7316894))", [`mortar ${schema}`]);
  // IF NOT EXISTS asks for the right to make schemas even where there is nothing to make.
  const there = await statements.rows("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", [schema]);
  if (there.length === 0) await statements.run(`CREATE SCHEMA ${quoted(schema)}`);
}
