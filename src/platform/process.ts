// Child processes: run to the end with a limit, start in the background, ask whether one lives.
import { MortarError } from "./errors.ts";
import type { Environment } from "./deps.ts";

export interface RunOptions {
  readonly env?: Environment;
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** Text for the child's standard input; without it the child has none. */
  readonly input?: string;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Throws `not_found` when there is no such program, `timeout`, and an abort. */
export type RunProcess = (command: readonly [string, ...string[]], options?: RunOptions) => Promise<RunResult>;

export const runProcess: RunProcess = async (command, options = {}) => {
  options.signal?.throwIfAborted();
  const child = start(command, options);
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          child.kill("SIGKILL");
        }, options.timeoutMs);
  const onAbort = (): void => child.kill("SIGTERM");
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    options.signal?.throwIfAborted();
    if (timedOut) throw new MortarError("timeout", `${command[0]} did not finish within ${options.timeoutMs} ms`);
    return { exitCode, stdout, stderr };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", onAbort);
  }
};

function start(command: readonly [string, ...string[]], options: RunOptions) {
  try {
    return Bun.spawn([...command], {
      env: childEnvironment(options.env ?? process.env),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: options.input === undefined ? "ignore" : new TextEncoder().encode(options.input),
      stdout: "pipe",
      stderr: "pipe",
      windowsHide: true,
    });
  } catch (cause) {
    throw new MortarError("not_found", `Cannot start ${command[0]}: no such program`, { cause });
  }
}

/** The environment for a child: without the variables by which any Bun executable can be made to run foreign code. */
export function childEnvironment(env: Environment): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && name !== "BUN_OPTIONS" && name !== "BUN_BE_BUN") clean[name] = value;
  }
  return clean;
}

/** Whether a process with this id lives. One of another user counts as living. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

/** Command words that start this same program again: the compiled binary, or bun with the source entry point. */
export function selfCommand(): [string, ...string[]] {
  return Bun.isStandaloneExecutable === true ? [process.execPath] : [process.execPath, Bun.main];
}
