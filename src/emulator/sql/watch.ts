// Keeps one statement from taking the machine with it: what DuckDB's own limits do not count is watched from outside.
import { statfs } from "node:fs/promises";
import { SqlFault } from "./engine.ts";

const gigabyte = 1_000_000_000;
/** Memory that DuckDB counts; beyond it DuckDB spills to `spillBytes` of disk, then fails. */
export const memoryBytes = 2 * gigabyte;
export const spillBytes = 8 * gigabyte;
/** What the process may grow by during one statement, with what DuckDB does not count: long lists and texts at work. */
const mostGrowthBytes = 4 * gigabyte;
/** Disk that stays free: a table in the making may not fill it. */
const leastFreeBytes = gigabyte;
const lookEveryMs = 100;
const looksForDisk = 5;

export interface Measures {
  /** Memory of this process in bytes. */
  readonly residentBytes: () => number;
  /** Free bytes of the disk that holds the tables. */
  readonly freeBytes: () => Promise<number>;
}

/** What the machine itself says. `folder` lies on the disk in question. */
export function machineMeasures(folder: string): Measures {
  return {
    residentBytes: () => process.memoryUsage.rss(),
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
  };
}

export interface Watch {
  /** Why the statement was interrupted, if it was. */
  readonly fault: SqlFault | undefined;
  stop(): void;
}

/** Looks at memory and disk until `stop`, and calls `interrupt` again and again once there is too little of one. */
export function watchStatement(measures: Measures, interrupt: () => void, everyMs = lookEveryMs): Watch {
  const before = measures.residentBytes();
  let fault: SqlFault | undefined;
  let looks = 0;
  const lookAtDisk = async (): Promise<void> => {
    // A disk that cannot be asked is no reason to end a statement.
    const free = await measures.freeBytes().catch(() => Number.POSITIVE_INFINITY);
    if (free < leastFreeBytes) fault ??= diskFull();
  };
  const timer = setInterval(() => {
    if (measures.residentBytes() - before > mostGrowthBytes) fault ??= outOfMemory();
    if (looks++ % looksForDisk === looksForDisk - 1) void lookAtDisk();
    if (fault !== undefined) interrupt();
  }, everyMs);
  return {
    get fault() {
      return fault;
    },
    stop: () => clearInterval(timer),
  };
}

export const outOfMemoryText =
  `The statement needs more memory than the emulator gives to SQL: ${memoryBytes / gigabyte} GB, and ${spillBytes / gigabyte} GB on disk for what does not fit. ` +
  "Read fewer rows or columns, aggregate earlier, or check its joins for a missing condition.";

function outOfMemory(): SqlFault {
  return new SqlFault("OUT_OF_MEMORY", "53200", outOfMemoryText);
}

function diskFull(): SqlFault {
  return new SqlFault(
    "DISK_FULL",
    "53100",
    `The statement was ended because less than ${leastFreeBytes / gigabyte} GB of the disk is left. Free some space, or write fewer rows.`,
  );
}
