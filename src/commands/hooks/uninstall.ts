// `mortar hooks uninstall`.
import { hookedAgents } from "../../agents/hooks/plan.ts";
import type { Run } from "../../cli/context.ts";
import { uninstallHooks } from "./installing.ts";
import type { uninstallFlags } from "./table.ts";
import { uninstallWords } from "./words.ts";

export const run: Run<typeof uninstallFlags> = async ({ deps, flags }) => {
  const named = hookedAgents.filter((agent) => flags.agent.includes(agent));
  const dryRun = flags["dry-run"];
  const files = await uninstallHooks(deps, named.length === 0 ? hookedAgents : named, { dryRun });
  const data = files.map(({ agent, file, status, kept = 0 }) => ({ agent, file, status, kept }));
  return { data: { files: data, dry_run: dryRun }, text: uninstallWords(files, dryRun) };
};
