// Where editors keep the MCP servers of a person, where that depends on the system or on the editor's age.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { requireHome } from "../platform/paths.ts";

type FileDeps = Pick<Deps, "env" | "os" | "paths">;

/** VS Code's folder of the person (code.visualstudio.com/docs/configure/settings). */
export function codeFolder(deps: FileDeps): string {
  return join(appFolder(deps), "Code", "User");
}

/**
 * Windsurf is called Devin Desktop since June 2026 and reads another file then (docs.devin.ai/desktop); both where both
 * have been here.
 */
export function windsurfFiles(deps: FileDeps): readonly string[] {
  const base = deps.os === "win32" ? appFolder(deps) : join(requireHome(deps.paths), ".config");
  const folders = [join(base, "devin"), join(requireHome(deps.paths), ".codeium", "windsurf")];
  const there = folders.filter((folder) => existsSync(folder));
  return (there.length === 0 ? folders.slice(0, 1) : there).map((folder) => join(folder, "mcp_config.json"));
}

/** One file for the editor and the CLI since Antigravity 2; one of before that has another (antigravity.google/docs/mcp). */
export function antigravityFile({ paths }: Pick<FileDeps, "paths">): string {
  const [folder, older] = ["config", "antigravity"].map((name) => join(requireHome(paths), ".gemini", name));
  const isOld = !existsSync(folder ?? "") && existsSync(older ?? "");
  return join((isOld ? older : folder) ?? "", "mcp_config.json");
}

/** Where applications with windows keep what is a person's. */
function appFolder({ env, os, paths }: FileDeps): string {
  const home = requireHome(paths);
  if (os === "darwin") return join(home, "Library", "Application Support");
  if (os === "win32") return env["APPDATA"] || join(home, "AppData", "Roaming");
  return env["XDG_CONFIG_HOME"] || join(home, ".config");
}
