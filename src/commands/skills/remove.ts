// `mortar skills remove`: takes away what mortar installed.
import type { Run } from "../../cli/context.ts";
import { confirm } from "../../cli/confirm.ts";
import { MortarError } from "../../platform/errors.ts";
import { removeSkills } from "../../skills/manage.ts";
import { readRecord } from "../../skills/record.ts";
import { findSkill } from "../../skills/find.ts";
import type { removeFlags } from "./table.ts";
import { changesText, selects } from "./words.ts";

export const run: Run<typeof removeFlags> = async ({ deps, flags, positionals, signal, build, progress }) => {
  if (positionals.length === 0 && !flags.all) {
    throw new MortarError("usage", "Nothing says which skills", { hint: "Name them, or give --all." });
  }
  if (positionals.length > 0 && flags.all) {
    throw new MortarError("usage", "--all does not go with names of skills");
  }
  const selected = selects({ names: positionals, agents: flags.agent, scope: flags.scope }, deps);
  const found = [...(await readRecord(deps)).values()].filter(selected);
  const missing = positionals.find((name) => !found.some((skill) => isNamed(skill.name, name)));
  if (missing !== undefined) {
    throw new MortarError("not_found", `mortar has not installed ${missing} there`, {
      hint: "mortar skills list --installed shows what it has; skills of your own are for you to delete.",
    });
  }
  const dryRun = flags["dry-run"];
  if (found.length === 0) return { data: { changes: [], dry_run: dryRun }, text: "No skill is installed there.\n" };
  if (!dryRun && !flags.yes) {
    progress.clear();
    const count = found.length === 1 ? "1 skill" : `${found.length} skills`;
    const isMeant = await confirm(deps, {
      question: `Remove ${count}?`,
      unasked: `Removing ${count} needs --yes`,
      flag: "--yes",
      signal,
    });
    if (!isMeant) return { data: { changes: [], dry_run: dryRun }, text: "Nothing was done.\n" };
  }
  const changes = await removeSkills(selected, { deps, signal, dryRun, version: build.version });
  return { data: { changes, dry_run: dryRun }, text: changesText(changes, dryRun, deps) };
};

function isNamed(installed: string, wanted: string): boolean {
  return installed === wanted || installed === findSkill(wanted)?.name;
}
