// `mortar completion install`: writes the scripts, and says what is left to do.
import type { Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { writeAtomic } from "../../platform/files.ts";
import { findPlaces, placeData, shellsOrOwn, type Place } from "./places.ts";
import type { changeFlags } from "./table.ts";

export const run: Run<typeof changeFlags> = async ({ deps, flags, positionals }) => {
  const programs = flags.name.length === 0 ? ["mortar"] : [...new Set(flags.name)];
  const places = await findPlaces(deps, [...new Set(shellsOrOwn(deps, positionals))], programs);
  const foreign = places.find(({ state }) => state === "foreign");
  if (foreign !== undefined) {
    throw new MortarError("already_exists", `${foreign.path} was not written by mortar completion install`, {
      hint: "Move it away and run the command again; nothing was changed.",
    });
  }
  const dryRun = flags["dry-run"];
  for (const { path, state, shell, program } of places) {
    if (!dryRun && state !== "current") await writeAtomic(path, shell.script(program), { mode: 0o644 });
  }
  const done = places.map((place) => ({ place, action: actionOf(place) }));
  return {
    data: { dry_run: dryRun, scripts: done.map(({ place, action }) => ({ ...placeData(place), action })) },
    text: done.map(({ place, action }) => describe(place, action, dryRun)).join(""),
  };
};

type Action = "write" | "replace" | "keep";

function actionOf({ state }: Place): Action {
  if (state === "absent") return "write";
  return state === "current" ? "keep" : "replace";
}

const words: Readonly<Record<Action, readonly [done: string, planned: string]>> = {
  write: ["wrote", "would write"],
  replace: ["replaced", "would replace"],
  keep: ["is current:", "is current:"],
};

function describe({ shell, path, active, line, startFile }: Place, action: Action, dryRun: boolean): string {
  const first = `${shell.name}: ${words[action][dryRun ? 1 : 0]} ${path}\n`;
  if (active || line === undefined) return first;
  return `${first}  To have it in new shells, add this line to ${startFile}:\n    ${line}\n`;
}
