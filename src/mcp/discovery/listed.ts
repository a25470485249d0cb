// What is listed in discovery mode: a tool that finds the others, and two that call them, so that a host can allow reading
// without allowing more.
import type { Tool } from "@modelcontextprotocol/server";
import type { Selection } from "../../tools/selection.ts";

export const discoveryNames = ["search_tools", "call_reading_tool", "call_tool"] as const;
/** One of them. */
export type DiscoveryName = (typeof discoveryNames)[number];

export function isDiscoveryName(name: string): name is DiscoveryName {
  return discoveryNames.some((one) => one === name);
}

const call: Tool["inputSchema"] = {
  type: "object",
  properties: { name: { type: "string" }, arguments: { type: "object", description: "As its input_schema says" } },
  required: ["name"],
};

const reading = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

/** The tools that are listed in the place of those of `selection`. */
export function discoveryTools({ entries }: Pick<Selection, "entries">): Tool[] {
  const changing = entries.filter(({ effect }) => effect !== "read");
  const tools: Tool[] = [
    {
      name: "search_tools",
      title: "Find tools",
      description: `Finds Databricks tools by words (of ${entries.length}), with their input_schema. Without a query: all names.`,
      inputSchema: {
        type: "object",
        properties: {
          query: { type: "string", description: "Such as: upload file volume; or a tool's name" },
          limit: { type: "integer", minimum: 1, maximum: 20, default: 5 },
        },
      },
      annotations: { title: "Find tools", ...reading },
    },
    {
      name: "call_reading_tool",
      title: "Call a reading tool",
      description: "Calls a tool of effect read, which changes nothing.",
      inputSchema: call,
      annotations: { title: "Call a reading tool", ...reading },
    },
  ];
  if (changing.length === 0) return tools;
  const isDestructive = changing.some(({ effect }) => effect === "destructive");
  tools.push({
    name: "call_tool",
    title: "Call a tool",
    description: "Calls any tool that search_tools shows, also one that writes, destroys or runs code.",
    inputSchema: call,
    annotations: {
      title: "Call a tool",
      readOnlyHint: false,
      destructiveHint: isDestructive,
      idempotentHint: false,
      openWorldHint: true,
    },
  });
  return tools;
}
