// Opening the person's browser, and knowing where there is none to open.
import { win32 } from "node:path";
import type { Environment, OperatingSystem } from "./deps.ts";
import { findProgram } from "./programs.ts";
import { childEnvironment } from "./process.ts";

export type Browser =
  | { readonly kind: "command"; readonly command: readonly [string, ...string[]] }
  | { readonly kind: "none"; readonly reason: string };

/**
 * How to open an address here. BROWSER decides where it is set (`none` for no browser); else a session over SSH, in
 * WSL or in a container, or without a display, has none: an address opened there would not come back to this machine.
 */
export function chooseBrowser(env: Environment, os: OperatingSystem): Browser {
  const named = env["BROWSER"] ?? "";
  if (named === "none") return { kind: "none", reason: "BROWSER is none" };
  if (named !== "") return { kind: "command", command: [named] };
  const remote = remoteReason(env);
  if (remote !== undefined) return { kind: "none", reason: remote };
  // Whole paths: Windows would look for a bare name in the working folder first.
  if (os === "darwin") return { kind: "command", command: ["/usr/bin/open"] };
  if (os === "win32") {
    const opener = win32.join(env["SystemRoot"] ?? "C:\\Windows", "System32", "rundll32.exe");
    return { kind: "command", command: [opener, "url.dll,FileProtocolHandler"] };
  }
  if (!isSet(env, "DISPLAY") && !isSet(env, "WAYLAND_DISPLAY")) return { kind: "none", reason: "there is no display" };
  const opener = findProgram("xdg-open", { env, os, paths: { home: undefined } });
  return opener === undefined
    ? { kind: "none", reason: "xdg-open is not installed" }
    : { kind: "command", command: [opener] };
}

function remoteReason(env: Environment): string | undefined {
  if (["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].some((name) => isSet(env, name))) return "this is an SSH session";
  if (["CODESPACES", "REMOTE_CONTAINERS", "DEVCONTAINER"].some((name) => isSet(env, name))) {
    return "this is a dev container";
  }
  return ["WSL_DISTRO_NAME", "WSL_INTEROP"].some((name) => isSet(env, name)) ? "this is WSL" : undefined;
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? "") !== "";
}

/**
 * Starts the browser and lets it go: it lives on after this program. Resolves to whether it started and did not fail
 * at once. A BROWSER with arguments is split at spaces when there is no program of the whole name.
 */
export async function openBrowser(
  command: readonly [string, ...string[]],
  url: string,
  { env, os }: { readonly env: Environment; readonly os: OperatingSystem },
): Promise<boolean> {
  const start = ([name = "", ...words]: readonly string[]): Bun.Subprocess | undefined => {
    const program = /[/\\]/.test(name) ? name : findProgram(name, { env, os, paths: { home: undefined } });
    return program === undefined ? undefined : spawnOrUndefined([program, ...words, url], env);
  };
  const child = start(command) ?? start(command.join(" ").trim().split(/\s+/));
  if (child === undefined) return false;
  child.unref();
  return (await child.exited) === 0;
}

function spawnOrUndefined(words: string[], env: Environment): Bun.Subprocess | undefined {
  try {
    return Bun.spawn(words, {
      env: childEnvironment(env),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
      detached: true,
    });
  } catch {
    return undefined;
  }
}
