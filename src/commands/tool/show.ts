// `mortar tool show`: one tool in full.
import type { Run } from "../../cli/context.ts";
import { findEntry } from "../../tools/catalog.ts";
import { everyTool, findSelected } from "../../tools/selection.ts";
import { listTool } from "../../tools/listing.ts";
import { toolMarkdown } from "../../tools/markdown.ts";
import { loadTool } from "../../tools/toolsets.ts";
import { MortarError } from "../../platform/errors.ts";

export const run: Run = async ({ positionals }) => {
  const name = positionals[0] ?? "";
  const { formsOf } = await import("../../tools/aliases/table.ts");
  const forms = formsOf(name);
  const { olderMarkdown, shownOlder } = await import("../../tools/aliases/markdown.ts");
  if (findEntry(name) === undefined && forms.length > 0) {
    return { data: { name, older: forms.map(shownOlder) }, text: `${forms.map(olderMarkdown).join("\n\n")}\n` };
  }
  const { entry } = findSelected(everyTool(), name);
  const tool = await loadTool(entry.name);
  if (tool === undefined) throw new MortarError("unknown_tool", `Unknown tool: ${entry.name}`);
  const listed = listTool(tool);
  const older = forms.length === 0 ? {} : { older: forms.map(shownOlder) };
  const text = [toolMarkdown(tool), ...forms.map(olderMarkdown)].join("\n\n");
  return { data: { ...listed, toolset: tool.toolset, effect: tool.effect, ...older }, text: `${text}\n` };
};
