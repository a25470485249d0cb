// The real outside world, put together once by `main`.
import { userInfo } from "node:os";
import { systemClock } from "./clock.ts";
import type { Deps, Environment, Fetch, OperatingSystem } from "./deps.ts";
import { createInput } from "./input.ts";
import { systemKeyring } from "./keyring.ts";
import { createLogger, type LogLevel } from "./log.ts";
import { systemOutputs } from "./output.ts";
import { resolvePaths } from "./paths.ts";
import { runProcess } from "./process.ts";

export interface SystemOptions {
  readonly level: LogLevel;
  readonly noColour: boolean;
}

/** The Deps of this process. Reads nothing from the disk. */
export function systemDeps(options: SystemOptions): Deps {
  const env: Environment = process.env;
  const os = operatingSystem(process.platform);
  const { stdout, stderr, withoutStatus } = systemOutputs(env, options.noColour);
  return {
    env,
    os,
    cwd: process.cwd(),
    paths: resolvePaths(env, os, homeOfUser(env)),
    clock: systemClock,
    fetch: fetch as Fetch,
    stdin: withoutStatus(createInput(() => process.stdin)),
    stdout,
    stderr,
    run: runProcess,
    keyring: systemKeyring,
    log: createLogger(options.level, (line) => stderr.write(line)),
  };
}

function operatingSystem(platform: string): OperatingSystem {
  return platform === "darwin" || platform === "win32" ? platform : "linux";
}

/** The home that the system itself knows, for a process whose environment names none (a service, a cron job). */
function homeOfUser(env: Environment): string | undefined {
  if ((env["HOME"] ?? env["USERPROFILE"] ?? "") !== "") return undefined;
  try {
    const { homedir } = userInfo();
    return homedir === "" ? undefined : homedir;
  } catch {
    return undefined;
  }
}
