// Programs that checks start: they end with all that they have started, when the check or the doctor does.
import type { RunProcess } from "../platform/process.ts";

/** The same, bound to the signal. A hung program behind a script would outlive the script otherwise. */
export function endingWith(run: RunProcess, signal: AbortSignal): RunProcess {
  return (command, options = {}) => {
    const both = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]);
    return run(command, { ...options, group: true, signal: both });
  };
}
