// A child that outlives this process: its own session, no terminal, output to a file.
import { closeSync, constants, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock, Environment } from "./deps.ts";
import { MortarError } from "./errors.ts";
import { makePrivateFolder } from "./files.ts";
import { childEnvironment } from "./process.ts";

export interface BackgroundOptions {
  readonly env: Environment;
  readonly cwd: string;
  /** Takes the child's output; begun anew, readable by this user alone. */
  readonly logFile: string;
}

export interface BackgroundChild {
  readonly pid: number;
  /** The exit code, once the child has ended; undefined while it lives. */
  exitCode(): number | undefined;
  /** Asks it to end: for one that is not wanted any more before it was of use. */
  end(): void;
}

/** Starts a program that goes on when this process ends. Throws `not_found` when there is no such program, `io`. */
export async function startInBackground(
  command: readonly [string, ...string[]],
  { env, cwd, logFile }: BackgroundOptions,
): Promise<BackgroundChild> {
  await makePrivateFolder(dirname(logFile));
  const log = openLog(logFile);
  try {
    const child = Bun.spawn([...command], {
      cwd,
      env: childEnvironment(env),
      stdin: "ignore",
      stdout: log,
      stderr: log,
      detached: true,
      windowsHide: true,
    });
    child.unref();
    return {
      pid: child.pid,
      exitCode: () => child.exitCode ?? (child.signalCode === null ? undefined : 1),
      end: () => child.kill("SIGTERM"),
    };
  } catch (cause) {
    throw new MortarError("not_found", `Cannot start ${command[0]}`, { cause });
  } finally {
    closeSync(log);
  }
}

const endMs = 5_000;
const pollMs = 20;

/** Asks the child to end and waits until it has, five seconds at most. */
export async function endChild(child: BackgroundChild, clock: Clock): Promise<void> {
  child.end();
  const deadline = clock.now() + endMs;
  while (child.exitCode() === undefined && clock.now() < deadline) await clock.sleep(pollMs);
}

// Windows has no O_NOFOLLOW.
const anew = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

function openLog(path: string): number {
  try {
    // Never what a link leads to: somebody else may have laid it there.
    return openSync(path, anew, 0o600);
  } catch (cause) {
    throw new MortarError("io", `Cannot write ${path}`, { cause });
  }
}
