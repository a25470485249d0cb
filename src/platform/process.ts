// Child processes: run to the end with a limit, start in the background, ask whether one lives.
import { existsSync } from "node:fs";
import { MortarError } from "./errors.ts";
import type { Environment } from "./deps.ts";
import { oldProgramName, ownNameWord } from "./program-name.ts";

export interface RunOptions {
  readonly env?: Environment;
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** Text for the child's standard input; without it the child has none. */
  readonly input?: string;
  /** How much either output may be; without it there is no bound. */
  readonly maxOutputBytes?: number;
  /** What it has started ends with it when it is made to end: a group of its own, without the terminal. */
  readonly group?: boolean;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. Throws `not_found` when there is no such program, `io` when it cannot be started, `timeout`
 * and `too_large` (the child is killed), and an abort (it is asked to end, then killed).
 */
export type RunProcess = (command: readonly [string, ...string[]], options?: RunOptions) => Promise<RunResult>;

export const runProcess: RunProcess = async (command, options = {}) => {
  options.signal?.throwIfAborted();
  const child = start(command, options);
  // A child that is killed may leave children of its own, which hold its output open: nobody waits for those.
  const stopped = new AbortController();
  const kill = (signal: "SIGTERM" | "SIGKILL"): void => {
    if (options.group === true) killGroup(child.pid, signal);
    child.kill(signal);
  };
  const end = (signal: "SIGTERM" | "SIGKILL"): void => {
    kill(signal);
    void child.exited.then(() => {
      // Those of the group that do not mind a request.
      if (options.group === true && process.platform !== "win32") killGroup(child.pid, "SIGKILL");
      stopped.abort();
    });
  };
  const timers: Timer[] = [];
  const after = (ms: number, work: () => void): void => void timers.push(setTimeout(work, ms));
  let timedOut = false;
  let tooLarge = false;
  const onTooLarge = (): void => {
    tooLarge = true;
    end("SIGKILL");
  };
  const bound = { stopped: stopped.signal, maxBytes: options.maxOutputBytes ?? Number.POSITIVE_INFINITY, onTooLarge };
  const onTimeout = (): void => {
    timedOut = true;
    end("SIGKILL");
  };
  const onAbort = (): void => {
    end("SIGTERM");
    after(patienceMs, () => kill("SIGKILL"));
  };
  if (options.timeoutMs !== undefined) after(options.timeoutMs, onTimeout);
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const [stdout, stderr, exitCode] = await Promise.all([
      readText(child.stdout, bound),
      readText(child.stderr, bound),
      child.exited,
    ]);
    options.signal?.throwIfAborted();
    if (tooLarge) throw new MortarError("too_large", `${command[0]} printed more than ${options.maxOutputBytes} bytes`);
    if (timedOut) throw new MortarError("timeout", `${command[0]} did not finish within ${options.timeoutMs} ms`);
    return { exitCode, stdout, stderr };
  } finally {
    timers.forEach(clearTimeout);
    options.signal?.removeEventListener("abort", onAbort);
  }
};

/** The process and its group. Windows knows no groups, and finds the children of a process as long as that lives. */
export function killGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    if (process.platform === "win32")
      Bun.spawnSync(["taskkill", "/T", "/F", "/PID", String(pid)], { windowsHide: true });
    else process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}

// How long a child that was asked to end may take before it is killed.
const patienceMs = 2_000;

interface Bound {
  readonly stopped: AbortSignal;
  readonly maxBytes: number;
  readonly onTooLarge: () => void;
}

async function readText(stream: ReadableStream<Uint8Array>, bound: Bound): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  bound.stopped.addEventListener("abort", () => void reader.cancel(), { once: true });
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > bound.maxBytes) {
      bound.onTooLarge();
      await reader.cancel();
      return text;
    }
    text += decoder.decode(value, { stream: true });
  }
}

function start(command: readonly [string, ...string[]], options: RunOptions) {
  try {
    return Bun.spawn([...command], {
      env: childEnvironment(options.env ?? process.env),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: options.input === undefined ? "ignore" : new TextEncoder().encode(options.input),
      stdout: "pipe",
      stderr: "pipe",
      windowsHide: true,
      ...(options.group === true && process.platform !== "win32" ? { detached: true } : {}),
    });
  } catch (cause) {
    throw startError(command[0], options.cwd, cause);
  }
}

/** What a failed start is to a person. */
export function startError(program: string, cwd: string | undefined, cause: unknown): MortarError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code !== "ENOENT") {
    const reason = code === "EACCES" ? "permission denied" : String(code ?? cause);
    return new MortarError("io", `Cannot start ${program}: ${reason}`, { cause });
  }
  const lost = cwd !== undefined && !existsSync(cwd);
  return new MortarError(
    "not_found",
    `Cannot start ${program}: ${lost ? `there is no folder ${cwd}` : "no such program"}`,
    { cause },
  );
}

/** The environment for a child: without the variables by which any Bun executable can be made to run foreign code. */
export function childEnvironment(env: Environment): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    // Windows does not tell upper from lower case.
    const isBuns = /^BUN_(?:OPTIONS|BE_BUN)$/i.test(name);
    if (value !== undefined && !isBuns) clean[name] = value;
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
  if (Bun.isStandaloneExecutable !== true) return [process.execPath, Bun.main];
  return oldProgramName(process.execPath) === undefined ? [process.execPath] : [process.execPath, ownNameWord];
}
