// The log of a hook in a file: an agent shows nobody what its hooks write to stderr.
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import type { Logger } from "../../platform/log.ts";
import { openLogFile } from "../../proxy/lifecycle/log-file.ts";

/**
 * The same, with a log of which all goes to the file as well, also what stderr has with --verbose alone. A file that cannot be written is
 * said on stderr, and the session goes on.
 */
export function withHookLog(deps: Deps, path: string | undefined): Deps {
  if (path === undefined) return deps;
  try {
    const { log } = openLogFile(path, { clock: deps.clock, verbose: true });
    return { ...deps, log: both(deps.log, log) };
  } catch (thrown) {
    deps.log.warn(toMortarError(thrown).message);
    return deps;
  }
}

function both(first: Logger, second: Logger): Logger {
  const said = (kind: "warn" | "info" | "debug") => (message: string) => {
    first[kind](message);
    second[kind](message);
  };
  return { level: first.level, warn: said("warn"), info: said("info"), debug: said("debug") };
}
