// `mortar skills install`: writes skills into the folders of agents.
import { choose } from "../../cli/choose.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { skillAgentNames, skillAgentTitles, skillScopes, type SkillAgentName } from "../../skills/agent-names.ts";
import { requireSkill, skillsOfSets } from "../../skills/find.ts";
import { isPath, skillsInFolder, type FoundSkills } from "../../skills/folder-source.ts";
import { installSkills } from "../../skills/manage.ts";
import { builtInPackage, type SkillPackage } from "../../skills/package.ts";
import { skillsFolder } from "../../skills/places.ts";
import { skillTargets } from "../../skills/targets.ts";
import type { installFlags } from "./table.ts";
import { changesText, chosenAgents, shortPath } from "./words.ts";

type Context = CommandContext<typeof installFlags>;

export const run: Run<typeof installFlags> = async (context) => {
  const { deps, flags, signal, build } = context;
  const { packages, refused } = await wantedSkills(context);
  const agents = flags.agent.length > 0 ? chosenAgents(flags.agent) : [await askForAgent(context)];
  const scopes = skillScopes.filter((scope) => scope === flags.scope);
  const dryRun = flags["dry-run"];
  const targets = skillTargets(agents, scopes, deps);
  const changes = await installSkills(packages, targets, { deps, signal, dryRun, version: build.version });
  const broken = refused.map(({ path, reason }) => `Left out ${shortPath(path, deps)}: ${reason}\n`).join("");
  const text = `${changesText(changes, dryRun, deps)}${broken}`;
  return { data: { changes, refused, dry_run: dryRun }, text };
};

/** Skills by name, from folders, and of sets; all that are shipped where nothing is named. */
async function wantedSkills({ deps, flags, positionals }: Context): Promise<FoundSkills> {
  const byName = new Set<string>();
  const foreign: SkillPackage[] = [];
  const refused: FoundSkills["refused"][number][] = [];
  for (const word of positionals) {
    if (isPath(word)) {
      const found = await skillsInFolder(word, deps);
      foreign.push(...found.packages);
      refused.push(...found.refused);
    } else byName.add(requireSkill(word).name);
  }
  if (positionals.length === 0 || flags.set.length > 0) {
    for (const { name } of skillsOfSets(flags.set)) byName.add(name);
  }
  const own = await Promise.all([...byName].map((name) => builtInPackage(name)));
  const packages = [...own, ...foreign];
  const twice = packages.find(({ name }, index) => packages.findIndex((one) => one.name === name) !== index);
  if (twice !== undefined) throw new MortarError("usage", `There are two skills called ${twice.name}`);
  return { packages, refused };
}

async function askForAgent({ deps, flags, json, signal }: Context): Promise<SkillAgentName> {
  const scope = skillScopes.find((one) => one === flags.scope) ?? "user";
  const choices = skillAgentNames.map((value) => ({
    value,
    label: skillAgentTitles[value],
    hint: shortPath(skillsFolder(value, scope, deps), deps),
  }));
  const answer = json ? undefined : await choose(deps, { question: "For which agent?", choices, signal });
  const chosen = skillAgentNames.find((name) => name === answer);
  if (chosen !== undefined) return chosen;
  throw new MortarError("usage", "Nothing says for which agent", {
    hint: "Give --agent, such as --agent claude, or --agent agents for the folder that most agents share.",
  });
}
