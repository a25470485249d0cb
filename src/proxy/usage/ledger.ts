// What proxies of one user tell each other of a day's budget: what requests under way may cost, and who has been warned.
import type { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import { isAlive } from "../../platform/process.ts";

/** A part of the day's budget that a request may need. */
export interface Holding {
  readonly day: string;
  /** US dollars. */
  readonly cost: number;
  readonly sinceMs: number;
}

/** Its methods throw what SQLite throws. */
export interface Ledger {
  /** Whether another process has written since this was last asked, to any of the tables. */
  changedByOthers(): boolean;
  /** Does the work while no other process can write. */
  exclusively<T>(work: () => T): T;
  /** Notes a part of the budget for a request, by its number in this process. */
  hold(number: number, holding: Holding): void;
  release(number: number): void;
  /** What requests in other processes may cost. Those of a process that is gone count no more. */
  heldByOthers(day: string, nowMs: number): number;
  /** Whether nobody has been told yet that this budget of the day is nearly used up. */
  isFirstWarning(day: string, dailyUsd: number): boolean;
}

const schema = `
  CREATE TABLE IF NOT EXISTS held (
    process TEXT NOT NULL, number INTEGER NOT NULL, pid INTEGER NOT NULL,
    day TEXT NOT NULL, cost REAL NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY (process, number)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS warned (
    day TEXT NOT NULL, daily_usd REAL NOT NULL, PRIMARY KEY (day, daily_usd)) WITHOUT ROWID;`;

/** No answer takes so long. It bounds what a process that was killed leaves, where its id belongs to another one now. */
const longestMs = 3_600_000;

/** Opens it in the database of the usage. Throws what SQLite throws. */
export function openLedger(database: Database): Ledger {
  for (const statement of schema.split(";").filter((one) => one.trim() !== "")) database.run(statement);
  const self = randomUUID();
  const version = database.query("PRAGMA data_version");
  const insert = database.query("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?)");
  const remove = database.query("DELETE FROM held WHERE process = ? AND number = ?");
  const others = database.query("SELECT process, pid, day, cost, since_ms AS sinceMs FROM held WHERE process <> ?");
  const forget = database.query("DELETE FROM held WHERE process = ?");
  const forgetWarnings = database.query("DELETE FROM warned WHERE day < ?");
  const warn = database.query("INSERT OR IGNORE INTO warned VALUES (?, ?)");
  let seen = -1;

  return {
    changedByOthers: () => {
      const { data_version: present } = version.get() as { data_version: number };
      const changed = present !== seen;
      seen = present;
      return changed;
    },
    exclusively: (work) => database.transaction(work).immediate(),
    hold: (number, { day, cost, sinceMs }) => void insert.run(self, number, process.pid, day, cost, sinceMs),
    release: (number) => void remove.run(self, number),
    heldByOthers: (day, nowMs) => {
      let sum = 0;
      for (const row of others.all(self) as (Holding & { readonly process: string; readonly pid: number })[]) {
        const isOver = Math.abs(nowMs - row.sinceMs) > longestMs || !isAlive(row.pid);
        if (isOver) forget.run(row.process);
        else if (row.day === day) sum += row.cost;
      }
      return sum;
    },
    isFirstWarning: (day, dailyUsd) => {
      forgetWarnings.run(day);
      return warn.run(day, dailyUsd).changes > 0;
    },
  };
}
