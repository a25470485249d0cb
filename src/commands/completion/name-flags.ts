// For which shell, and for which of the program's names: the flags of every completion command.
import type { Flags } from "../../cli/spec.ts";

/** The shells that there are scripts for. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;

/** The program's own name, and the names of the links by which it stands in for older programs. */
export const programNames = [
  "mortar",
  "databricks-claude",
  "databricks-codex",
  "databricks-opencode",
  "databricks-agents",
  "databricks-claude-credential-helper",
] as const;

export const nameFlag = {
  name: {
    kind: "string",
    placeholder: "PROGRAM",
    choices: programNames,
    default: "mortar",
    description: "Complete for this name of the program",
  },
} as const satisfies Flags;

export const nameListFlag = {
  name: {
    kind: "list",
    of: "string",
    placeholder: "PROGRAM",
    choices: programNames,
    commas: true,
    description: "For these names of the program; mortar alone unless given",
  },
} as const satisfies Flags;
