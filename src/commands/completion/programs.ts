// What each name of the program completes.
import type { Group } from "../../cli/spec.ts";
import type { CompletionCommand } from "../../completion/table.ts";
import { completionOf, completionTable } from "./adapter.ts";
import type { AgentProgram } from "../old/agent-program.ts";
import { oldPrograms } from "../old/programs-table.ts";

/** The table that completion goes by under this name, or undefined for a name under which nothing completes. */
export function programTable(root: Group, name: string): CompletionCommand | undefined {
  if (name === "mortar") return completionTable(root);
  if (name === "databricks-agents") return agentsTable();
  const program = Object.values(oldPrograms).find((one) => one.name === name);
  return program === undefined ? undefined : oldTable(program);
}

/** An older program is both: a line of the agent with flags of ours in it, and commands in the first place. */
function oldTable({ wrapper, group }: AgentProgram): CompletionCommand {
  const line = completionOf(wrapper);
  const { commands } = completionOf({ ...group, commands: group.commands });
  return { ...line, commands };
}

function agentsTable(): CompletionCommand {
  const { "databricks-claude": claude, "databricks-codex": codex, "databricks-opencode": opencode } = oldPrograms;
  const list: CompletionCommand = { description: "Show the agents", flags: [], positionals: [], commands: {} };
  return {
    description: "Start a coding agent on a Databricks workspace",
    flags: [
      { names: ["--version"], description: "Show the version" },
      { names: ["--help", "-h"], description: "Show help" },
    ],
    positionals: [],
    commands: { claude: oldTable(claude), codex: oldTable(codex), opencode: oldTable(opencode), list },
  };
}
