// The one database file of an emulated workspace.
import { Database } from "bun:sqlite";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { makePrivateFolder } from "../../platform/files.ts";

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
  const path = join(folder, "state.db");
  let database: Database | undefined;
  try {
    database = new Database(path, { create: true, strict: true });
    // One process owns the folder: two emulators on it would give out the same ids.
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = NORMAL");
    database.run(schema);
    await chmod(path, 0o600);
    return database;
  } catch (cause) {
    database?.close();
    throw openFailure(path, cause);
  }
}

function openFailure(path: string, cause: unknown): MortarError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/locked|busy/i.test(message)) {
    return new MortarError("conflict", `Another emulator is using ${path}`, {
      hint: "Stop it with `mortar emulator stop`, or choose another folder with --data.",
      cause,
    });
  }
  return new MortarError("io", `Cannot open ${path}: ${message}`, { cause });
}
