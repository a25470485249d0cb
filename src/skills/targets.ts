// Where skills for some agents go.
import type { Deps } from "../platform/deps.ts";
import type { SkillAgentName, SkillScope } from "./agent-names.ts";
import type { SkillTarget } from "./manage.ts";
import { readsSharedFolder, skillsFolder } from "./places.ts";

/** Each folder once and the shared one first: what lies there is not needed twice. */
export function skillTargets(
  agents: readonly SkillAgentName[],
  scopes: readonly SkillScope[],
  deps: Pick<Deps, "env" | "paths" | "cwd">,
): SkillTarget[] {
  const targets = new Map<string, SkillTarget>();
  for (const scope of scopes) {
    const shared = skillsFolder("agents", scope, deps);
    for (const agent of agents) {
      const folder = skillsFolder(agent, scope, deps);
      const unlessIn = folder !== shared && readsSharedFolder(agent) ? { unlessIn: shared } : {};
      if (!targets.has(folder)) targets.set(folder, { folder, ...unlessIn });
    }
  }
  return [...targets.values()].toSorted((left, right) => rankOf(left) - rankOf(right));
}

function rankOf({ unlessIn }: SkillTarget): number {
  return unlessIn === undefined ? 0 : 1;
}
