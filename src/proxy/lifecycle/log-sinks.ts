// Who wants a line for a request: the proxy's own log where it is verbose, and the file that its session asked for.
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import type { LeaseBook } from "./lease-book.ts";
import { openLogFile } from "./log-file.ts";

type Sink = (line: string) => void;

export function logSinks(
  { log, clock }: Pick<Deps, "log" | "clock">,
  { book, verbose }: { readonly book: LeaseBook; readonly verbose: boolean },
): (lease: string | undefined) => readonly Sink[] {
  const own: readonly Sink[] = verbose ? [log.debug] : [];
  const files = new Map<string, Sink | undefined>();
  const toFile = (path: string): Sink | undefined => {
    if (!files.has(path)) files.set(path, open(path));
    return files.get(path);
  };
  const open = (path: string): Sink | undefined => {
    try {
      return openLogFile(path, { clock, verbose: true }).log.info;
    } catch (thrown) {
      log.warn(toMortarError(thrown).message);
      return undefined;
    }
  };
  return (id) => {
    const wanted = id === undefined ? undefined : book.get(id)?.log;
    if (wanted === undefined) return own;
    const sink = wanted.file === undefined ? undefined : toFile(wanted.file);
    if (sink !== undefined) return [...own, sink];
    return wanted.verbose && !verbose ? [log.info] : own;
  };
}
