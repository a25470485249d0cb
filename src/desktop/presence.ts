// Whether Claude Desktop is on this machine.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";

/** By where its installers put it; on Linux, for which there is none from Anthropic, by its settings. */
export async function hasApp({ env, os, paths }: Pick<Deps, "env" | "os" | "paths">): Promise<boolean> {
  const home = paths.home ?? "";
  const local = env["LOCALAPPDATA"] ?? join(home, "AppData", "Local");
  const config = env["XDG_CONFIG_HOME"] ?? join(home, ".config");
  const places: Readonly<Record<string, readonly string[]>> = {
    darwin: ["/Applications/Claude.app", join(home, "Applications", "Claude.app")],
    win32: [join(local, "AnthropicClaude", "claude.exe"), join(local, "Microsoft", "WindowsApps", "Claude.exe")],
    linux: [join(config, "Claude"), join(config, "Claude-3p")],
  };
  const found = await Promise.all((places[os] ?? []).map((place) => stat(place).catch(() => undefined)));
  return found.some((one) => one !== undefined);
}
