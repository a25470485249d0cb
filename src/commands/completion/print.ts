// `mortar completion SHELL`: the script, for `eval`, for `source`, or for a file.
import type { CommandContext } from "../../cli/context.ts";
import type { CommandModule, CommandResult } from "../../cli/spec.ts";
import { findShell } from "../../completion/answer.ts";
import { MortarError } from "../../platform/errors.ts";
import type { printAnyFlags } from "./table.ts";

type Context = CommandContext<typeof printAnyFlags>;

/** The body of the command that prints the script of this shell, or of the one that --shell names. */
export function printing(name: string | undefined): CommandModule {
  return { run: async ({ flags }: Context) => print(name ?? flags.shell, flags.name) };
}

function print(name: string | undefined, program: string): CommandResult {
  const shell = findShell(name ?? "");
  if (shell === undefined) {
    throw new MortarError("usage", "No shell was named", {
      hint: "Write mortar completion bash, zsh, fish or powershell.",
    });
  }
  const script = shell.script(program);
  return { data: { shell: shell.name, name: program, script }, text: script };
}
