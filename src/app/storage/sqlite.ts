// SQLite on one machine: one connection, one statement or transaction at a time.
import { SQL } from "bun";
import { chmodSync, closeSync, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf, makePrivateFolder } from "../../platform/files.ts";
import { storable, withTables, type Database, type Row, type Statements, type Value } from "./database.ts";
import { fileFailure, movedFailure, sqliteFailure } from "./sqlite-failure.ts";

/** Opens the file, or makes it: for this user alone. Throws `io`. */
export async function openSqlite(file: string, clock: Clock): Promise<Database> {
  await makePrivateFolder(dirname(file)).catch((thrown: unknown) => {
    throw thrown instanceof MortarError && thrown.hint !== undefined ? thrown : fileFailure(file, thrown);
  });
  createPrivate(file);
  const { ino } = await stat(file);
  const sql = new SQL({ adapter: "sqlite", filename: file, create: true });
  const database = createDatabase(sql, { file, inode: ino, clock });
  try {
    // What waits in SQLite stops this whole process: it waits little there, and then here.
    await database.rows("PRAGMA busy_timeout = 20");
    await database.rows("PRAGMA journal_mode = WAL");
    await database.rows("PRAGMA synchronous = NORMAL");
    await database.rows("PRAGMA foreign_keys = ON");
    return database;
  } catch (thrown) {
    await sql.close();
    throw thrown;
  }
}

/** SQLite's own files beside it (-wal, -shm) take its mode. */
function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
    chmodSync(file, 0o600);
  } catch (thrown) {
    if (errnoOf(thrown) !== "EEXIST") throw fileFailure(file, thrown);
  }
}

interface Opened {
  readonly file: string;
  readonly inode: number;
  readonly clock: Clock;
}

function createDatabase(sql: SQL, { file, inode, clock }: Opened): Database {
  const statements = statementsOf(sql);
  // On the one connection a statement of somebody else would fall into a transaction that is open, and be undone with it.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(
      () => untilFree(work, clock),
      () => untilFree(work, clock),
    );
    last = mine.catch(() => undefined);
    return mine.catch((thrown: unknown) => {
      throw sqliteFailure(file, thrown);
    });
  };
  return {
    kind: "sqlite",
    // It has no clock but this machine's.
    now: () => String(Math.trunc(clock.now())),
    rows: (text, values) => inTurn(() => statements.rows(text, values)),
    run: (text, values) => inTurn(() => statements.run(text, values)),
    transaction: (work) => inTurn(() => transaction(statements, work)),
    check: async () => {
      // A file that was deleted goes on taking what is written, until it is closed.
      const now = await stat(file).catch(() => undefined);
      if (now === undefined || now.ino !== inode) throw movedFailure(file);
      await inTurn(() => statements.rows("SELECT 1 FROM :migrations"));
    },
    close: async () => {
      await last;
      await sql.close();
    },
  };
}

function statementsOf(sql: SQL): Statements {
  const send = (text: string, values: readonly Value[]) =>
    sql.unsafe<Row[] & { readonly count: number }>(inSqlite(text), values.map(storable));
  return {
    rows: async (text, values = []) => await send(text, values),
    run: async (text, values = []) => (await send(text, values)).count,
  };
}

/** `$2` is a name to SQLite, which it counts where it first meets it; `?2` is the second value. */
const inSqlite = (text: string): string => withTables(text, (table) => table).replaceAll(/\$(\d+)/g, "?$1");

async function transaction<T>(statements: Statements, work: (statements: Statements) => Promise<T>): Promise<T> {
  await statements.run("BEGIN IMMEDIATE");
  try {
    const result = await work(statements);
    await statements.run("COMMIT");
    return result;
  } catch (thrown) {
    // SQLite itself may have rolled back (a full disk): then there is nothing to undo.
    await statements.run("ROLLBACK").catch(() => undefined);
    throw thrown;
  }
}

const mostWaitMs = 10_000;

/** Another process holds the file for a moment: the work has done nothing yet, and is tried again. */
async function untilFree<T>(work: () => Promise<T>, clock: Clock): Promise<T> {
  for (let waitedMs = 0, napMs = 5; ; waitedMs += napMs, napMs = Math.min(napMs * 2, 200)) {
    try {
      return await work();
    } catch (thrown) {
      const code = errnoOf(thrown) ?? "";
      if (!code.startsWith("SQLITE_BUSY") || waitedMs >= mostWaitMs) throw thrown;
    }
    await clock.sleep(napMs);
  }
}
