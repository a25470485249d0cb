// `mortar tool list`: the tools by toolset.
import type { Run } from "../../cli/context.ts";
import { listedName } from "../../tools/aliases.ts";
import type { CatalogEntry } from "../../tools/entry.ts";
import { generationOf } from "../../tools/naming.ts";
import { toolsetNames, toolsetSummaries } from "../../tools/toolset-names.ts";
import { toolsetsBeside, type Selection } from "../../tools/selection.ts";
import type { selectionFlags } from "./selection-flags.ts";
import { selectionOf } from "./wish.ts";

export const run: Run<typeof selectionFlags> = async ({ flags }) => {
  const selection = selectionOf(flags);
  const tools = await listedTools(selection);
  const width = Math.max(...tools.map(({ name }) => name.length), 0);
  const sections = toolsetNames
    .filter((name) => tools.some(({ toolset }) => toolset === name))
    .map((toolset) => {
      const lines = tools
        .filter((tool) => tool.toolset === toolset)
        .map(({ name, effect, title }) => `  ${name.padEnd(width)}  ${effect.padEnd(11)}  ${title}`);
      return [`${toolset}: ${toolsetSummaries[toolset]}`, ...lines, ""].join("\n");
    });
  const beside = toolsetsBeside(selection).map((toolset) => `${toolset}: ${toolsetSummaries[toolset]}`);
  const more =
    beside.length === 0
      ? ""
      : `\nOff unless --toolsets names them (default,${toolsetsBeside(selection).join(",")}):\n  ${beside.join("\n  ")}\n`;
  const text = sections.length === 0 ? "No tool is left by these flags.\n" : `${sections.join("\n")}`;
  return { data: { tools, toolsets: selection.toolsets, more_toolsets: toolsetsBeside(selection) }, text: text + more };
};

async function listedTools(selection: Selection): Promise<readonly Omit<CatalogEntry, "local">[]> {
  const { entries, naming } = selection;
  if (generationOf(naming) === undefined) {
    return entries.map((entry) => ({ ...entry, name: listedName(entry.name, naming) }));
  }
  const { followUpEntries, olderEntries, titleOf } = await import("../../tools/aliases/listed.ts");
  const older = olderEntries(selection).map(({ tool: { name, toolset }, effect }) => {
    return { name, toolset, effect, title: titleOf(name), byDefault: true };
  });
  return [...older, ...followUpEntries(selection)];
}
