// The credential helper's log: one line a call, without any part of a token, in a file of this user that stays small.
import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { printable, redact } from "../platform/log.ts";

/** Claude Desktop may call each minute: this is some days. One older file is kept beside it. */
export const helperLogBytes = 512 * 1024;

export function helperLogFile({ paths }: Pick<Deps, "paths">): string {
  return join(paths.data, "logs", "credential-helper.log");
}

export interface HelperCall {
  readonly startedMs: number;
  /** Those after its name. */
  readonly words: readonly string[];
  readonly context: string;
  readonly profile: string;
  readonly source: string;
  /** `token`, or the code of what went wrong. */
  readonly outcome: string;
  /** Length of the token, or the message. */
  readonly detail: string;
}

/** What an app started from a desktop gives to its helper is often the whole trouble. */
const variables = ["HOME", "PATH", "USER"] as const;

/** Adds a line. What cannot be written is lost: the app waits for the token, and nobody reads this but after a failure. */
export function logHelperCall(deps: Pick<Deps, "paths" | "clock" | "env">, call: HelperCall): void {
  const path = helperLogFile(deps);
  const nowMs = deps.clock.now();
  const text = [
    new Date(nowMs).toISOString(),
    `pid=${process.pid}`,
    `ppid=${process.ppid}`,
    `words=${JSON.stringify(call.words)}`,
    ...variables.map((name) => `${name}=${JSON.stringify(deps.env[name] ?? "")}`),
    `context=${JSON.stringify(call.context)}`,
    `profile=${JSON.stringify(call.profile)} (${call.source})`,
    `outcome=${call.outcome}`,
    `after=${nowMs - call.startedMs}ms`,
    call.detail,
  ].join(" ");
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > helperLogBytes) renameSync(path, `${path}.1`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, `${printable(redact(text)).trim()}\n`, { mode: 0o600 });
  } catch {
    // Said nowhere: this is where it would be said.
  }
}
