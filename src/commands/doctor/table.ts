// `mortar doctor`, as data.
import type { Command, Flags } from "../../cli/spec.ts";
import { checkGroups } from "../../doctor/groups.ts";

export const doctorFlags = {
  fix: { kind: "switch", description: "Mend what is safe, and ask about the rest" },
  yes: { kind: "switch", short: "y", description: "With --fix: mend the rest too, without a question" },
  "dry-run": { kind: "switch", short: "n", description: "With --fix: say what would be mended, and mend nothing" },
  only: {
    kind: "list",
    of: "string",
    placeholder: "GROUP",
    commas: true,
    choices: checkGroups,
    description: "Look at these groups alone",
  },
  "self-test": {
    kind: "switch",
    description: "Try everything on an emulated workspace in a folder of its own",
    conflicts: ["fix", "only", "dry-run"],
  },
} as const satisfies Flags;

export const doctorCommand: Command = {
  summary: "Find what is wrong, and mend it",
  description:
    "Looks at this machine, the agents and their settings, the sign-in, the way to the workspace, its models, the proxy, the MCP server, skills and completion, side by side and each within a time limit. Says of each what was seen and what mends it. One short request goes to the cheapest model. Exit code 7 when a check fails. docs/doctor.md lists the checks.",
  flags: doctorFlags,
  positionals: [],
  examples: [
    { run: "mortar doctor", does: "Look at everything" },
    { run: "mortar doctor --fix", does: "Mend what is safe, and be asked about the rest" },
    { run: "mortar doctor --only identity,gateway --profile PROD", does: "Two groups, on another profile" },
    { run: "mortar doctor --self-test", does: "Try the whole way on an emulated workspace" },
  ],
  // An emulated workspace and a proxy have to be ended, which may take longer than others get.
  endsByItself: true,
  load: () => import("./doctor.ts"),
};
