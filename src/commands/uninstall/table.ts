// `mortar uninstall`, as data.
import { mcpClientNames } from "../../agents/mcp-client-names.ts";
import type { Command, Flags } from "../../cli/spec.ts";

export const uninstallFlags = {
  agent: {
    kind: "list",
    of: "agent",
    commas: true,
    choices: mcpClientNames,
    placeholder: "AGENT",
    description: "Agents to take it back from; the same as naming them. All unless given",
  },
  "sign-out": { kind: "switch", description: "Forget the sign-ins too" },
  yes: { kind: "switch", short: "y", description: "Do not ask" },
  "dry-run": { kind: "switch", short: "n", description: "Show what would be taken back, and do nothing" },
} as const satisfies Flags;

export const uninstallCommand: Command = {
  summary: "Take back what mortar has written into agents, and leave nothing behind",
  description:
    "Brings the settings of agents back to what they were before setup and hooks install: the same bytes where nobody else has changed the file since, else each value that is still ours. " +
    "Skills that mortar installed go, and what it has put into Claude Desktop. With the last agent the proxy and its service end, and its key, state and caches go too. Sign-ins stay unless --sign-out is given. The program itself stays: remove it as you installed it.",
  flags: uninstallFlags,
  positionals: [
    { name: "AGENT", kind: "agent", choices: mcpClientNames, rest: true, description: "agents; all unless given" },
  ],
  examples: [
    { run: "mortar uninstall --dry-run", does: "What would be taken back" },
    { run: "mortar uninstall codex", does: "From one agent; the others stay as they are" },
    { run: "mortar uninstall --sign-out --yes", does: "Everything, sign-ins too, without a question" },
  ],
  load: () => import("./uninstall.ts"),
};
