// Standard output or standard error that cannot be written any more.
import { writeSync } from "node:fs";
import { errorKinds } from "./errors.ts";

/**
 * A reader that went away (`mortar ... | head`) is no failure: what is written to it from now on is dropped. Anything
 * else, such as a full disk, ends the process with what went wrong: it had nothing to do but to write this.
 */
export function onStdoutFailure(error: Error): void {
  if ("code" in error && error.code === "EPIPE") return;
  try {
    writeSync(2, `error: Cannot write to standard output: ${error.message}\n`);
  } catch {
    // The same disk may be behind both.
  }
  process.exit(errorKinds.io.exit);
}

/** What could not be said on standard error can be said nowhere. The exit code still tells. */
export function onStderrFailure(): void {
  // Dropped.
}
