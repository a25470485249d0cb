// `mortar completion uninstall`: removes our scripts, and nothing else.
import { rm } from "node:fs/promises";
import type { Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { allPrograms, allShells, findPlaces, placeData, type Place } from "./places.ts";
import type { changeFlags } from "./table.ts";

export const run: Run<typeof changeFlags> = async ({ deps, flags, positionals }) => {
  const shells = positionals.length === 0 ? allShells : [...new Set(positionals)];
  const programs = flags.name.length === 0 ? allPrograms : [...new Set(flags.name)];
  const places = await findPlaces(deps, shells, programs);
  const own = places.filter(({ state }) => state === "current" || state === "outdated");
  const foreign = places.filter(({ state }) => state === "foreign");
  const dryRun = flags["dry-run"];
  if (!dryRun) for (const { path } of own) await remove(path);
  const mentions = [...new Set(places.flatMap((place) => place.mentions))];
  const lines = [
    ...own.map(({ shell, path }) => `${shell.name}: ${dryRun ? "would remove" : "removed"} ${path}`),
    ...foreign.map(({ shell, path }) => `${shell.name}: left ${path}, which is not ours`),
    ...(own.length === 0 ? ["No completion script of ours is installed"] : []),
    ...mentions.map((where) => `${where} still asks for completion; take the line out`),
  ];
  const list = (some: readonly Place[]): unknown[] => some.map(placeData);
  return {
    data: { dry_run: dryRun, removed: list(own), left: list(foreign), mentions },
    text: `${lines.join("\n")}\n`,
  };
};

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    throw new MortarError("io", `Cannot remove ${path}`, { cause });
  }
}
