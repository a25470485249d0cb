// `mortar mcp install`: adds the server to an agent.
import type { Run } from "../../cli/context.ts";
import type { installFlags } from "./table.ts";
export const run: Run<typeof installFlags> = async () => ({ data: {}, text: "" });
