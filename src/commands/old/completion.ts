// `databricks-claude completion SHELL`: the script, for this name.
import { findShell } from "../../completion/answer.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { completionFlags } from "./command-flags.ts";

export const run: OldBody<typeof completionFlags> = async (context) => {
  const { deps, flags, positionals, program } = context;
  const shell = findShell(flags.shell ?? positionals[0] ?? "");
  if (shell === undefined) {
    say(context, `error: no such shell\nhint: Write ${program.name} completion bash, zsh, fish or powershell.`);
    return 1;
  }
  deps.stdout.write(shell.script(program.name));
  return 0;
};
