// `mortar status`, as data.
import type { Command, Flags } from "../../cli/spec.ts";

export const statusFlags = {
  check: { kind: "switch", description: "Ask the workspace who you are there" },
} as const satisfies Flags;

export const statusCommand: Command = {
  summary: "Show where you are: workspace, proxy, agents, models, usage",
  description:
    "Shows the workspace that agents are on, the proxy and who uses it, the agents of this machine with their versions and how they are set up, the skills, the models as they were seen last, what today and the last seven days have cost at list prices, and where mortar keeps its files. Asks nobody, unless --check is given.",
  flags: statusFlags,
  positionals: [],
  examples: [
    { run: "mortar status", does: "At a glance" },
    { run: "mortar status --check --profile PROD", does: "Whether the sign-in of another profile works" },
    { run: "mortar status --json", does: "For a script" },
  ],
  load: () => import("./status.ts"),
};
