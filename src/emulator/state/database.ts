// The one database file of an emulated workspace.
import { Database } from "bun:sqlite";
import { chmod, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf, makePrivateFolder } from "../../platform/files.ts";

const fileName = "state.db";

/** The database's files in the folder. */
export const databaseNames: readonly string[] = ["", "-wal", "-shm", "-journal"].map((end) => `${fileName}${end}`);

const schema = `
  CREATE TABLE IF NOT EXISTS document (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (collection, id)
  );
  CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS object (
    path TEXT PRIMARY KEY,
    parent TEXT NOT NULL,
    type TEXT NOT NULL,
    language TEXT,
    object_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    content BLOB
  );
  CREATE INDEX IF NOT EXISTS object_parent ON object (parent, path);
`;

/**
 * Opens `state.db` in the folder, which is made (0700) when it is missing. Throws `conflict` while another emulator has
 * it open, and `io` when it cannot be read.
 */
export async function openDatabase(folder: string): Promise<Database> {
  await makePrivateFolder(folder);
  const path = join(folder, fileName);
  let database: Database | undefined;
  try {
    await makePrivate(path);
    database = new Database(path, { create: true, strict: true });
    // One process owns the folder: two emulators on it would give out the same ids.
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = NORMAL");
    database.run(schema);
    return database;
  } catch (cause) {
    database?.close();
    throw openFailure(path, cause);
  }
}

/** Whether an emulator has the folder's database open. */
export async function isInUse(folder: string): Promise<boolean> {
  const path = join(folder, fileName);
  if ((await stat(path).catch(() => undefined)) === undefined) return false;
  try {
    const database = new Database(path, { readwrite: true });
    try {
      database.run("BEGIN IMMEDIATE; ROLLBACK");
      return false;
    } finally {
      database.close();
    }
  } catch (thrown) {
    return isLocked(thrown);
  }
}

/** Before SQLite opens it: the journals beside it get the file's mode, and hold the same. */
async function makePrivate(path: string): Promise<void> {
  await writeFile(path, "", { mode: 0o600, flag: "ax" }).catch((thrown: unknown) => {
    if (errnoOf(thrown) !== "EEXIST") throw thrown;
  });
  await chmod(path, 0o600);
}

function isLocked(thrown: unknown): boolean {
  return thrown instanceof Error && /locked|busy/i.test(thrown.message);
}

function openFailure(path: string, cause: unknown): MortarError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (isLocked(cause)) {
    return new MortarError("conflict", `Another emulator is using ${path}`, {
      hint: "Stop it with `mortar emulator stop`, or choose another folder with --data.",
      cause,
    });
  }
  return new MortarError("io", `Cannot open ${path}: ${message}`, {
    hint: "Free some space if the disk is full. If the file is broken, `mortar emulator reset` deletes the folder's data.",
    cause,
  });
}
