// `mortar mcp`, as data.
import type { Group } from "../../cli/spec.ts";

export const mcpGroup: Group = { summary: "mcp", commands: {} };
