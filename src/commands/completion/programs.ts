// What each name of the program completes.
import type { Command, Group } from "../../cli/spec.ts";
import type { CompletionCommand } from "../../completion/table.ts";
import { completionOf, completionTable } from "./adapter.ts";

/** A link stands in for one command of ours, by its words. */
const linked: Readonly<Record<string, readonly string[]>> = {
  "databricks-claude": ["claude"],
  "databricks-codex": ["codex"],
  "databricks-opencode": ["opencode"],
};

/** The table that completion goes by under this name, or undefined for a name under which nothing completes. */
export function programTable(root: Group, name: string): CompletionCommand | undefined {
  if (name === "mortar") return completionTable(root);
  const words = linked[name];
  if (words === undefined) return undefined;
  let entry: Group | Command | undefined = root;
  for (const word of words) entry = entry !== undefined && "commands" in entry ? entry.commands[word] : undefined;
  return entry === undefined ? undefined : completionOf(entry);
}
