// The flags of `mortar config filter`, `budget` and `upstream`.
import type { Flags } from "../../cli/spec.ts";

const dryRun = { kind: "switch", description: "Say what would be set, and change nothing" } as const;

export const filterFlags = { "dry-run": dryRun } as const satisfies Flags;

export const budgetFlags = {
  daily: {
    kind: "number",
    placeholder: "USD",
    minimum: 0,
    description: "US dollars a day, at the providers' list prices",
  },
  warn: {
    kind: "integer",
    placeholder: "PERCENT",
    minimum: 1,
    maximum: 100,
    description: "Warn from this part of it on (80)",
  },
  off: { kind: "switch", description: "No budget", conflicts: ["daily", "warn"] },
  "dry-run": dryRun,
} as const satisfies Flags;

export const upstreamFlags = {
  family: {
    kind: "string",
    placeholder: "FAMILY",
    choices: ["auto", "model-services", "ai-gateway", "serving-endpoints"],
    description: "What to call the workspace's models by; auto asks the workspace",
  },
  "dry-run": dryRun,
} as const satisfies Flags;
