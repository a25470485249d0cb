// The real outside world, put together once by `main`.
import { userInfo } from "node:os";
import { systemClock } from "./clock.ts";
import type { Deps, Environment, Fetch, OperatingSystem, Output } from "./deps.ts";
import { createInput } from "./input.ts";
import { systemKeyring } from "./keyring.ts";
import { createLogger, type LogLevel } from "./log.ts";
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
  const stderr = outputOf(process.stderr, env, options.noColour);
  return {
    env,
    os,
    cwd: process.cwd(),
    paths: resolvePaths(env, os, homeOfUser(env)),
    clock: systemClock,
    fetch: fetch as Fetch,
    stdin: createInput(() => process.stdin),
    stdout: outputOf(process.stdout, env, options.noColour),
    stderr,
    run: runProcess,
    keyring: systemKeyring,
    log: createLogger(options.level, (line) => stderr.write(line)),
  };
}

function operatingSystem(platform: string): OperatingSystem {
  return platform === "darwin" || platform === "win32" ? platform : "linux";
}

function outputOf(stream: NodeJS.WriteStream, env: Environment, noColour: boolean): Output {
  const isTTY = stream.isTTY === true;
  if (!stream.listeners("error").includes(onOutputError)) stream.on("error", onOutputError);
  const plain = noColour || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return {
    isTTY,
    width: isTTY && stream.columns > 0 ? stream.columns : 80,
    colour: isTTY && !plain,
    write: (text) => void stream.write(text),
  };
}

/** A reader that went away (`mortar ... | head`) is no failure: what is written to it from now on is dropped. */
function onOutputError(error: Error): void {
  if (!("code" in error && error.code === "EPIPE")) throw error;
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
