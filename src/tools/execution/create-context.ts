// create_context: a place on a cluster where code runs and variables stay.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { ContextRef, ContextStatus } from "../../workspace/commands.ts";
import { waitForContext } from "../../workspace/waits.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { runsCode } from "../targets.ts";
import { clusterIdInput, waitSecondsInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { cleanupSignal, waitMs, waitOptions } from "../waiting.ts";
import { contextKey, contextLanguageInput, explained } from "./fields.ts";

export const createContext = defineTool({
  name: "create_context",
  toolset: "execution",
  effect: "write",
  title: "Open an execution context",
  description:
    "Opens an execution context on a running cluster (not on serverless) for execute_cell: variables stay from cell to cell. Close it with destroy_context; a server that ends closes those it opened.",
  input: z.strictObject({
    cluster_id: clusterIdInput,
    language: contextLanguageInput,
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object({
    context_id: z.string(),
    cluster_id: z.string(),
    language: z.string(),
    status: z.string(),
    hint: z.string().optional(),
  }),
  targets: runsCode,
  run: async (context, input) => {
    const { workspace } = context;
    const { cluster_id: clusterId, language } = input;
    // Not ended by the caller's signal: a context that was opened meanwhile would stay for ever.
    const { contextId } = await explained(context, { clusterId }, () =>
      workspace.commands.createContext(clusterId, language),
    );
    const ref = { clusterId, contextId };
    const status = await opened(context, ref, waitMs(input, context));
    context.session?.keep(contextKey(ref), (signal) => workspace.commands.destroyContext(ref, { signal }), language);
    return {
      context_id: contextId,
      cluster_id: clusterId,
      language,
      status,
      hint: status === "Running" ? undefined : "It is still opening: `execute_cell` waits for it.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** Its status when it has opened or the time is over. A context that fails, or that nobody waits for, is closed. */
async function opened(context: ToolContext, ref: ContextRef, timeoutMs: number): Promise<ContextStatus> {
  const options = waitOptions<ContextStatus>(context, timeoutMs, (status) => `The context is ${status}`);
  try {
    const { last } = await waitForContext(context.workspace, ref, options);
    if (last !== "Error") return last;
    throw new MortarError("workspace_error", `The cluster could not open a context (${last})`, {
      hint: "Look at `get_cluster_status`; a cluster holds at most 145 contexts, and a restart clears them.",
    });
  } catch (thrown) {
    await context.workspace.commands.destroyContext(ref, { signal: cleanupSignal() }).catch(() => undefined);
    throw thrown;
  }
}
