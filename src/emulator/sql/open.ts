// Opens the SQL engine over a folder. Only here does DuckDB come into the process.
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Beyond } from "./beyond.ts";
import { Catalogs } from "./catalogs.ts";
import { invalidStatement } from "./faults.ts";
import type { SqlEngine, SqlSession } from "./engine.ts";
import { systemClock } from "../../platform/clock.ts";
import { makePrivateFolder } from "../../platform/files.ts";
import { useNativeFolder } from "./native/place.ts";
import { createSession } from "./session.ts";

export interface SqlEngineOptions {
  /** Holds one file for each catalog. SQL reads and writes nothing outside of it. */
  readonly folder: string;
  /** Interrupts every statement and refuses new ones. */
  readonly signal: AbortSignal;
  /** Where a compiled binary unpacks DuckDB's library; beside `folder` unless given. */
  readonly cacheFolder?: string;
  /** Owner of what is made, and the answer of current_user(). */
  readonly user?: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** The workspace around the catalogs: without it there are no grants and no connections. */
  readonly beyond?: Beyond;
}

/** Opens or makes the catalogs `main` and `hive_metastore`, and all others that the folder holds. Throws SqlFault and `io`. */
export async function openSqlEngine(options: SqlEngineOptions): Promise<SqlEngine> {
  const { folder, signal, user = "me@example.com", now = systemClock.now } = options;
  await makePrivateFolder(folder);
  useNativeFolder(options.cacheFolder ?? join(dirname(folder), "native"));
  const { openDatabase, spillFolder } = await import("./database.ts");
  const database = await openDatabase(folder);
  const catalogs = await Catalogs.open({ database, user, now });
  // Only now is it certain that no other process has these catalogs open.
  await rm(spillFolder(folder), { recursive: true, force: true });
  const sessions = new Set<SqlSession>();
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  return {
    catalogs: () => catalogs.all(),
    change: (change) => catalogs.change(change),
    newDocument: (comment, properties) => catalogs.newDocument(comment, properties),
    session: async (start = {}) => {
      ended.throwIfAborted();
      const { catalog = "main", schema = "default" } = start;
      if (schema.toLowerCase() !== "information_schema") catalogs.schema(catalog, schema);
      const made = createSession({
        catalogs,
        connection: await database.connect(),
        user,
        now,
        catalog,
        schema,
        signal: ended,
        beyond: options.beyond,
      });
      const session: SqlSession = {
        get catalog() {
          return made.catalog;
        },
        get schema() {
          return made.schema;
        },
        query: (statement, run) => {
          if (!sessions.has(session))
            throw invalidStatement("INVALID_HANDLE.SESSION_CLOSED", "HY000", "The session was closed.");
          return made.query(statement, run);
        },
        close: async () => {
          if (sessions.delete(session)) await made.close();
        },
      };
      sessions.add(session);
      return session;
    },
    close: async () => {
      stop.abort(new DOMException("The SQL engine was closed", "AbortError"));
      await Promise.all([...sessions].map((session) => session.close()));
      await catalogs.exclusively(undefined, async () => catalogs.close());
      database.close();
    },
  };
}
