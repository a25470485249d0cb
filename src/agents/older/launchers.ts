// What databricks-claude and its sisters have left: hooks and settings of agents, state, logs, the service of their daemon.
import { existsSync, lstatSync, realpathSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { findProgram } from "../../platform/programs.ts";
import { hookAgents } from "../hooks/hook-agents.ts";
import { cleanFiles, deletePaths, effective, type FindRemains, type OlderLook, type OlderRemain } from "./remain.ts";
import { oldStateFile, type OldAgent } from "./state.ts";

/** In the settings of each agent. Under a link of the older name to this program they are in use. */
export const launcherHooks: FindRemains = async ({ deps, self }) => {
  const found = await Promise.all(
    Object.values(hookAgents).map(async (agent): Promise<readonly OlderRemain[]> => {
      const plan = await agent.clean(deps);
      const edits = await effective(
        deps,
        plan.edits.flatMap(({ file, format, clean }) => (clean === undefined ? [] : [{ file, format, clean }])),
      );
      const files = plan.leftovers.filter((path) => existsSync(path));
      if (edits.length + files.length === 0 || isLink(deps, `databricks-${agent.name}`, self)) return [];
      const places = [...edits.map(({ file }) => file), ...files].join(", ");
      const apply = async (): Promise<void> => {
        await cleanFiles(deps, edits);
        await deletePaths(files, files.map(dirname));
      };
      const removal = { title: `Take what databricks-${agent.name} wrote out of ${places}`, apply };
      return [{ seen: `${agent.title} still has what databricks-${agent.name} wrote (${places})`, removal }];
    }),
  );
  return found.flat();
};

/** The older name is a link to this program, or to another copy of it: what was written with it is served by that. */
function isLink(deps: Deps, name: string, self: string): boolean {
  const path = findProgram(name, deps);
  try {
    if (path === undefined) return false;
    const real = realpathSync(path);
    return real === realpathSync(self) || /^mortar(?:\.exe)?$/.test(basename(real));
  } catch {
    return false;
  }
}

const oldAgents: readonly OldAgent[] = ["claude", "codex", "opencode"];

/** Under a link of the older name to this program, this one reads and writes that program's state. */
export const launcherState: FindRemains = async ({ deps, self }) => {
  if (deps.paths.home === undefined) return [];
  const unused = oldAgents.filter((agent) => !isLink(deps, `databricks-${agent}`, self));
  const files = unused.map((agent) => oldStateFile(deps, agent)).filter((path) => existsSync(path));
  const looks = await Promise.all(unused.map((agent) => lookFile(oldStateFile(deps, agent))));
  const early = unused.includes("claude") ? await earlySessions(dirname(oldStateFile(deps, "claude"))) : [];
  const there = [...files, ...looks.flat(), ...early, ...(await counts(deps))];
  const remains: OlderRemain[] = [];
  if (there.length > 0) {
    const list = there.join(", ");
    remains.push({ seen: `left: ${list}`, removal: { title: `Delete ${list}`, apply: () => deletePaths(there) } });
  }
  const logs = logFiles(deps).filter((path) => existsSync(path));
  if (logs.length > 0) {
    const list = logs.join(", ");
    const apply = (): Promise<void> => deletePaths(logs, logs.map(dirname));
    remains.push({
      seen: `logs are left, the credential helper's with the beginnings of tokens: ${list}`,
      removal: { title: `Delete ${list}`, apply },
    });
  }
  return [...remains, ...programs(deps, self)];
};

/** Each start of one would write its settings again. */
function programs(deps: Deps, self: string): readonly OlderRemain[] {
  return [...oldAgents, "agents"].flatMap((name) => {
    const path = findProgram(`databricks-${name}`, deps);
    if (path === undefined || isLink(deps, `databricks-${name}`, self)) return [];
    const step = `Uninstall it as it was installed: brew uninstall databricks-${name}, scoop uninstall databricks-${name}, or delete ${path}`;
    return [{ seen: `${path} is on the PATH, and writes agents' settings at each start`, step }];
  });
}

/** What they knew of newer versions. Claude Code or another tool might have a file of that name. */
async function lookFile(stateFile: string): Promise<readonly string[]> {
  const path = join(dirname(stateFile), ".update-check.json");
  const text = await readTextIfPresent(path).catch(() => undefined);
  return text !== undefined && /"repo_slug"\s*:\s*"IceRhymers\//.test(text) ? [path] : [];
}

/** Before 0.7 it listed its sessions, behind a lock. The names are nobody's: the list is known by what is in it. */
async function earlySessions(folder: string): Promise<readonly string[]> {
  const list = join(folder, ".sessions.json");
  const text = await readTextIfPresent(list).catch(() => undefined);
  const sessions = text === undefined ? undefined : tryJson(text);
  const isTheirs =
    Array.isArray(sessions) && sessions.every((one) => isObject(one) && "proxy_url" in one && "pid" in one);
  return isTheirs ? [list, join(folder, ".settings.lock")].filter((path) => existsSync(path)) : [];
}

/** How many sessions there were, by port. Everybody of this machine has a file of that name there. */
async function counts({ env, os }: Deps): Promise<readonly string[]> {
  const folder = env["TMPDIR"] ?? env["TEMP"] ?? tmpdir();
  return (await readdir(folder).catch((): string[] => []))
    .filter((name) => /^\.databricks-(?:claude|codex|opencode)-sessions-\d+$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => os === "win32" || lstatSync(path, { throwIfNoEntry: false })?.uid === userInfo().uid);
}

const serviceName = "databricks-claude-daemon";

function logFiles({ env, os, paths }: Deps): readonly string[] {
  const home = paths.home ?? "";
  const local = env["LOCALAPPDATA"] ?? join(home, "AppData", "Local");
  const helper = join(home, ".cache", "databricks-claude", "credential-helper.log");
  if (os === "darwin") {
    const logs = join(home, "Library", "Logs");
    return [join(logs, "databricks-claude", "credential-helper.log"), join(logs, serviceName, "serve.log")];
  }
  const daemon = os === "win32" ? join(local, serviceName) : join(home, ".local", "state", serviceName);
  return [helper, join(daemon, "serve.log")];
}

/** A launch agent, a unit of the user's systemd, a scheduled task. */
export const launcherService: FindRemains = async (look) => {
  const { deps } = look;
  const { home } = deps.paths;
  if (home === undefined) return [];
  if (deps.os === "win32") return scheduledTask(look);
  const config = nonEmpty(deps.env["XDG_CONFIG_HOME"]) ?? join(home, ".config");
  const units = join(config, "systemd", "user");
  const file =
    deps.os === "darwin"
      ? join(home, "Library", "LaunchAgents", `${serviceName}.plist`)
      : join(units, `${serviceName}.service`);
  // It is left in the folder of what is wanted where systemd could not be asked.
  const wanted = join(units, "default.target.wants", `${serviceName}.service`);
  const files = [file, ...(deps.os === "darwin" ? [] : [wanted])].filter((path) => isThere(path));
  if (files.length === 0) return [];
  // The look that found it, and its signal, have ended by then.
  const apply = async (): Promise<void> => {
    if (deps.os === "darwin") await ask(deps, ["/bin/launchctl", "bootout", `gui/${userInfo().uid}/${serviceName}`]);
    else await ask(deps, ["systemctl", "--user", "disable", "--now", `${serviceName}.service`]);
    for (const path of files) await rm(path, { force: true });
    if (deps.os !== "darwin") await ask(deps, ["systemctl", "--user", "daemon-reload"]);
  };
  const seen = `${files.join(", ")} starts its daemon at each sign-in, which holds the port`;
  return [{ seen, removal: { title: `Stop it and delete ${files.join(", ")}`, apply } }];
};

async function scheduledTask({ deps, signal }: OlderLook): Promise<readonly OlderRemain[]> {
  const task = await ask(deps, ["schtasks", "/Query", "/TN", serviceName], signal);
  if (task !== 0) return [];
  const apply = async (): Promise<void> => {
    await ask(deps, ["schtasks", "/End", "/TN", serviceName]);
    if ((await ask(deps, ["schtasks", "/Delete", "/TN", serviceName, "/F"])) === 0) return;
    throw new MortarError("io", `Windows did not delete the task ${serviceName}`, {
      hint: "Delete it in the Task Scheduler, as an administrator.",
    });
  };
  return [
    {
      seen: `the task ${serviceName} starts its daemon at each sign-in`,
      removal: { title: "End and delete the task", apply },
    },
  ];
}

/** Gives the exit code; undefined where the program could not be run. */
async function ask(
  { env, run }: Pick<Deps, "env" | "run">,
  words: readonly [string, ...string[]],
  signal?: AbortSignal,
): Promise<number | undefined> {
  const options = { env, signal, timeoutMs: 8_000, maxOutputBytes: 1_000_000 };
  return (await run(words, options).catch(() => undefined))?.exitCode;
}

/** Also a link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
