// What the programs before this one have left: hooks, state, services, helpers, skills, key caches.
import { existsSync, lstatSync, realpathSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { HookEdit } from "../../agents/hooks/plan.ts";
import { hookAgents } from "../../agents/hooks/hook-agents.ts";
import { oldStateFile, type OldAgent } from "../../agents/older/state.ts";
import type { Deps } from "../../platform/deps.ts";
import { applyEdit } from "../../platform/edits/edits.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { findProgram } from "../../platform/programs.ts";
import { orPass, pass, skip, warn, type Check, type Finding } from "../check.ts";
import { readServers } from "../servers.ts";
import { firstWord } from "./settings.ts";
import { readClaudeSettings, takeOut } from "../settings-files.ts";

const cure = "mortar doctor --fix";

const hooks: Check = {
  id: "configuration.older-hooks",
  group: "configuration",
  title: "No hooks of databricks-claude and its sisters",
  run: async ({ deps, around }) => {
    const plans = await Promise.all(
      Object.values(hookAgents).map(async (agent) => ({ agent, plan: await agent.clean(deps) })),
    );
    const found = await Promise.all(
      plans.map(async ({ agent, plan }): Promise<Finding[]> => {
        const edits: HookEdit[] = [];
        for (const edit of plan.edits) {
          const text = await readTextIfPresent(edit.file).catch(() => undefined);
          if (text !== undefined && edit.clean !== undefined && safely(edit.clean, text) !== text) edits.push(edit);
        }
        const files = plan.leftovers.filter((path) => existsSync(path));
        if (edits.length + files.length === 0) return [];
        if (isLink(deps, `databricks-${agent.name}`, around.self[0])) return [];
        const places = [...edits.map(({ file }) => file), ...files].join(", ");
        const apply = async (): Promise<void> => {
          for (const { orphans: _orphans, ...edit } of edits)
            await applyEdit(deps, { ...edit, owner: "doctor", changes: [] });
          for (const path of files) await rm(path, { force: true });
        };
        const fix = { title: `Take what databricks-${agent.name} wrote out of ${places}`, safe: false, apply };
        return [warn(`${agent.title} still has what databricks-${agent.name} wrote (${places})`, cure, fix)];
      }),
    );
    return orPass(found.flat(), "there are none");
  },
};

/** The older name is a link to this program: what was written with it is served by this one. */
function isLink(deps: Deps, name: string, self: string): boolean {
  const path = findProgram(name, deps);
  try {
    return path !== undefined && realpathSync(path) === realpathSync(self);
  } catch {
    return false;
  }
}

/** A file that cannot be understood has nothing that we could take out. */
function safely(clean: (text: string) => string, text: string): string {
  try {
    return clean(text);
  } catch {
    return text;
  }
}

const oldAgents: readonly OldAgent[] = ["claude", "codex", "opencode"];

const state: Check = {
  id: "configuration.older-state",
  group: "configuration",
  title: "No state of databricks-claude and its sisters",
  run: async ({ deps }) => {
    if (deps.paths.home === undefined) return skip("there is no home folder");
    const files = oldAgents.map((agent) => oldStateFile(deps, agent));
    const looks = files.map((file) => file.replace(/\.databricks-\w+\.json$/, ".update-check.json"));
    const counts = (await readdir(tempFolder(deps)).catch((): string[] => []))
      .filter((name) => /^\.databricks-(?:claude|codex|opencode)-sessions-\d+$/.test(name))
      .map((name) => join(tempFolder(deps), name))
      // Everybody of this machine has a file of that name there.
      .filter((path) => deps.os === "win32" || lstatSync(path, { throwIfNoEntry: false })?.uid === userInfo().uid);
    const there = [...files, ...looks, ...counts].filter((path) => existsSync(path));
    if (there.length === 0) return pass("there is none");
    const apply = async (): Promise<void> => {
      for (const path of there) await rm(path, { force: true });
    };
    const fix = { title: `Delete ${there.join(", ")}`, safe: false, apply };
    return warn(
      `left: ${there.join(", ")} (links with the older names still read their settings from there)`,
      cure,
      fix,
    );
  },
};

function tempFolder({ env }: Deps): string {
  return env["TMPDIR"] ?? env["TEMP"] ?? tmpdir();
}

const serviceName = "databricks-claude-daemon";

const service: Check = {
  id: "configuration.older-service",
  group: "configuration",
  title: "No service of databricks-claude",
  run: async ({ deps, signal }) => {
    const { home } = deps.paths;
    if (home === undefined) return skip("there is no home folder");
    const run = (words: readonly [string, ...string[]]) =>
      deps.run(words, { env: deps.env, signal, timeoutMs: 8_000, maxOutputBytes: 1_000_000 }).catch(() => undefined);
    if (deps.os === "win32") {
      const task = await run(["schtasks", "/Query", "/TN", serviceName]);
      if (task?.exitCode !== 0) return pass("there is none");
      const apply = async (): Promise<void> => void (await run(["schtasks", "/Delete", "/TN", serviceName, "/F"]));
      return warn(`the task ${serviceName} starts it at each sign-in`, cure, {
        title: "Delete the task",
        safe: false,
        apply,
      });
    }
    const config =
      (deps.env["XDG_CONFIG_HOME"] ?? "") === "" ? join(home, ".config") : (deps.env["XDG_CONFIG_HOME"] ?? "");
    const file =
      deps.os === "darwin"
        ? join(home, "Library", "LaunchAgents", `${serviceName}.plist`)
        : join(config, "systemd", "user", `${serviceName}.service`);
    if (!existsSync(file)) return pass("there is none");
    const stop: readonly [string, ...string[]] =
      deps.os === "darwin"
        ? ["/bin/launchctl", "bootout", `gui/${userInfo().uid}/${serviceName}`]
        : ["systemctl", "--user", "disable", "--now", `${serviceName}.service`];
    const apply = async (): Promise<void> => {
      await run(stop);
      await rm(file, { force: true });
    };
    const fix = { title: `Stop it and delete ${file}`, safe: false, apply };
    return warn(`${file} starts its daemon at each sign-in, which holds the port`, cure, fix);
  },
};

const domain = "com.icerhymers.databricks-claude";

const managed: Check = {
  id: "configuration.older-managed",
  group: "configuration",
  title: "No managed settings of databricks-claude",
  run: async ({ deps, signal }) => {
    if (deps.os === "linux") return skip("there is no management of that kind on Linux");
    const step =
      "Have whoever manages this machine take the payload back; mortar desktop generate-config makes the next one.";
    if (deps.os === "win32") {
      const query = ["reg", "query", "HKCU\\SOFTWARE\\IceRhymers\\databricks-claude"] as const;
      const answer = await deps.run(query, { env: deps.env, signal, timeoutMs: 5_000 }).catch(() => undefined);
      return answer?.exitCode === 0
        ? warn("HKCU\\SOFTWARE\\IceRhymers\\databricks-claude is set", step)
        : pass("there are none");
    }
    const files = [
      `/Library/Managed Preferences/${deps.env["USER"] ?? ""}/${domain}.plist`,
      join(deps.paths.home ?? homedir(), "Library", "Preferences", `${domain}.plist`),
    ].filter((path) => existsSync(path));
    return files.length === 0 ? pass("there are none") : warn(`${files.join(", ")} is there`, step);
  },
};

const fmapi: Check = {
  id: "configuration.fmapi",
  group: "configuration",
  title: "Nothing of the FMAPI setup scripts",
  run: async ({ deps }) => {
    const { home } = deps.paths;
    if (home === undefined) return skip("there is no home folder");
    const settings = await readClaudeSettings(deps);
    const line = settings?.value?.["apiKeyHelper"];
    const isTheirs = typeof line === "string" && /fmapi-key-helper\.sh/.test(firstWord(line));
    const keys = [
      ...(isTheirs ? [["apiKeyHelper"]] : []),
      ...(settings?.value?.["_fmapi_meta"] === undefined ? [] : [["_fmapi_meta"]]),
    ];
    const claude = join(home, ".claude");
    const skills = await readdir(join(claude, "skills")).catch((): string[] => []);
    const paths = [
      join(claude, "fmapi-key-helper.sh"),
      join(claude, ".fmapi-pat-cache"),
      join(home, ".fmapi-codingagent-setup"),
      ...skills.filter((name) => name.startsWith("fmapi-codingagent-")).map((name) => join(claude, "skills", name)),
    ].filter((path) => existsSync(path));
    const registry = join(claude, "plugins", "installed_plugins.json");
    const registered = tryJson((await readTextIfPresent(registry).catch(() => undefined)) ?? "");
    const isPlugin = isObject(registered) && registered["fmapi-codingagent"] !== undefined;
    const places = [
      ...keys.map((key) => `${key.join(".")} in ${settings?.file ?? ""}`),
      ...paths,
      ...(isPlugin ? [`fmapi-codingagent in ${registry}`] : []),
    ];
    if (places.length === 0) return pass("there is nothing");
    const apply = async (): Promise<void> => {
      if (settings !== undefined && keys.length > 0) await takeOut(deps, settings, keys);
      if (isPlugin) await takeOut(deps, { file: registry, format: "json" }, [["fmapi-codingagent"]]);
      for (const path of paths) await rm(path, { force: true, recursive: true });
    };
    return warn(`left: ${places.join(", ")}`, cure, { title: `Take away ${places.join(", ")}`, safe: false, apply });
  },
};

const devKit: Check = {
  id: "configuration.ai-dev-kit",
  group: "configuration",
  title: "Nothing of ai-dev-kit and older Databricks plugins",
  run: async ({ deps }) => {
    const { home } = deps.paths;
    if (home === undefined) return skip("there is no home folder");
    const folder = join(home, ".ai-dev-kit");
    const servers = (await readServers(deps)).filter(({ command = "", args }) =>
      [command, ...args].some((word) => /[\\/]\.?ai-dev-kit[\\/]|databricks-mcp-server[\\/]/.test(word)),
    );
    const found = servers.map(({ title, file, format, path, name }) => {
      const apply = () => takeOut(deps, { file, format }, [[path, name]]);
      const fix = { title: `Take ${path}.${name} out of ${file}`, safe: false, apply };
      return warn(`${title} starts the server of ai-dev-kit as ${name} (${file})`, `${cure}, then: mortar setup`, fix);
    });
    if (existsSync(folder)) {
      const apply = () => rm(folder, { recursive: true, force: true });
      found.push(warn(`${folder} holds its runtime`, cure, { title: `Delete ${folder}`, safe: false, apply }));
    }
    return orPass([...found, ...(await plugins(deps, home))], "there is nothing");
  },
};

/** Plugins of Claude Code are its own matter: it takes them out itself. */
async function plugins(deps: Deps, home: string): Promise<Finding[]> {
  const folder =
    (deps.env["CLAUDE_CONFIG_DIR"] ?? "") === "" ? join(home, ".claude") : (deps.env["CLAUDE_CONFIG_DIR"] ?? "");
  const text = await readFile(join(folder, "plugins", "installed_plugins.json"), "utf8").catch(() => "");
  const names = [...text.matchAll(/"((?:databricks-ai-dev-kit|databricks-claude|databricks)@[\w.-]+)"/g)].flatMap(
    ([, name]) => name ?? [],
  );
  return [...new Set(names)].map((name) =>
    warn(`Claude Code has the plugin ${name}, with a server and skills of its own`, `claude plugin uninstall ${name}`),
  );
}

export const olderChecks: readonly Check[] = [hooks, state, service, managed, fmapi, devKit];
