// Ending on time, whatever still holds the process.

/** Ends the process after `ms` milliseconds unless it ends by itself before. Does not keep it alive. */
export function endWithin(ms: number, code: number): void {
  setTimeout(() => process.exit(code), ms).unref();
}
