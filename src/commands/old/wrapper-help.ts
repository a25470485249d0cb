// `databricks-claude --help`: ours, then the agent's own.
import { agents } from "../../agents/launch/agents.ts";
import type { Deps } from "../../platform/deps.ts";
import { runInForeground } from "../../platform/foreground.ts";
import { findProgram } from "../../platform/programs.ts";
import { programWords } from "../../platform/program-words.ts";
import type { AgentProgram } from "./agent-program.ts";
import { programText } from "./help-text.ts";

export async function printWrapperHelp(deps: Deps, { name, agent, wrapper, group }: AgentProgram): Promise<number> {
  deps.stdout.write(programText(name, wrapper, group));
  const { program, title, install } = agents[agent];
  const path = findProgram(program, deps);
  if (path === undefined) {
    deps.stdout.write(`\n${title} is not installed. To install it: ${install}\n`);
    return 0;
  }
  deps.stdout.write(`\n${title}'s own help:\n\n`);
  return runInForeground([...(await programWords(path, deps)), "--help"], { env: deps.env });
}
