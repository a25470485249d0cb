// Where usage is kept: one row for each day, session, profile, agent and model, in a database beside the settings.
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { makePrivateFolder } from "../../platform/files.ts";
import type { Counts } from "./counts.ts";
import { openLedger, type Ledger } from "./ledger.ts";

/** Whose tokens they are. */
export interface UsageKey {
  /** `2026-11-21`, in the time zone of this machine: what a person calls today. */
  readonly day: string;
  readonly profile: string;
  /** Empty where the agent does not say. */
  readonly agent: string;
  readonly session: string;
  readonly model: string;
}

export interface UsageRow extends UsageKey, Counts {
  readonly requests: number;
}

export interface UsageStore {
  /** Adds one request. Kept in memory until the next `flush`. */
  add(key: UsageKey, counts: Counts): void;
  /** Writes what was added. Throws `io`; what could not be written is kept for the next time. */
  flush(): void;
  /** The rows of one day, with what was added. Throws as `flush`. */
  rowsOf(day: string): readonly UsageRow[];
  readonly ledger: Ledger;
  close(): void;
}

/** Where the database is. */
export function usageFile({ paths }: Pick<Deps, "paths">): string {
  return join(paths.data, "usage.db");
}

const columns = ["requests", "input", "output", "cache_read", "cache_write", "reasoning"] as const;

const schema = `CREATE TABLE IF NOT EXISTS usage (
  day TEXT NOT NULL, profile TEXT NOT NULL, agent TEXT NOT NULL, session TEXT NOT NULL, model TEXT NOT NULL,
  ${columns.map((name) => `${name} INTEGER NOT NULL DEFAULT 0`).join(", ")},
  PRIMARY KEY (day, profile, agent, session, model)) WITHOUT ROWID`;

const selection = `SELECT day, profile, agent, session, model, requests, input, output, cache_read AS cacheRead,
  cache_write AS cacheWrite, reasoning FROM usage`;

/** Opens the database for writing, and makes it where there is none. Throws `io`. */
export async function openUsageStore(deps: Pick<Deps, "paths">): Promise<UsageStore> {
  const { Database } = await import("bun:sqlite");
  const path = usageFile(deps);
  await makePrivateFolder(deps.paths.data);
  const { database, ledger } = guarded(path, () => {
    // SQLite makes files that others may read, and those beside one have its rights.
    closeSync(openSync(path, "a", 0o600));
    const opened = new Database(path, { create: true, readwrite: true });
    // Another proxy may write in the moments of a handover.
    opened.run("PRAGMA busy_timeout = 2000");
    opened.run("PRAGMA journal_mode = WAL");
    opened.run("PRAGMA synchronous = NORMAL");
    opened.run(schema);
    return { database: opened, ledger: openLedger(opened) };
  });
  const sums = columns.map((name) => `${name} = ${name} + excluded.${name}`).join(", ");
  const insert = database.query(
    `INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (day, profile, agent, session, model) DO UPDATE SET ${sums}`,
  );
  const waiting = new Map<string, Waiting>();
  const flush = (): void => {
    if (waiting.size === 0) return;
    guarded(path, () => {
      database.transaction(() => {
        for (const row of waiting.values()) insert.run(...valuesOf(row));
      })();
    });
    waiting.clear();
  };
  const ofDay = database.query(`${selection} WHERE day = ?`);
  return {
    add: (key, counts) => {
      const name = `${key.day}\0${key.profile}\0${key.agent}\0${key.session}\0${key.model}`;
      const present = waiting.get(name);
      if (present === undefined) waiting.set(name, { ...key, ...counts, requests: 1 });
      else addTo(present, counts);
    },
    flush,
    rowsOf: (day) => {
      flush();
      return guarded(path, () => ofDay.all(day) as UsageRow[]);
    },
    ledger,
    close: () => {
      flush();
      database.close();
    },
  };
}

function valuesOf(row: UsageRow): (string | number)[] {
  const { day, profile, agent, session, model, requests, input, output, cacheRead, cacheWrite, reasoning } = row;
  return [day, profile, agent, session, model, requests, input, output, cacheRead, cacheWrite, reasoning];
}

type Waiting = UsageKey & { -readonly [Name in keyof Counts | "requests"]: number };

/** In place: it is done for every answer. */
function addTo(row: Waiting, counts: Counts): void {
  row.requests += 1;
  row.input += counts.input;
  row.output += counts.output;
  row.cacheRead += counts.cacheRead;
  row.cacheWrite += counts.cacheWrite;
  row.reasoning += counts.reasoning;
}

/** The rows from `sinceDay` on, the newest day first. Empty where nothing was ever counted. Throws `io`. */
export async function readUsageRows(deps: Pick<Deps, "paths">, sinceDay: string): Promise<readonly UsageRow[]> {
  const path = usageFile(deps);
  if (!existsSync(path)) return [];
  const { Database } = await import("bun:sqlite");
  return guarded(path, () => {
    // Not read-only: the first to open a database in this mode of writing has to.
    using database = new Database(path, { readwrite: true });
    database.run("PRAGMA busy_timeout = 2000");
    const rows = database.query(`${selection} WHERE day >= ? ORDER BY day DESC, profile, model, session`).all(sinceDay);
    return rows as UsageRow[];
  });
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new MortarError("io", `Cannot use ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "Usage is kept in this file; move it away if it is damaged.",
      cause,
    });
  }
}
