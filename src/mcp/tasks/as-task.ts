// A call that becomes a task when it takes long: its client gets a handle, and the call goes on.
import {
  ProtocolError,
  type CallToolResult,
  type InputRequiredResult,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Clock } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import type { CallRequest } from "../call.ts";
import type { CallTask, Outcome, TaskStore } from "./task-store.ts";

type Result = CallToolResult | InputRequiredResult;

export interface TaskSurroundings {
  readonly clock: Clock;
  readonly tasks: TaskStore;
  /** Takes note of what goes on, so that it ends with the server. */
  track(call: Promise<unknown>): void;
  /** How long a call may take before it becomes a task, in milliseconds. */
  readonly patienceMs?: number;
}

const usualPatienceMs = 2_000;

/**
 * What `call` gives, or a handle where it takes longer than the patience after it has begun to run: questions come first. The
 * call ends with its request until then, and with the task afterwards.
 */
export async function asTask(
  request: CallRequest,
  { clock, tasks, track, patienceMs = usualPatienceMs }: TaskSurroundings,
  call: (request: CallRequest) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController();
  const end = (): void => ending.abort(request.signal.reason);
  if (request.signal.aborted) end();
  request.signal.addEventListener("abort", end, { once: true });
  const begun = Promise.withResolvers<void>();
  let task: CallTask | undefined;
  let said: string | undefined;
  const result = call({
    ...request,
    signal: ending.signal,
    started: () => begun.resolve(),
    _meta: { ...request._meta, progressToken: request._meta?.progressToken ?? "task" },
    notify: async (notice) => {
      said = messageOf(notice) ?? said;
      if (task !== undefined) return task.tell(said ?? "working");
      if (request._meta?.progressToken !== undefined) await request.notify(notice);
    },
  });
  const isOver = await Promise.race([
    result.then(
      () => true,
      () => true,
    ),
    begun.promise
      .then(() => clock.sleep(patienceMs, ending.signal))
      .then(
        () => false,
        () => true,
      ),
  ]);
  request.signal.removeEventListener("abort", end);
  if (isOver) {
    if (request.signal.aborted) end();
    return await result;
  }
  task = tasks.open(clock, () => ending.abort());
  if (said !== undefined) task.tell(said);
  track(follow(result, task));
  return { resultType: "task", ...task.view() } as unknown as Result;
}

async function follow(result: Promise<Result>, task: CallTask): Promise<void> {
  try {
    task.settle(outcomeOf(await result));
  } catch (thrown) {
    task.settle(failureOf(thrown));
  }
}

function messageOf({ params }: Parameters<ServerContext["mcpReq"]["notify"]>[0]): string | undefined {
  const message = isObject(params) ? params["message"] : undefined;
  return typeof message === "string" ? message : undefined;
}

function outcomeOf(result: Result): Outcome {
  if ("content" in result) return { result: result as CallToolResult };
  return { error: { code: -32_603, message: "The call asked a question after it had begun" } };
}

function failureOf(thrown: unknown): Outcome {
  if (thrown instanceof ProtocolError) return { error: { code: thrown.code, message: thrown.message } };
  return { error: { code: -32_603, message: "The call failed unexpectedly" } };
}
