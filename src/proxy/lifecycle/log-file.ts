// The proxy's log: lines without secrets in a file of this user, which is begun anew before it grows too large.
import { appendFileSync, chmodSync, mkdirSync, renameSync, statSync } from "node:fs";
import { devNull } from "node:os";
import { dirname } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import { createLogger, printable, type Logger } from "../../platform/log.ts";
import type { Clock } from "../../platform/deps.ts";

export const logLimits = { sizeBytes: 5 * 1024 * 1024, files: 3 } as const;

export interface LogFile {
  readonly path: string;
  readonly log: Logger;
}

interface LogOptions {
  readonly clock: Clock;
  readonly verbose: boolean;
  readonly sizeBytes?: number;
}

/**
 * Opens the log; throws `io` where nothing can be written there. A line that cannot be written later is lost: a full disk
 * must not stop the requests. The file is opened for each line, since a proxy that takes over writes to it too.
 */
export function openLogFile(path: string, { clock, verbose, sizeBytes = logLimits.sizeBytes }: LogOptions): LogFile {
  checkLogFile(path);
  const write = (line: string): void => {
    try {
      rotate(path, sizeBytes);
      appendFileSync(path, `${new Date(clock.now()).toISOString()} ${printable(line).trim()}\n`, { mode: 0o600 });
    } catch {
      // Said nowhere: this is where it would be said.
    }
  };
  return { path, log: createLogger(verbose ? "verbose" : "normal", write) };
}

/** Makes the file where there is none, and closes it to others. Throws `io` where nothing can be written there. */
export function checkLogFile(path: string): void {
  if (path === devNull) return;
  if (isNoFile(path)) {
    throw new MortarError("io", `The log cannot be written to ${path}: it is no file`, {
      hint: "Name a file with --log-file.",
    });
  }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, "", { mode: 0o600 });
    // One that was there may be open to others.
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  } catch (cause) {
    throw new MortarError("io", `The log file ${path} cannot be written: ${errnoOf(cause) ?? String(cause)}`, {
      hint: "Name another one with --log-file.",
      cause,
    });
  }
}

/** A pipe that nobody reads, or a terminal that is held, would hold up all requests. */
function isNoFile(path: string): boolean {
  try {
    return !statSync(path).isFile();
  } catch {
    return false;
  }
}

/** `proxy.log` becomes `proxy.log.1`, that `.2`; what was the last is gone. */
function rotate(path: string, sizeBytes: number): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < sizeBytes) return;
  for (let index = logLimits.files - 2; index >= 0; index--) {
    const from = index === 0 ? path : `${path}.${index}`;
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${path}.${index + 1}`);
  }
}
