// dbutils.notebook.run: another notebook in a session of its own, with a limit of time and of depth.
import type { World } from "../world.ts";
import { NotebookFault, readNotebook } from "./notebook-source.ts";
import type { NotebookOutcome, NotebookRequest } from "./types.ts";

export type RunNotebook = (world: World, request: NotebookRequest) => Promise<NotebookOutcome>;

export interface NestedRun {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** 0 is no limit. */
  readonly timeoutMs: number;
  readonly depth: number;
  readonly signal: AbortSignal;
}

/** Each level is a Python process: the emulator's own limit, so that a notebook that runs itself ends. */
const maxDepth = 10;

/** Runs the notebook and gives its exit value, or the empty text. Throws NotebookFault when it fails or takes too long. */
export async function runNested(world: World, runNotebook: RunNotebook, wanted: NestedRun): Promise<string> {
  const { path, parameters, timeoutMs, depth, signal } = wanted;
  if (depth > maxDepth) throw new NotebookFault(`dbutils.notebook.run is nested more than ${maxDepth} deep`);
  readNotebook(world, path);
  const late = new AbortController();
  const done = new AbortController();
  if (timeoutMs > 0) {
    world.clock.sleep(timeoutMs, done.signal).then(
      () => late.abort(new DOMException("Timed out", "TimeoutError")),
      () => undefined,
    );
  }
  try {
    const outcome = await runNotebook(world, {
      path,
      parameters,
      depth,
      signal: AbortSignal.any([signal, late.signal]),
    });
    if (outcome.state === "SUCCESS") return outcome.exit ?? "";
    if (late.signal.aborted && !signal.aborted) {
      throw new NotebookFault(`TIMEDOUT: the notebook ${path} did not finish within ${timeoutMs / 1000} seconds`);
    }
    if (outcome.state === "CANCELED") throw new NotebookFault(`CANCELED: the notebook ${path} was cancelled`);
    throw new NotebookFault(`FAILED: the notebook ${path} failed: ${outcome.error?.summary ?? "no error was given"}`);
  } finally {
    done.abort();
  }
}
