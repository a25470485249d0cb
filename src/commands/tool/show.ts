// `mortar tool show`: one tool in full.
import type { Run } from "../../cli/context.ts";
import { everyTool, findSelected } from "../../tools/selection.ts";
import { listTool } from "../../tools/listing.ts";
import { toolMarkdown } from "../../tools/markdown.ts";
import { loadTool } from "../../tools/toolsets.ts";
import { MortarError } from "../../platform/errors.ts";

export const run: Run = async ({ positionals }) => {
  const { entry } = findSelected(everyTool(), positionals[0] ?? "");
  const tool = await loadTool(entry.name);
  if (tool === undefined) throw new MortarError("unknown_tool", `Unknown tool: ${entry.name}`);
  const listed = listTool(tool);
  return { data: { ...listed, toolset: tool.toolset, effect: tool.effect }, text: `${toolMarkdown(tool)}\n` };
};
