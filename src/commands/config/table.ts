// `mortar config`, as data.
import type { Command, Group } from "../../cli/spec.ts";
import { otelGroup } from "./otel-table.ts";
import { websearchGroup } from "./websearch-table.ts";
import { budgetCommand, filterCommand, upstreamCommand } from "./proxy-table.ts";

const show: Command = {
  summary: "Show what mortar would use, and where each value comes from",
  description:
    "Shows the profile, the host, the sign-in, the agents and other programs on this machine, the emulator, and the files that mortar reads and keeps. Secrets are shown as ***. Nothing is started, and no workspace is asked.",
  flags: {},
  positionals: [],
  examples: [
    { run: "mortar config show", does: "What a command without --profile uses" },
    { run: "mortar config show --profile dev --json", does: "The same for the profile dev, for a script" },
  ],
  load: () => import("./show.ts"),
};

export const configGroup: Group = {
  summary: "How mortar is set up on this machine",
  commands: {
    show,
    otel: otelGroup,
    websearch: websearchGroup,
    filter: filterCommand,
    budget: budgetCommand,
    upstream: upstreamCommand,
  },
};
