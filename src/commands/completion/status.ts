// `mortar completion status`: what is installed, and whether new shells read it.
import type { Run } from "../../cli/context.ts";
import { allPrograms, allShells, findPlaces, placeData, type Place } from "./places.ts";
import type { nameListFlag } from "./name-flags.ts";

export const run: Run<typeof nameListFlag> = async ({ deps, flags, positionals }) => {
  const shells = positionals.length === 0 ? allShells : [...new Set(positionals)];
  const asked = flags.name.length > 0;
  const places = await findPlaces(deps, shells, asked ? [...new Set(flags.name)] : allPrograms);
  // Of the links only those that are there are worth a line, unless they are asked for.
  const shown = places.filter(({ program, state }) => asked || program === "mortar" || state !== "absent");
  return { data: { scripts: shown.map(placeData) }, text: `${shown.map(describe).join("\n")}\n` };
};

const states: Readonly<Record<Place["state"], string>> = {
  absent: "not installed",
  current: "installed",
  outdated: "installed, but of another version: run mortar completion install",
  foreign: "there is a file that is not ours",
};

function describe({ shell, program, path, state, active, line, startFile, mentions }: Place): string {
  const name = program === "mortar" ? shell.name : `${shell.name} for ${program}`;
  if (state === "absent") {
    const where = mentions.length === 0 ? "" : `, but ${mentions.join(" and ")} asks for it`;
    return `${name}: ${states.absent}${where}`;
  }
  const unread = active || line === undefined ? "" : `\n  New shells do not read it: add \`${line}\` to ${startFile}`;
  return `${name}: ${states[state]} (${path})${unread}`;
}
