// A call of one of our tools by a run's agent: answered when it is quick, handed over to the background when it is not.
import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import { ProtocolError } from "@modelcontextprotocol/server";
import type { CallRequest } from "../../../mcp/call.ts";
import { toMortarError } from "../../../platform/errors.ts";
import { isObject } from "../../../platform/json.ts";
import type { LiveOperation, OperationOutcome, Operations } from "./operations.ts";
import type { RunContext } from "./run-context.ts";

export interface HandoverParts {
  readonly operations: Operations;
  /** After how long a call goes on in the background, in milliseconds. */
  readonly handoverMs: number;
  /** Takes note of what goes on, so that it ends with the server. */
  track(call: Promise<unknown>): void;
}

export interface SlowCall {
  readonly name: string;
  readonly toolUseId: () => string | undefined;
  readonly request: ServerContext["mcpReq"];
  /** Runs the tool with a request whose signal and progress are ours. */
  run(request: CallRequest): Promise<CallToolResult>;
}

/** How often progress is shown, at most, in milliseconds. */
const progressMs = 500;

export async function handOver(parts: HandoverParts, run: RunContext, slow: SlowCall): Promise<CallToolResult> {
  const { clock } = run.deps;
  const { request, name, toolUseId } = slow;
  const ending = new AbortController();
  const startedMs = clock.now();
  const said = progressOf(run, toolUseId);
  const stop = (): void => ending.abort();
  const either = AbortSignal.any([request.signal, run.signal]);
  if (either.aborted) stop();
  either.addEventListener("abort", stop, { once: true });
  const result = slow.run({
    ...request,
    signal: ending.signal,
    // Nobody waits for it any more when it goes on: it may take as long as a call ever may.
    started: () => undefined,
    _meta: { ...request._meta, progressToken: request._meta?.progressToken ?? "app" },
    notify: async (notice) => {
      said.tell(notice);
      if (request._meta?.progressToken !== undefined && said.operation === undefined) await request.notify(notice);
    },
  });
  const isOver = await endsIn(result, parts.handoverMs, { clock, signal: ending.signal });
  either.removeEventListener("abort", stop);
  if (either.aborted) stop();
  if (isOver) return await result;
  const call = { tool_name: name, toolUseId, startedMs, progress: said.last };
  // Without a place to tell of it, the agent waits for it.
  const operation = await parts.operations.open(run, call, () => ending.abort()).catch(() => undefined);
  if (operation === undefined) return await result;
  said.operation = operation;
  parts.track(settle(operation, result));
  return handedOver({ operation, name, elapsedMs: clock.now() - startedMs });
}

async function settle(operation: LiveOperation, result: Promise<CallToolResult>): Promise<void> {
  const outcome = await result.then(outcomeOf, (thrown: unknown): OperationOutcome => {
    const text = thrown instanceof ProtocolError ? thrown.message : toMortarError(thrown).message;
    return { status: "failed", text };
  });
  await operation.settle(outcome);
}

function outcomeOf({ content, isError, structuredContent }: CallToolResult): OperationOutcome {
  const text = content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
  return {
    status: isError === true ? "failed" : "completed",
    text,
    ...(structuredContent === undefined ? {} : { structured: structuredContent }),
  };
}

/** Both halves say the same: agents show their model only one of them. */
function handedOver(about: { operation: LiveOperation; name: string; elapsedMs: number }): CallToolResult {
  const structuredContent = {
    status: "async",
    operation_id: about.operation.id,
    tool_name: about.name,
    message: `${about.name} takes longer and goes on in the background. Call check_operation_status with this operation_id and wait_seconds to wait for its result; do not call ${about.name} again for it.`,
    elapsed_seconds: Math.round(about.elapsedMs / 1_000),
  };
  return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent };
}

interface Said {
  last: string | undefined;
  operation: LiveOperation | undefined;
  tell(notice: unknown): void;
}

function progressOf(run: RunContext, toolUseId: () => string | undefined): Said {
  let toldMs = -Infinity;
  const said: Said = {
    last: undefined,
    operation: undefined,
    tell: (notice) => {
      const message = messageOf(notice);
      if (message === undefined || message === said.last) return;
      said.last = message;
      if (said.operation !== undefined) return said.operation.tell(message);
      const nowMs = run.deps.clock.now();
      const id = toolUseId();
      if (id === undefined || nowMs - toldMs < progressMs) return;
      toldMs = nowMs;
      run.emit({ type: "tool_progress", tool_use_id: id, message });
    },
  };
  return said;
}

/** What a tool said; a sign of life that says nothing new is none. */
function messageOf(notice: unknown): string | undefined {
  const params = isObject(notice) ? notice["params"] : undefined;
  const message = isObject(params) ? params["message"] : undefined;
  return typeof message === "string" && !message.endsWith("(nothing new)") ? message.slice(0, 500) : undefined;
}

async function endsIn(
  work: Promise<unknown>,
  ms: number,
  { clock, signal }: { readonly clock: RunContext["deps"]["clock"]; readonly signal: AbortSignal },
): Promise<boolean> {
  const over = new AbortController();
  const nap = clock.sleep(ms, AbortSignal.any([signal, over.signal])).then(
    () => false,
    () => true,
  );
  const ended = work.then(
    () => true,
    () => true,
  );
  const isOver = await Promise.race([ended, nap]);
  over.abort();
  return isOver;
}
