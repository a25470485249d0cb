// What an installation, an update and a removal of skills say, and which installed skills a command means.
import { basename, dirname, sep } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { skillAgentNames, skillScopes, type SkillAgentName, type SkillScope } from "../../skills/agent-names.ts";
import { findSkill } from "../../skills/find.ts";
import type { SkillChange } from "../../skills/manage.ts";
import type { Kept } from "../../skills/plan.ts";
import { skillsFolder } from "../../skills/places.ts";
import type { InstalledSkill } from "../../skills/record.ts";

/** The path with `~` for the home folder. */
export function shortPath(path: string, { paths }: Pick<Deps, "paths">): string {
  const { home } = paths;
  return home !== undefined && path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

function withShortHome(text: string, { paths }: Pick<Deps, "paths">): string {
  return paths.home === undefined ? text : text.replaceAll(paths.home + sep, `~${sep}`);
}

/** The chosen agents by their names; the flag's choices hold no other. */
export function chosenAgents(names: readonly string[]): readonly SkillAgentName[] {
  return skillAgentNames.filter((name) => names.includes(name));
}

interface Wish {
  readonly names: readonly string[];
  readonly agents: readonly string[];
  readonly scope: string | undefined;
}

/** Which of the installed skills are meant: all of the folders without agent and scope, all skills without names. */
export function selects({ names, agents, scope }: Wish, deps: Deps): (skill: InstalledSkill) => boolean {
  const wanted = new Set(names.flatMap((name) => [name, findSkill(name)?.name ?? name]));
  const scopes = skillScopes.filter((one) => scope === undefined || one === scope);
  const isAnywhere = agents.length === 0 && scope === undefined;
  const chosen = agents.length === 0 ? skillAgentNames : chosenAgents(agents);
  const folders = isAnywhere ? undefined : new Set(foldersOf(chosen, scopes, deps));
  return ({ name, folder }) =>
    (names.length === 0 || wanted.has(name)) && (folders === undefined || folders.has(dirname(folder)));
}

/** The folders of these agents, each once. */
export function foldersOf(agents: readonly SkillAgentName[], scopes: readonly SkillScope[], deps: Deps): string[] {
  return [...new Set(scopes.flatMap((scope) => agents.map((agent) => skillsFolder(agent, scope, deps))))];
}

const verbs: Readonly<Record<SkillChange["status"], readonly [string, string]>> = {
  added: ["Added", "Would add"],
  updated: ["Updated", "Would update"],
  unchanged: ["Unchanged:", "Unchanged:"],
  kept: ["Did not touch", "Would not touch"],
  removed: ["Removed", "Would remove"],
  gone: ["Forgot", "Would forget"],
};

const reasons: Readonly<Record<Kept["reason"], string>> = {
  changed: "you changed it, so it stays",
  deleted: "you deleted it, so it stays away",
  foreign: "it is yours, so it stays",
};

/** Changes by folder and kind, then everything that stayed because it is the user's. */
export function changesText(changes: readonly SkillChange[], dryRun: boolean, deps: Deps): string {
  const folders = [...new Set(changes.map(({ folder }) => dirname(folder)))];
  const lines = folders.flatMap((folder) => {
    const here = changes.filter((change) => dirname(change.folder) === folder);
    const sums = Object.entries(verbs).flatMap(([status, [done, planned]]) => {
      const some = here.filter((change) => change.status === status);
      if (some.length === 0 || status === "kept") return [];
      const names = some.length > 6 ? "" : ` (${some.map(({ name }) => name).join(", ")})`;
      const count = `${some.length} ${some.length === 1 ? "skill" : "skills"}`;
      const end = status === "gone" ? ": the folder is not there any more" : "";
      return [`  ${dryRun ? planned : done} ${count}${names}${end}`];
    });
    return [
      shortPath(folder, deps),
      ...sums,
      ...stayedTogether(here, deps),
      ...here.flatMap((change) => stayed(change)),
    ];
  });
  return `${[...lines, ...(dryRun ? ["Nothing was done."] : [])].join("\n")}\n`;
}

/** Whole skills that were left, by the reason. */
function stayedTogether(changes: readonly SkillChange[], deps: Deps): string[] {
  const left = changes.filter(({ status }) => status === "kept");
  const causes = new Set(left.map(({ reason }) => reason));
  return [...causes].map((cause) => {
    const names = left.filter(({ reason }) => reason === cause).map(({ folder }) => basename(folder));
    const which = names.length > 6 ? `${names.length} skills` : names.join(", ");
    return `  Left ${which}: ${withShortHome(cause ?? "it is not ours", deps)}`;
  });
}

function stayed({ name, kept }: SkillChange): string[] {
  return kept.map((file) => `  Left ${name}/${file.path}: ${reasons[file.reason]}`);
}
