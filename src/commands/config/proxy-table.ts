// `mortar config filter`, `budget` and `upstream`, as data.
import type { Command } from "../../cli/spec.ts";
import { budgetFlags, filterFlags, upstreamFlags } from "./proxy-flags.ts";

export const filterCommand: Command = {
  summary: "Switch a filter of the proxy on or off",
  description:
    "The proxy changes nothing that it does not have to. What it does to keep agents and workspaces together is done by filters; each can be switched off. Without words it lists them. A running proxy follows at once.",
  flags: filterFlags,
  positionals: [
    { name: "NAME", kind: "string", description: "The filter" },
    { name: "STATE", kind: "string", choices: ["on", "off", "default"], description: "What it should be" },
  ],
  examples: [
    { run: "mortar config filter", does: "The filters, and which are on" },
    { run: "mortar config filter count-tokens off", does: "Leave the counting of tokens to the workspace" },
  ],
  load: () => import("./filter.ts"),
};

export const budgetCommand: Command = {
  summary: "Set what a day may cost",
  description:
    "With a daily budget the proxy warns when a part of it is used, and refuses requests to models when all of it is. Costs are estimated from the tokens of each answer at the providers' list prices; what the workspace bills may differ. Without flags it shows the budget and what today has cost.",
  flags: budgetFlags,
  positionals: [],
  examples: [
    { run: "mortar config budget --daily 20", does: "Stop after 20 dollars a day" },
    { run: "mortar config budget --off", does: "No limit" },
  ],
  load: () => import("./budget.ts"),
};

export const upstreamCommand: Command = {
  summary: "Show or force what a workspace's models are called by",
  description:
    "Workspaces have model services of Unity Catalog, endpoints of the AI Gateway, or serving endpoints alone. Mortar asks the workspace once a day; this forces one of them for a profile. Without flags it shows what holds.",
  flags: upstreamFlags,
  positionals: [],
  examples: [
    { run: "mortar config upstream --profile dev", does: "What is used for the profile dev" },
    { run: "mortar config upstream --family serving-endpoints", does: "Use the oldest paths" },
  ],
  load: () => import("./upstream.ts"),
};
