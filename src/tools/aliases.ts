// Old names of tools, for those who come from other servers: each is one of ours, with its arguments renamed.
import { catalog } from "./catalog.ts";
import type { Naming } from "./naming.ts";

export interface Alias {
  readonly name: string;
  /** The canonical name of the tool it stands for. The effect is that tool's. */
  readonly tool: string;
  /** From the old name of an argument to ours, where they differ. */
  readonly parameters: Readonly<Record<string, string>>;
}

const prefix = "databricks_";

/** How the older servers called the path of a notebook in their own examples. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  read_notebook: { path: "notebook_path" },
  write_notebook: { path: "notebook_path" },
  run_notebook: { path: "notebook_path" },
  update_notebook_cell: { path: "notebook_path" },
};

/** Every alias, in the catalog's order: each tool under its name with the older prefix. */
export const aliases: readonly Alias[] = catalog.map(({ name }) => ({
  name: `${prefix}${name}`,
  tool: name,
  parameters: renamed[name] ?? {},
}));

export function findAlias(name: string): Alias | undefined {
  return aliases.find((alias) => alias.name === name);
}

/** The tool's name in the naming that is listed. */
export function listedName(tool: string, naming: Naming): string {
  return naming === "databricks" ? `${prefix}${tool}` : tool;
}

const quotedNames = new RegExp(`\`(${catalog.map(({ name }) => name).join("|")})\``, "g");

/** A hint with the tools in it under the names that are listed. Hints put them in backticks, which nothing else in them has. */
export function hintUnderNaming(hint: string, naming: Naming): string {
  if (naming !== "databricks") return hint;
  return hint.replace(quotedNames, (_quoted, name: string) => `\`${listedName(name, naming)}\``);
}
