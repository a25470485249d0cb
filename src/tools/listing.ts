// From a declared tool to the tool as MCP lists it, with the annotations that follow from its effect.
import type { Tool } from "./define.ts";
import type { ListedTool } from "./listed-tool.ts";
import { toolSchemas } from "./schema.ts";

/** The tool under its own name. */
export function listTool(tool: Tool): ListedTool {
  const { input, output } = toolSchemas(tool);
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: input,
    outputSchema: output,
    annotations: {
      title: tool.title,
      readOnlyHint: tool.effect === "read",
      destructiveHint: tool.effect === "destructive",
      idempotentHint: tool.effect === "read" || tool.idempotent === true,
      openWorldHint: tool.openWorld === true,
    },
  };
}
