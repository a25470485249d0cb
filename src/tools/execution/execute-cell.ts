// execute_cell: runs code in a context and waits for its result, as long as one call may wait.
import * as z from "zod";
import { isAbort, MortarError } from "../../platform/errors.ts";
import type { CommandRef, CommandStatus, ContextLanguage, ContextRef } from "../../workspace/commands.ts";
import { waitForCommand, waitForContext } from "../../workspace/waits.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { runsCode } from "../targets.ts";
import { asksNobody } from "../question.ts";
import { goingOn } from "../errors.ts";
import { clusterIdInput, waitSecondsInput } from "../fields.ts";
import { cleanupSignal, waitMs, waitOptions } from "../waiting.ts";
import { cellLanguageInput, contextIdInput, contextKey, contextLanguage, explained } from "./fields.ts";
import { commandOutput, commandText, describeCommand } from "./result.ts";

export const executeCell = defineTool({
  name: "execute_cell",
  toolset: "execution",
  effect: "destructive",
  openWorld: true,
  title: "Run code in a context",
  description:
    "Runs code in an execution context and returns its output, table or error. Cancelling the call cancels the command. Longer code: the answer then has status Running and a command_id for get_command_result.",
  input: z.strictObject({
    cluster_id: clusterIdInput,
    context_id: contextIdInput,
    code: z.string().min(1, "must not be empty"),
    language: cellLanguageInput,
    wait_seconds: waitSecondsInput(50),
    timeout_minutes: z.number().min(0).optional().describe("Shortens wait_seconds"),
  }),
  output: commandOutput,
  confirm: asksNobody,
  targets: runsCode,
  run: async (context, input) => {
    const ref = { clusterId: input.cluster_id, contextId: input.context_id };
    return await explained(context, ref, async () => {
      const deadline = context.deps.clock.now() + waitMs(input, context);
      const code = { code: input.code, language: input.language ?? languageOf(context, ref) };
      const commandId = await startCommand(context, ref, code, deadline);
      const command = { ...ref, commandId };
      const last = await finished(context, command, Math.max(0, deadline - context.deps.clock.now()));
      return describeCommand(context, command, last);
    });
  },
  text: commandText,
  failed: ({ success }) => success === false,
});

interface Code {
  readonly code: string;
  readonly language: ContextLanguage;
}

/** Python in an SQL context would be run as Python, and the API does not say what a context was opened for. */
function languageOf({ session }: ToolContext, ref: ContextRef): ContextLanguage {
  return contextLanguage.safeParse(session?.about(contextKey(ref))).data ?? "python";
}

/** Starts the command; a context that is still opening is waited for first. */
async function startCommand(context: ToolContext, ref: ContextRef, input: Code, deadline: number): Promise<string> {
  const { workspace, deps, signal } = context;
  signal.throwIfAborted();
  // Not ended by the caller's signal: a command that was started meanwhile could not be cancelled.
  const start = () => workspace.commands.execute(ref, { language: input.language, command: input.code });
  try {
    return (await start()).commandId;
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code === "not_found") throw thrown;
    const status = await workspace.commands.contextStatus(ref, { signal }).catch(() => undefined);
    if (status !== "Pending") throw thrown;
    const left = Math.max(0, deadline - deps.clock.now());
    await waitForContext(
      workspace,
      ref,
      waitOptions(context, left, (last) => `The context is ${last}`),
    );
    return (await start()).commandId;
  }
}

/** The last status. When the caller takes the call back, the command is cancelled too. */
async function finished(context: ToolContext, command: CommandRef, timeoutMs: number): Promise<CommandStatus> {
  const { workspace } = context;
  const options = waitOptions<CommandStatus>(context, timeoutMs, ({ state }) => `The command is ${state}`);
  try {
    const { last } = await waitForCommand(workspace, command, { ...options, firstDelayMs: 250, maxDelayMs: 5_000 });
    return last;
  } catch (thrown) {
    if (!isAbort(thrown) && !context.signal.aborted) {
      throw goingOn(
        thrown,
        `The code was started: \`get_command_result\` with command_id ${command.commandId} goes on.`,
      );
    }
    await workspace.commands.cancel(command, { signal: cleanupSignal() }).catch(() => undefined);
    throw thrown;
  }
}
