// What the execution tools share: how a context is named, how its errors are explained, how it is let go.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { ContextRef } from "../../workspace/commands.ts";
import { isUsable } from "../cluster-state.ts";
import type { ToolContext } from "../define.ts";
import { withHint } from "../errors.ts";

export const contextLanguage = z.enum(["python", "scala", "sql", "r"]);
const lowered = (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : value);

export const contextLanguageInput = z.preprocess(lowered, contextLanguage.default("python"));

export const cellLanguageInput = z
  .preprocess(lowered, contextLanguage.optional())
  .optional()
  .describe("Default: that of the context where this session opened it, else python");

export const contextIdInput = z.string().min(1, "must not be empty").describe("From create_context");

export function contextKey({ clusterId, contextId }: ContextRef): string {
  return `context ${clusterId} ${contextId}`;
}

/**
 * Runs `work` on a cluster and explains its refusals: a context that is gone needs a new one, a cluster that does not
 * run must be started. What it throws is always an error.
 */
export async function explained<T>(
  context: ToolContext,
  ref: { readonly clusterId: string; readonly contextId?: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    throw await explain(context, ref, thrown);
  }
}

const worthAsking: readonly string[] = [
  "not_found",
  "invalid_state",
  "invalid_input",
  "workspace_error",
  "unavailable",
];

async function explain(
  context: ToolContext,
  ref: { readonly clusterId: string; readonly contextId?: string },
  error: MortarError,
): Promise<MortarError> {
  if (!worthAsking.includes(error.code)) return error;
  const { workspace, signal } = context;
  const cluster = await workspace.clusters.get(ref.clusterId, { signal }).catch(() => undefined);
  if (cluster !== undefined && !isUsable(cluster)) {
    if (ref.contextId !== undefined) context.session?.forget(contextKey({ ...ref, contextId: ref.contextId }));
    return new MortarError("invalid_state", `Cluster ${ref.clusterId} is ${cluster.state}, so it runs no code`, {
      hint: "Start it with `start_cluster`, then open a context with `create_context`: the old ones are gone.",
      workspaceCode: error.workspaceCode,
      requestId: error.requestId,
      httpStatus: error.httpStatus,
      cause: error,
    });
  }
  if (error.code !== "not_found" || cluster === undefined || ref.contextId === undefined) return error;
  context.session?.forget(contextKey({ ...ref, contextId: ref.contextId }));
  return withHint(
    error,
    "The context is gone: the cluster restarted, or the context was closed. Open a new one with `create_context` and run the cells that set up its state again.",
  );
}
