// `mortar tool list`: the tools by toolset.
import type { Run } from "../../cli/context.ts";
import { listedName } from "../../tools/aliases.ts";
import { toolsetSummaries } from "../../tools/toolset-names.ts";
import { toolsetsBeside } from "../../tools/selection.ts";
import type { selectionFlags } from "./selection-flags.ts";
import { selectionOf } from "./wish.ts";

export const run: Run<typeof selectionFlags> = async ({ flags }) => {
  const selection = selectionOf(flags);
  const tools = selection.entries.map((entry) => ({ ...entry, name: listedName(entry.name, selection.naming) }));
  const width = Math.max(...tools.map(({ name }) => name.length), 0);
  const sections = selection.toolsets.map((toolset) => {
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
