// `mortar version`, as data.
import type { Command } from "../../cli/spec.ts";
import { versionFlags } from "./flags.ts";

export const versionCommand: Command = {
  summary: "Show the version of this program",
  flags: versionFlags,
  positionals: [],
  examples: [{ run: "mortar version --json", does: "Version, commit and platform for a bug report" }],
  load: () => import("./version.ts"),
};
