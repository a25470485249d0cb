// `mortar claude --help`: ours, then the agent's own.
import { commandHelp } from "../../cli/help.ts";
import type { Command } from "../../cli/spec.ts";
import type { Agent } from "../../agents/launch/agent.ts";
import type { Deps } from "../../platform/deps.ts";
import { runInForeground } from "../../platform/foreground.ts";
import { findProgram } from "../../platform/programs.ts";
import { programWords } from "../../platform/program-words.ts";
import { oneDeeper } from "./depth.ts";

/** Prints both. Where the agent is not installed, it says so in the place of its help. */
export async function printHelp(deps: Deps, agent: Agent, command: Command): Promise<number> {
  deps.stdout.write(commandHelp([agent.name], command, deps.stdout));
  const path = findProgram(agent.program, deps);
  if (path === undefined) {
    deps.stdout.write(`\n${agent.title} is not installed. To install it: ${agent.install}\n`);
    return 0;
  }
  deps.stdout.write(`\n${agent.title}'s own help:\n\n`);
  return runInForeground([...(await programWords(path, deps)), "--help"], { env: oneDeeper(deps.env, agent) });
}
