// The flags of `mortar config websearch`.
import type { Flags } from "../../cli/spec.ts";

const dryRun = { kind: "switch", description: "Say what would be set, and change nothing" } as const;

export const websearchEnableFlags = {
  backend: {
    kind: "string",
    placeholder: "NAME",
    choices: ["workspace", "brave", "searxng", "duckduckgo", "none"],
    description: "Who searches; none leaves fetching pages alone",
  },
  model: {
    kind: "responses-model",
    placeholder: "MODEL",
    description: "The workspace's model that searches; the newest GPT unless given, auto takes the choice back",
  },
  "searxng-url": { kind: "url", placeholder: "URL", description: "Address of the SearXNG server" },
  "brave-key-stdin": {
    kind: "switch",
    description: "Read the key of Brave Search from standard input, and keep it in the keyring",
  },
  "fetch-budget": {
    kind: "integer",
    placeholder: "BYTES",
    minimum: 1_024,
    maximum: 4_194_304,
    description: "How much text of a page the model gets at most (102400)",
  },
  "dry-run": dryRun,
} as const satisfies Flags;

export const websearchDisableFlags = { "dry-run": dryRun } as const satisfies Flags;
