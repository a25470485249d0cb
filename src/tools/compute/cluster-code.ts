// Code on a cluster: a context is opened for it and closed after it, unless it is to stay or the code goes on.
import type { ContextRef } from "../../workspace/commands.ts";
import type { ToolContext } from "../define.ts";
import { contextKey } from "../execution/fields.ts";
import { createContext } from "../execution/create-context.ts";
import { executeCell } from "../execution/execute-cell.ts";
import { commandOutput } from "../execution/result.ts";
import { cleanupSignal } from "../waiting.ts";
import { bestCluster } from "./best-cluster.ts";
import { resultOfCommand, type CodeResult } from "./code-result.ts";

export interface ClusterCode {
  readonly code: string;
  readonly language: "python" | "sql" | "scala" | "r";
  /** The best one that runs, where it is absent. */
  readonly clusterId: string | undefined;
  /** One that is there: it stays. */
  readonly contextId: string | undefined;
  readonly keepContext: boolean;
  readonly timeoutMs: number;
}

/** Runs it. Throws what opening a context throws, and `invalid_state` where no cluster runs. */
export async function runOnCluster(context: ToolContext, wish: ClusterCode): Promise<CodeResult> {
  const { clock } = context.deps;
  const deadline = clock.now() + wish.timeoutMs;
  const seconds = (): number => Math.max(0, deadline - clock.now()) / 1_000;
  const clusterId = wish.clusterId ?? (await bestCluster(context)).clusterId;
  const contextId = wish.contextId ?? (await openedContext(context, { clusterId, wish, seconds: seconds() }));
  const ref = { clusterId, contextId };
  const isOurs = wish.contextId === undefined && !wish.keepContext;
  try {
    const command = commandOutput.parse(
      await executeCell.invoke(context, {
        cluster_id: clusterId,
        context_id: contextId,
        code: wish.code,
        language: wish.language,
        wait_seconds: seconds(),
      }),
    );
    const result = resultOfCommand(command, wish.language);
    // What goes on, and what has more to give, needs its context.
    if (!isOurs || result.success === undefined || result.next_offset !== undefined) return result;
    await closed(context, ref);
    return { ...result, context_id: undefined, command_id: undefined, hint: hintWithoutContext(result) };
  } catch (thrown) {
    if (isOurs) await closed(context, ref);
    throw thrown;
  }
}

interface Opening {
  readonly clusterId: string;
  readonly wish: ClusterCode;
  readonly seconds: number;
}

async function openedContext(context: ToolContext, { clusterId, wish, seconds }: Opening): Promise<string> {
  const opened = await createContext.invoke(context, {
    cluster_id: clusterId,
    language: wish.language,
    wait_seconds: seconds,
  });
  return createContext.present(opened).data["context_id"] as string;
}

/** Also after the caller has gone: a cluster holds a limited number of contexts. */
async function closed(context: ToolContext, ref: ContextRef): Promise<void> {
  await context.workspace.commands.destroyContext(ref, { signal: cleanupSignal() }).catch(() => undefined);
  context.session?.forget(contextKey(ref));
}

function hintWithoutContext({ success, hint }: CodeResult): string | undefined {
  return success === false ? "Its variables are gone: give keep_context to go on after an error." : hint;
}
