// The flags that every command of our own takes.
import type { Flags } from "./spec.ts";

export const globalFlags = {
  profile: {
    kind: "profile",
    short: "p",
    placeholder: "NAME",
    description: "Profile of ~/.databrickscfg to use",
    group: "Global options",
  },
  json: { kind: "switch", description: "Print the result, or the error, as JSON", group: "Global options" },
  verbose: {
    kind: "switch",
    short: "v",
    description: "Say what happens, on stderr",
    group: "Global options",
    conflicts: ["quiet"],
  },
  quiet: { kind: "switch", short: "q", description: "Say nothing but the result", group: "Global options" },
  "no-color": { kind: "switch", description: "Write no colour", group: "Global options" },
  "no-update-check": {
    kind: "switch",
    hidden: true,
    description: "Do not look for a newer version",
    group: "Global options",
  },
  help: { kind: "switch", short: "h", description: "Show this help", group: "Global options" },
} as const satisfies Flags;
