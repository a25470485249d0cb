// `mortar models`, as data.
import type { Command, Flags, Group } from "../../cli/spec.ts";

export const listFlags = {
  refresh: { kind: "switch", description: "Ask the workspace, whatever is kept from the last hour" },
  all: { kind: "switch", description: "Look at the model services of every schema; this may take a minute" },
} as const satisfies Flags;

const list: Command = {
  summary: "List the models of the workspace",
  description:
    "Lists the models that the workspace has, by the API that each answers, with its state, and marks what each agent uses: the newest of each family, unless another is pinned. What was listed is kept for an hour.",
  flags: listFlags,
  positionals: [],
  examples: [
    { run: "mortar models list", does: "The models, and which of them agents use" },
    { run: "mortar models list --all --json", does: "Those of every schema, for a script" },
  ],
  waiting: "Asking for the models",
  load: () => import("./list.ts"),
};

const validate: Command = {
  summary: "Ask each configured model for a word",
  description:
    "Sends one short request to every model that agents are told of: PASS when it answers, WARN when it is there and cannot answer now (or is pinned and not listed), FAIL when it refuses, SKIP where the workspace has no model for the role. Exits with 7 when one fails.",
  flags: {},
  positionals: [],
  examples: [
    { run: "mortar models validate", does: "Try the models of the profile" },
    { run: "mortar models validate --profile dev --json", does: "The same for the profile dev, for a script" },
  ],
  waiting: "Asking each model",
  load: () => import("./validate.ts"),
};

const roleNames = ["opus", "sonnet", "haiku", "fable", "codex", "gemini", "chat"] as const;

export const pinFlags = {
  off: { kind: "switch", description: "Take the pin off: the newest is used again" },
  force: { kind: "switch", description: "Pin a model that the workspace does not list" },
  "dry-run": { kind: "switch", description: "Say what would be pinned, and change nothing" },
} as const satisfies Flags;

const pin: Command = {
  summary: "Say which model has a role",
  description:
    "Pins a model for the profile: agents get it in the place of the newest. The roles are Claude Code's sizes (opus, sonnet, haiku, fable), codex, gemini, and chat for agents that speak chat completions alone.",
  flags: pinFlags,
  positionals: [
    { name: "ROLE", kind: "string", choices: roleNames, required: true, description: "What the model is for" },
    { name: "MODEL", kind: "model", description: "Its name, as `mortar models list` shows it" },
  ],
  examples: [
    { run: "mortar models pin opus system.ai.claude-opus-4-8", does: "Stay with a model" },
    { run: "mortar models pin opus --off", does: "Use the newest again" },
  ],
  load: () => import("./pin.ts"),
};

export const modelsGroup: Group = {
  summary: "The workspace's models, and which of them agents use",
  commands: { list, validate, pin },
};
