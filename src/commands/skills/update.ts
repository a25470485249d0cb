// `mortar skills update`: brings installed skills up to date.
import type { Run } from "../../cli/context.ts";
import { updateSkills } from "../../skills/manage.ts";
import type { updateFlags } from "./table.ts";
import { changesText, selects } from "./words.ts";

export const run: Run<typeof updateFlags> = async ({ deps, flags, positionals, signal, build }) => {
  const dryRun = flags["dry-run"];
  const selected = selects({ names: positionals, agents: flags.agent, scope: flags.scope }, deps);
  const changes = await updateSkills(selected, { deps, signal, dryRun, version: build.version });
  const text = changes.length === 0 ? "No such skill is installed.\n" : changesText(changes, dryRun, deps);
  return { data: { changes, dry_run: dryRun }, text };
};
