// The service of the program before this one, which never ran for want of an option: taken away where ours comes or goes.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { requireHome } from "../../platform/paths.ts";

const name = "databricks-claude-daemon";

/** Whether there was one. What the service manager says to it is of no account. */
export async function removeOlderDaemon(deps: Deps, signal: AbortSignal): Promise<boolean> {
  const ask = async (command: readonly [string, ...string[]]): Promise<number> =>
    (await deps.run(command, { signal, timeoutMs: 20_000 }).catch(() => ({ exitCode: 1 }))).exitCode;
  if (deps.os === "win32") return (await ask(["schtasks", "/delete", "/TN", name, "/F"])) === 0;
  const home = requireHome(deps.paths);
  const file =
    deps.os === "darwin"
      ? join(home, "Library", "LaunchAgents", `${name}.plist`)
      : join(home, ".config", "systemd", "user", `${name}.service`);
  if ((await readTextIfPresent(file).catch(() => undefined)) === undefined) return false;
  if (deps.os === "darwin") await ask(["launchctl", "bootout", `gui/${process.getuid?.() ?? 0}/${name}`]);
  else await ask(["systemctl", "--user", "disable", "--now", `${name}.service`]);
  await rm(file, { force: true });
  if (deps.os === "linux") await ask(["systemctl", "--user", "daemon-reload"]);
  return true;
}
