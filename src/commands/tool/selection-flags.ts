// The flags that say which tools are meant, for every command that takes a choice of them.
import type { Flags } from "../../cli/spec.ts";
import { namings } from "../../tools/naming.ts";
import { toolsetNames } from "../../tools/toolset-names.ts";

const group = "Which tools";

export const selectionFlags = {
  toolsets: {
    kind: "list",
    of: "toolset",
    commas: true,
    placeholder: "NAMES",
    choices: [...toolsetNames, "default", "all"],
    description: "Only these toolsets; default adds those that are on without it",
    env: "MORTAR_TOOLSETS",
    group,
  },
  tools: {
    kind: "list",
    of: "tool",
    commas: true,
    placeholder: "NAMES",
    description: "Only these tools, or these beside the toolsets",
    env: "MORTAR_TOOLS",
    group,
  },
  "exclude-tools": {
    kind: "list",
    of: "tool",
    commas: true,
    placeholder: "NAMES",
    description: "Leave these tools out",
    env: "MORTAR_EXCLUDE_TOOLS",
    group,
  },
  "read-only": {
    kind: "switch",
    description: "Leave out every tool that changes something",
    env: "MORTAR_READ_ONLY",
    group,
  },
  names: {
    kind: "string",
    placeholder: "NAMING",
    choices: [...namings],
    default: "mortar",
    description: "Names to list: ours, the older databricks_... ones, or those of an ai-dev-kit server of then",
    group,
  },
} as const satisfies Flags;
