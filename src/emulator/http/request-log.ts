// What was asked of the emulator: the last requests in memory and, when wanted, all of them in a file. No secrets.
import { appendFile } from "node:fs/promises";
import { redact } from "../../platform/log.ts";

export interface LoggedRequest {
  /** Counts from 1. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly durationMs: number;
  readonly requestId: string;
  readonly userAgent: string;
  /** The emulator has no such route. */
  readonly unknown?: true;
  /** The kind of fault that answered, or that was laid over the answer. */
  readonly fault?: string;
  /** A defect of the emulator: what was thrown. */
  readonly error?: string;
}

export interface RequestLog {
  /** Oldest first. */
  entries(): readonly LoggedRequest[];
  add(entry: Omit<LoggedRequest, "number">): void;
  clear(): void;
  /** Waits until the file holds everything. */
  flush(): Promise<void>;
}

const keptEntries = 2_000;

/** A log that keeps the last 2,000 requests, and appends each as a line of JSON to `file` when one is given. */
export function createRequestLog(file?: string): RequestLog {
  let entries: LoggedRequest[] = [];
  let count = 0;
  let writing: Promise<void> = Promise.resolve();
  return {
    entries: () => entries,
    add: (entry) => {
      count += 1;
      const logged = { number: count, ...entry, query: cleanQuery(entry.query), path: redact(entry.path) };
      entries = [...entries.slice(-(keptEntries - 1)), logged];
      // A full disk must not take the workspace down with it.
      if (file !== undefined) {
        writing = writing.then(() => appendFile(file, `${JSON.stringify(logged)}\n`, { mode: 0o600 })).catch(() => {});
      }
    },
    clear: () => {
      entries = [];
    },
    flush: () => writing,
  };
}

// One-time values of the OAuth dance say nothing to a reader and everything to a thief.
const hiddenKeys = new Set([
  "code",
  "state",
  "code_challenge",
  "token",
  "access_token",
  "request",
  "session_token",
  // Of a link to a statement's result: whoever has it can read that.
  "signature",
]);

function cleanQuery(query: string): string {
  if (query === "") return "";
  const clean = new URLSearchParams(query);
  for (const key of new Set(clean.keys())) if (hiddenKeys.has(key)) clean.set(key, "***");
  return redact(clean.toString());
}
