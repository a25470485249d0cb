// `mortar completion status`: what is installed, and whether new shells read it.
import type { Run } from "../../cli/context.ts";
import { allPrograms, allShells, findPlaces, placeData, type Place } from "./places.ts";
import type { nameListFlag } from "./name-flags.ts";

export const run: Run<typeof nameListFlag> = async ({ deps, flags, positionals }) => {
  const shells = positionals.length === 0 ? allShells : [...new Set(positionals)];
  const asked = flags.name.length > 0;
  const places = await findPlaces(deps, shells, asked ? [...new Set(flags.name)] : allPrograms);
  // Of the links only those that are there are worth a line, unless they are asked for.
  const shown = places.filter((place) => asked || place.program === "mortar" || isThere(place));
  return { data: { scripts: shown.map(placeData) }, text: `${shown.map(describe).join("\n")}\n` };
};

const states: Readonly<Record<Place["state"], string>> = {
  absent: "not installed",
  current: "installed",
  outdated: "installed, but of another version: run mortar completion install",
  foreign: "there is a file that is not ours",
};

function isThere({ state, printed, packaged }: Place): boolean {
  return state !== "absent" || printed || packaged !== undefined;
}

function describe(place: Place): string {
  const { shell, program, path, state, active, line, startFile } = place;
  const name = program === "mortar" ? shell.name : `${shell.name} for ${program}`;
  if (state === "absent") return `${name}: ${withoutFile(place)}`;
  const unread = active || line === undefined ? "" : `\n  New shells do not read it: add \`${line}\` to ${startFile}`;
  return `${name}: ${states[state]} (${path})${unread}`;
}

/** Where `completion install` has written nothing, the script may come from elsewhere. */
function withoutFile({ mentions, printed, packaged }: Place): string {
  const places = mentions.join(" and ");
  if (printed) return `set up by ${places}`;
  if (packaged !== undefined) return `came with the program (${packaged})`;
  return mentions.length === 0 ? states.absent : `${states.absent}, but ${places} asks for it`;
}
