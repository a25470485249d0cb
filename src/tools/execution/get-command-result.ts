// get_command_result: how a command that execute_cell started goes on.
import * as z from "zod";
import type { CommandStatus } from "../../workspace/commands.ts";
import { waitForCommand } from "../../workspace/waits.ts";
import { defineTool } from "../define.ts";
import { clusterIdInput, waitSecondsInput } from "../fields.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { contextIdInput, explained } from "./fields.ts";
import { commandOutput, commandText, describeCommand } from "./result.ts";

export const getCommandResult = defineTool({
  name: "get_command_result",
  toolset: "execution",
  effect: "read",
  title: "Get a running command's result",
  description:
    "Waits for a command that execute_cell left running, and returns its result. The command goes on either way.",
  input: z.strictObject({
    cluster_id: clusterIdInput,
    context_id: contextIdInput,
    command_id: z.string().min(1, "must not be empty"),
    offset: z.int().min(0).default(0).describe("Row of a table, or character of a text, to begin at"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: commandOutput,
  run: async (context, input) => {
    const command = { clusterId: input.cluster_id, contextId: input.context_id, commandId: input.command_id };
    return await explained(context, command, async () => {
      const { last } = await waitForCommand(
        context.workspace,
        command,
        waitOptions<CommandStatus>(context, waitMs(input, context), ({ state }) => `The command is ${state}`),
      );
      return describeCommand(context, command, { ...last, offset: input.offset });
    });
  },
  text: commandText,
  failed: ({ success }) => success === false,
});
