// Every help text at 80 columns: what people see, held still by files that are looked at when they change.
import { commandHelp, groupHelp } from "../../src/cli/help.ts";
import { isGroup, type Group } from "../../src/cli/spec.ts";
import { pages } from "./commands.ts";

const style = { width: 80, colour: false };

/** The texts by file name, as in `mortar-auth-login.txt`. */
export function helpTexts(root: Group): Map<string, string> {
  return new Map(
    pages(root).map(({ path, entry }) => [
      `${["mortar", ...path].join("-")}.txt`,
      isGroup(entry) ? groupHelp(path, entry, style) : commandHelp(path, entry, style),
    ]),
  );
}
