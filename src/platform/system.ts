// The real outside world, put together once by `main`.
import { homedir } from "node:os";
import { createInterface } from "node:readline";
import { systemClock } from "./clock.ts";
import type { Deps, Environment, Fetch, Input, OperatingSystem, Output } from "./deps.ts";
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
    paths: resolvePaths(env, os, os === "win32" ? homedir() : undefined),
    clock: systemClock,
    fetch: fetch as Fetch,
    stdin: standardInput,
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
  const plain = noColour || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return {
    isTTY,
    width: isTTY && stream.columns > 0 ? stream.columns : 80,
    colour: isTTY && !plain,
    write: (text) => void stream.write(text),
  };
}

const standardInput: Input = {
  get isTTY() {
    return process.stdin.isTTY === true;
  },
  readAll: () => Bun.stdin.text(),
  readLine: (signal) =>
    new Promise((resolve, reject) => {
      const reader = createInterface({ input: process.stdin, terminal: false });
      let settled = false;
      const finish = (act: () => void): void => {
        if (settled) return;
        settled = true;
        reader.close();
        process.stdin.pause();
        act();
      };
      reader.once("line", (line) => finish(() => resolve(line)));
      reader.once("close", () => finish(() => resolve(undefined)));
      signal?.addEventListener("abort", () => finish(() => reject(new DOMException("Aborted", "AbortError"))), {
        once: true,
      });
    }),
};
