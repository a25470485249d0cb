// Opening the person's browser, and knowing where there is none to open.
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
  if (os === "darwin") return { kind: "command", command: ["open"] };
  if (os === "win32") return { kind: "command", command: ["rundll32", "url.dll,FileProtocolHandler"] };
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
  env: Environment,
): Promise<boolean> {
  const child =
    spawnOrUndefined([...command, url], env) ?? spawnOrUndefined([...command.join(" ").split(/\s+/), url], env);
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
