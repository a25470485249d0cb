// The declared commands in citty's shape: its lazy subcommands and its run and cleanup, without its argument parser.
import { defineCommand, runCommand, type CommandDef } from "citty";
import { isGroup, type Command, type CommandResult, type Group } from "./spec.ts";

/** The whole table as citty commands, for programs that embed Mortar's commands in theirs. */
export function cittyTree(name: string, entry: Group | Command): CommandDef {
  const meta = { name, description: entry.summary };
  if (!isGroup(entry)) return defineCommand({ meta });
  const subCommands = Object.fromEntries(
    Object.entries(entry.commands).map(([word, below]) => [word, () => cittyTree(word, below)]),
  );
  return defineCommand({ meta, subCommands });
}

/** Runs one leaf through citty: `work`, then `cleanup` whatever happened. */
export async function runLeaf(
  name: string,
  command: Command,
  work: () => Promise<CommandResult | void>,
  cleanup: () => void,
): Promise<CommandResult | void> {
  let result: CommandResult | void = undefined;
  const leaf = defineCommand({
    meta: { name, description: command.summary },
    run: async () => {
      result = await work();
    },
    cleanup,
  });
  await runCommand(leaf, { rawArgs: [], data: {} });
  return result;
}
