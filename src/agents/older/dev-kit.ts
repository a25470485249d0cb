// What ai-dev-kit and the Databricks plugins before this program have left: servers, a hook, skills, a runtime, plugins.
import { existsSync, lstatSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { textBelow } from "../../platform/edits/edits.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { findProgram } from "../../platform/programs.ts";
import { installedSkills } from "../../skills/manage.ts";
import { claudeFolder } from "../launch/claude-servers.ts";
import { withoutHooks } from "../hooks/older-hooks.ts";
import { readServers, type FoundServer } from "../servers.ts";
import {
  cleanFiles,
  deletePaths,
  effective,
  withoutPaths,
  type CleanEdit,
  type FindRemains,
  type OlderRemain,
} from "./remain.ts";

export const devKitRemains: FindRemains = async ({ deps }) => {
  const { home } = deps.paths;
  if (home === undefined) return [];
  const bases = [...new Set([home, deps.cwd])];
  const found = await Promise.all([
    servers(deps),
    hooks(deps, bases),
    ...bases.map((base) => skills(deps, base)),
    plugins(deps),
  ]);
  // Its own name alone: AIDEVKIT_HOME may be a folder that holds other things too, the home folder even.
  const folders = [...new Set([home, deps.cwd])].map((base) => join(base, ".ai-dev-kit")).filter((one) => isKit(one));
  // The last: it says which skills are the kit's.
  const runtime = folders.map((folder): OlderRemain => {
    const apply = (): Promise<void> => deletePaths([folder]);
    return { seen: `${folder} holds its runtime and its record`, removal: { title: `Delete ${folder}`, apply } };
  });
  const other = deps.env["AIDEVKIT_HOME"] ?? "";
  if (other !== "" && !folders.includes(other) && existsSync(join(other, ".installed-skills"))) {
    const step = `Look at ${other}, and delete what is the kit's: version, .installed-skills, .skills-profile, repo, .venv`;
    runtime.push({ seen: `${other} (AIDEVKIT_HOME) holds its runtime and its record`, step });
  }
  return [...found.flat(), ...runtime];
};

/** A folder of that name, with one of the kit's own files or folders in it. */
function isKit(folder: string): boolean {
  const signs = ["version", ".installed-skills", ".skills-profile", "repo", ".venv", ".update-check"];
  return signs.some((name) => existsSync(join(folder, name)));
}

/** Whether a word of a server's command line is ai-dev-kit's, or that of an older plugin. */
export function isOlderServerWord(word: string): boolean {
  return kitPath.test(word) || pluginServer.test(word);
}

const kitPath = /[\\/]\.?ai-dev-kit[\\/]|[\\/]databricks-mcp-server[\\/]/;
/** The seed of all: a plugin whose server ran by uv. */
const pluginServer = /[\\/]databricks[\\/]server[\\/](?:run\.sh|src[\\/]main\.py)$/;

async function servers(deps: Deps): Promise<readonly OlderRemain[]> {
  return (await olderServers(deps)).map(({ title, file, format, path, name, command = "", args }) => {
    const edit = { file, format, clean: (text: string) => withoutPaths(format, text, [[path, name]]) };
    const of = [command, ...args].some((word) => pluginServer.test(word)) ? "an older Databricks plugin" : "ai-dev-kit";
    return {
      seen: `${title} starts the server of ${of} as ${name} (${file})`,
      step: "mortar setup",
      removal: { title: `Take ${path}.${name} out of ${file}`, apply: () => cleanFiles(deps, [edit]) },
    };
  });
}

/** In the files of all agents, also where ours has taken the place of one. Reads only. */
export async function olderServers(
  deps: Pick<Deps, "env" | "os" | "paths" | "clock">,
): Promise<readonly FoundServer[]> {
  const all = await readServers(deps, (file) => textBelow(deps, file));
  return all.filter(({ command = "", args }) => [command, ...args].some(isOlderServerWord));
}

/** Its word of a newer version, at the start of each session of Claude Code. */
async function hooks(deps: Deps, bases: readonly string[]): Promise<readonly OlderRemain[]> {
  const files = [join(claudeFolder(deps), "settings.json"), ...bases.map((one) => join(one, ".claude/settings.json"))];
  const isTheirs = (command: unknown): boolean =>
    typeof command === "string" && /ai-dev-kit/.test(command) && /(?:check_update|setup)\.(?:sh|ps1)/.test(command);
  const clean = (text: string): string => withoutHooks(text, isTheirs);
  const edits = await effective(
    deps,
    [...new Set(files)].map((file): CleanEdit => ({ file, format: "json", clean })),
  );
  return edits.map((edit) => ({
    seen: `Claude Code runs a hook of ai-dev-kit at each start (${edit.file})`,
    removal: { title: `Take that hook out of ${edit.file}`, apply: () => cleanFiles(deps, [edit]) },
  }));
}

/** Skills by the kit's own record. Where it was changed to name other folders, nothing of those is touched. */
async function skills(deps: Deps, base: string): Promise<readonly OlderRemain[]> {
  const record = await readTextIfPresent(join(base, ".ai-dev-kit", ".installed-skills")).catch(() => undefined);
  if (record === undefined) return [];
  const ours = new Set((await installedSkills(deps).catch(() => [])).map(({ folder }) => folder));
  const folders = record.split(/\r?\n/).flatMap((line) => {
    const [, folder = "", name = ""] = /^(.+)\|([a-z0-9]+(?:-[a-z0-9]+)*)\s*$/.exec(line) ?? [];
    const path = folder === "" ? "" : join(resolve(base, folder), name);
    return path !== "" && isSkillIn(base, path) && !ours.has(path) ? [path] : [];
  });
  const all = [...new Set(folders)];
  if (all.length === 0) return [];
  const places = [...new Set(all.map(dirname))].join(", ");
  const count = `${all.length} ${all.length === 1 ? "skill" : "skills"}`;
  return [
    {
      seen: `${count} of ai-dev-kit in ${places}: skills of ours with the same names are not put there`,
      removal: { title: `Delete the ${count} of ai-dev-kit in ${places}`, apply: () => deletePaths(all) },
    },
  ];
}

/** A folder with a SKILL.md, in a folder of skills below the base, by no link that leads elsewhere. */
function isSkillIn(base: string, path: string): boolean {
  if (!path.startsWith(base + sep) || !/[\\/]skills[\\/][^\\/]+$/.test(path)) return false;
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  try {
    return existsSync(join(path, "SKILL.md")) && realpathSync(path).startsWith(realpathSync(base) + sep);
  } catch {
    return false;
  }
}

/** Those of before. The official one, of Claude's own marketplace, is not among them: it gets along with this program. */
const olderPlugin = /^(?:databricks-ai-dev-kit@[\w.-]+|databricks-claude@[\w.-]+|databricks@claude-plugins)$/;

/** Plugins of Claude Code are its own matter: it takes them out itself. */
async function plugins(deps: Deps): Promise<readonly OlderRemain[]> {
  const file = join(claudeFolder(deps), "plugins", "installed_plugins.json");
  const text = await readTextIfPresent(file).catch(() => undefined);
  const root = text === undefined ? undefined : tryJson(text);
  const table = isObject(root) && isObject(root["plugins"]) ? root["plugins"] : root;
  const names = Object.keys(isObject(table) ? table : {}).filter((name) => olderPlugin.test(name));
  const program = findProgram("claude", deps);
  return names.map((name): OlderRemain => {
    const seen = `Claude Code has the plugin ${name}, with a server, hooks or skills of its own`;
    const command = `claude plugin uninstall ${name}`;
    if (program === undefined) return { seen, step: command };
    const apply = async (): Promise<void> => {
      const options = { env: deps.env, timeoutMs: 60_000, maxOutputBytes: 1_000_000 };
      const { exitCode } = await deps.run([program, "plugin", "uninstall", name], options);
      if (exitCode !== 0) throw new MortarError("io", `Claude Code did not take it out`, { hint: `Run ${command}` });
    };
    return { seen, removal: { title: `Run ${command}`, apply } };
  });
}
