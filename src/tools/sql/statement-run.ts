// One statement from its submission to its end: watched while the caller waits, cancelled when he goes.
import { MortarError } from "../../platform/errors.ts";
import type { Statement, StatementRequest } from "../../workspace/statements.ts";
import { pollUntil } from "../../workspace/poll.ts";
import type { ToolContext } from "../define.ts";
import { cleanupSignal, waitOptions } from "../waiting.ts";
import { forgetWarehouse } from "./warehouse-choice.ts";

/**
 * Submits and waits up to `timeoutMs`. What comes back may still be running: that is no error, and it goes on. When the
 * caller aborts, the statement is cancelled on the warehouse, also where its answer was still on its way. Throws what the
 * workspace refuses.
 */
export async function runStatement(
  context: ToolContext,
  request: StatementRequest,
  timeoutMs: number,
): Promise<Statement> {
  const submitted = await submit(context, request);
  return submitted.ended ? submitted : await untilEnd(context, submitted.statementId, { timeoutMs, cancels: true });
}

export interface UntilEnd {
  readonly timeoutMs: number;
  /** Whether the caller's going away cancels it: not where he only looks. */
  readonly cancels: boolean;
}

/** The statement when it has ended or the time is over. */
export async function untilEnd(
  context: ToolContext,
  statementId: string,
  { timeoutMs, cancels }: UntilEnd,
): Promise<Statement> {
  const { workspace, deps } = context;
  try {
    const { last } = await pollUntil(deps.clock, (signal) => workspace.statements.get(statementId, { signal }), {
      ...waitOptions<Statement>(context, timeoutMs, describe),
      // Most statements are done within a moment.
      firstDelayMs: 100,
      maxDelayMs: 5_000,
      done: ({ ended }) => ended,
    });
    return last;
  } catch (thrown) {
    if (cancels && context.signal.aborted) await cancelQuietly(context, statementId);
    throw thrown;
  }
}

// It is asked without waiting, so that its id is known at once: only what has an id can be cancelled.
async function submit(context: ToolContext, request: StatementRequest): Promise<Statement> {
  const { workspace, signal } = context;
  signal.throwIfAborted();
  // Not the caller's signal: a submission that is broken off runs on, and nobody has its id.
  const answer = workspace.statements.execute({ ...request, waitSeconds: 0 });
  const gone = Promise.withResolvers<never>();
  const onAbort = (): void => gone.reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([answer, gone.promise]);
  } catch (thrown) {
    if (signal.aborted)
      void answer.then(({ statementId }) => cancelQuietly(context, statementId)).catch(() => undefined);
    if (thrown instanceof MortarError && warehouseCodes.has(thrown.code)) forgetWarehouse(workspace);
    throw thrown;
  } finally {
    signal.removeEventListener("abort", onAbort);
    gone.promise.catch(() => undefined);
  }
}

const warehouseCodes: ReadonlySet<string> = new Set(["not_found", "permission_denied"]);

async function cancelQuietly({ workspace, deps }: ToolContext, statementId: string): Promise<void> {
  await workspace.statements
    .cancel(statementId, { signal: cleanupSignal() })
    .catch((thrown: unknown) => deps.log.debug(`statement ${statementId} could not be cancelled: ${String(thrown)}`));
}

function describe({ state }: Statement): string {
  return state === "PENDING" ? "waiting for the warehouse" : `the statement is ${state.toLowerCase()}`;
}
