// Brings a database to this program's version: once, whoever else is starting, and never half.
import type { Clock } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { Database, Statements } from "./database.ts";
import { migrations } from "./migrations.ts";
import { numberOf } from "./rows.ts";

export interface MigrateOptions {
  readonly clock: Clock;
  /** Run first in the transaction: takes the lock that keeps others out, makes the schema. */
  readonly prepare?: (statements: Statements) => Promise<void>;
  readonly steps?: readonly (readonly string[])[];
}

/** Throws `invalid_state` for a database that a newer version of this program has made. */
export async function migrate(database: Database, options: MigrateOptions): Promise<void> {
  const { clock, prepare, steps = migrations } = options;
  await database.transaction(async (statements) => {
    await prepare?.(statements);
    await statements.run(
      "CREATE TABLE IF NOT EXISTS :migrations (version INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)",
    );
    const [row] = await statements.rows("SELECT COALESCE(MAX(version), 0) AS version FROM :migrations");
    const version = row === undefined ? 0 : numberOf(row, "version");
    if (version > steps.length) throw newer(version, steps.length);
    // A write that changes nothing: a database that can only be read is told now, and not at the first message.
    await statements.run("UPDATE :migrations SET applied_at = applied_at WHERE version = $1", [version]);
    for (const [at, step] of steps.entries()) {
      if (at < version) continue;
      for (const sql of step) await statements.run(sql);
      await statements.run("INSERT INTO :migrations (version, applied_at) VALUES ($1, $2)", [at + 1, clock.now()]);
    }
  });
}

function newer(version: number, known: number): MortarError {
  return new MortarError(
    "invalid_state",
    `The database has version ${version}, and this mortar knows versions up to ${known}: a newer mortar made it`,
    { hint: "Update this mortar (`mortar update`), or give it another database with --database." },
  );
}
