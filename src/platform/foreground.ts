// A program that takes this one's place at the terminal for as long as it runs: its signals, its streams, its exit code.
import { closeSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import type { Environment } from "./deps.ts";
import { MortarError } from "./errors.ts";
import { childEnvironment } from "./process.ts";

export interface ForegroundOptions {
  /** The whole environment of the program. */
  readonly env: Environment;
  /** Told the process id once it runs. */
  readonly started?: (pid: number) => void;
}

/**
 * Runs a program on this process's own streams and returns its exit code, 128 + n when a signal ended it. While it runs,
 * signals are its matter: those that a terminal sends reach it by themselves, all others are handed on, and none ends
 * this process before it. Throws `not_found` and `io` when it cannot be started.
 */
export async function runInForeground(
  command: readonly [string, ...string[]],
  { env, started }: ForegroundOptions,
): Promise<number> {
  let child: Bun.Subprocess | undefined;
  const waiting: NodeJS.Signals[] = [];
  const release = onSignals((signal) => {
    if (child === undefined) waiting.push(signal);
    else child.kill(signal);
  });
  try {
    const running = start(command, env);
    child = running;
    for (const signal of waiting) running.kill(signal);
    started?.(running.pid);
    await running.exited;
    return codeOf(running);
  } finally {
    release();
  }
}

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
const ofTerminal: readonly string[] = ["SIGINT", "SIGQUIT", "SIGHUP"];

function onSignals(forward: (signal: NodeJS.Signals) => void): () => void {
  // Windows knows the first three alone, and sends Ctrl-C to every program of the console by itself.
  const names = process.platform === "win32" ? forwarded.slice(0, 3) : forwarded;
  const handlers = names.map((name) => {
    const handler = (): void => {
      if (ofTerminal.includes(name) && sharesTerminal()) return;
      forward(name);
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
}

/**
 * Whether this process is in the foreground of a terminal: the terminal then sends the signals of its keys, and of its
 * end, to the whole group, the program among them. Handing them on would make two of one.
 */
function sharesTerminal(): boolean {
  if (process.platform === "win32") return true;
  const group = foregroundOfLinux();
  if (group !== undefined) return group;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/** proc(5): of the fields behind the name, the third is the process group and the sixth that of the terminal. */
function foregroundOfLinux(): boolean | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = readFileSync("/proc/self/stat", "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[2] === fields[5];
  } catch {
    return undefined;
  }
}

function start(command: readonly [string, ...string[]], env: Environment): Bun.Subprocess {
  try {
    return Bun.spawn([...command], { env: childEnvironment(env), stdio: ["inherit", "inherit", "inherit"] });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const reasons: Readonly<Record<string, string>> = { ENOENT: "no such program", EACCES: "permission denied" };
    const isMissing = code === "ENOENT";
    throw new MortarError(isMissing ? "not_found" : "io", `Cannot start ${command[0]}: ${reasons[code] ?? code}`, {
      cause,
    });
  }
}

function codeOf({ exitCode, signalCode }: Bun.Subprocess): number {
  if (signalCode === null) return exitCode ?? 1;
  return 128 + (constants.signals[signalCode as keyof typeof constants.signals] ?? 1);
}
