// Where things are on this machine: the person's home and Mortar's own folders.
import { join } from "node:path";
import { MortarError } from "./errors.ts";
import type { Environment, OperatingSystem } from "./deps.ts";

export interface Paths {
  /** The home folder; undefined where none is set (a build sandbox). */
  readonly home: string | undefined;
  /** Configuration and state that must survive. */
  readonly data: string;
  /** What can be made again. */
  readonly cache: string;
  /** Locks, sockets, process ids. */
  readonly run: string;
}

/**
 * Mortar's folders. `MORTAR_HOME` puts all of them below one folder; else the XDG variables, else each system's custom.
 * Nothing is created here.
 */
export function resolvePaths(env: Environment, os: OperatingSystem, fallbackHome?: string): Paths {
  const home = present(env["HOME"]) ?? (os === "win32" ? present(env["USERPROFILE"]) : undefined) ?? fallbackHome;
  const own = present(env["MORTAR_HOME"]);
  if (own !== undefined) return { home, data: own, cache: join(own, "cache"), run: join(own, "run") };
  const data = dataFolder(env, os, home);
  const cache = cacheFolder(env, os, home) ?? join(data, "cache");
  return { home, data, cache, run: join(data, "run") };
}

/** The home folder, or an error that says what is missing. */
export function requireHome(paths: Paths): string {
  if (paths.home !== undefined) return paths.home;
  throw new MortarError("config_missing", "No home folder: HOME is not set", {
    hint: "Set HOME (on Windows USERPROFILE) and run the command again.",
  });
}

/** `~` and `~/x` become paths in the home folder; everything else stays. */
export function expandTilde(path: string, paths: Paths): string {
  if (path === "~") return requireHome(paths);
  if (path.startsWith("~/") || path.startsWith("~\\")) return join(requireHome(paths), path.slice(2));
  return path;
}

// Without a home nothing is kept: a folder in /tmp could have been laid there by somebody else.
const nowhere = "/nonexistent";

function dataFolder(env: Environment, os: OperatingSystem, home: string | undefined): string {
  const xdg = present(env["XDG_DATA_HOME"]);
  if (xdg !== undefined) return join(xdg, "mortar");
  if (os === "win32") return join(present(env["LOCALAPPDATA"]) ?? join(home ?? ".", "AppData", "Local"), "mortar");
  if (os === "darwin") return join(home ?? nowhere, "Library", "Application Support", "mortar");
  return join(home ?? nowhere, ".local", "share", "mortar");
}

function cacheFolder(env: Environment, os: OperatingSystem, home: string | undefined): string | undefined {
  const xdg = present(env["XDG_CACHE_HOME"]);
  if (xdg !== undefined) return join(xdg, "mortar");
  if (home === undefined || os === "win32") return undefined;
  return os === "darwin" ? join(home, "Library", "Caches", "mortar") : join(home, ".cache", "mortar");
}

function present(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
