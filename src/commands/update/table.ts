// `mortar update`, as data.
import type { Command, Flags } from "../../cli/spec.ts";

export const updateFlags = {
  "dry-run": { kind: "switch", short: "n", description: "Say what would be done, and do nothing" },
  yes: { kind: "switch", short: "y", description: "Do not ask" },
  rollback: {
    kind: "switch",
    description: "Put the program that the last update replaced back in place",
    conflicts: ["feed"],
  },
  feed: {
    kind: "url",
    placeholder: "URL",
    description: "Where to ask for the newest release",
    env: "MORTAR_UPDATE_FEED",
  },
  "if-enabled": {
    kind: "switch",
    hidden: true,
    description: "Do nothing where looking for updates is switched off: how the older programs behave",
  },
  look: { kind: "switch", hidden: true, description: "Only remember what the feed says: the notice's own process" },
} as const satisfies Flags;

export const updateCommand: Command = {
  summary: "Update this program",
  description:
    "Asks for the newest release. Where a package manager installed mortar, it says what to run. Else it downloads the release, checks its signature and its checksum, and replaces the program in one step; the old one is kept for --rollback.",
  flags: updateFlags,
  positionals: [],
  examples: [
    { run: "mortar update", does: "Update to the newest release" },
    { run: "mortar update --dry-run", does: "See whether there is a newer one" },
    { run: "mortar update --rollback --yes", does: "Go back to the version before the last update" },
  ],
  waiting: "Looking for the newest release",
  load: () => import("./update.ts"),
};
