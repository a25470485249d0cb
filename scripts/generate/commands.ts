// The commands as the manual lists them: every one that help shows, in the order of help.
import { shownEntries } from "../../src/cli/help.ts";
import { isGroup, type Command, type Group } from "../../src/cli/spec.ts";

export interface Page {
  readonly path: readonly string[];
  readonly entry: Command | Group;
}

/** The table's root first, then each group before its commands. */
export function pages(root: Group): Page[] {
  return [{ path: [], entry: root }, ...below(root, [])];
}

function below(group: Group, path: readonly string[]): Page[] {
  return shownEntries(group).flatMap(([word, entry]) => {
    const own = { path: [...path, word], entry };
    return isGroup(entry) ? [own, ...below(entry, own.path)] : [own];
  });
}
