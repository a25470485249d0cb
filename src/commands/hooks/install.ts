// `mortar hooks install`.
import { hookAgents } from "../../agents/hooks/hook-agents.ts";
import { hookedAgents } from "../../agents/hooks/plan.ts";
import type { Run } from "../../cli/context.ts";
import { chooseProfile, rememberProfile } from "../agent/profile.ts";
import { installHooks } from "./installing.ts";
import type { installFlags } from "./table.ts";

export const run: Run<typeof installFlags> = async ({ deps, flags, profile: given, signal }) => {
  const profile = await chooseProfile(deps, given);
  const named = hookedAgents.filter((agent) => flags.agent.includes(agent));
  const agents = named.length === 0 ? (["claude"] as const) : named;
  const dryRun = flags["dry-run"];
  if (given !== undefined && !dryRun) await rememberProfile(deps, profile);
  const { target, files, notes } = await installHooks(deps, { agents, profile, port: flags.port, dryRun, signal });
  const titles = agents.map((agent) => hookAgents[agent].title).join(", ");
  const lines = files.map(({ file }) => `  ${file}`);
  const verb = dryRun ? "Would change" : "Changed";
  const text = [
    files.length === 0 ? `The hooks of ${titles} are there already.` : `${verb}:\n${lines.join("\n")}`,
    ...(dryRun || files.length === 0
      ? []
      : [`Sessions of ${titles} that start from now on are on the workspace of profile ${profile}.`]),
    ...notes,
  ];
  return {
    data: {
      agents,
      profile,
      port: target.port,
      changed: !dryRun && files.length > 0,
      files: files.map(({ agent, file, status }) => ({ agent, file, status })),
      dry_run: dryRun,
      notes,
    },
    text: `${text.join("\n")}\n`,
  };
};
