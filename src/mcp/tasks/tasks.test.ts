// Calls that become tasks: when, what their client sees, and how they end.
import { describe, expect, test } from "bun:test";
import { ProtocolError, type CallToolResult } from "@modelcontextprotocol/server";
import { testClock } from "../../workspace/testing.ts";
import type { CallRequest } from "../call.ts";
import { asTask } from "./as-task.ts";
import { createTaskStore, type TaskView } from "./task-store.ts";

const done: CallToolResult = { content: [{ type: "text", text: "done" }] };

/** A call that has begun to run and ends when it is told to, on a clock whose waits are over at once. */
function stage(options: { token?: string; begins?: boolean } = {}) {
  const tasks = createTaskStore();
  const clock = testClock();
  const caller = new AbortController();
  const call = Promise.withResolvers<CallToolResult>();
  const told: string[] = [];
  const followed: Promise<unknown>[] = [];
  let inner: CallRequest | undefined;
  const request = {
    signal: caller.signal,
    ...(options.token === undefined ? {} : { _meta: { progressToken: options.token } }),
    notify: async ({ params }: { params: { message: string } }) => void told.push(params.message),
  } as unknown as CallRequest;
  const surroundings = { clock, tasks, track: (one: Promise<unknown>) => void followed.push(one), patienceMs: 10 };
  const answer = asTask(request, surroundings, async (own) => {
    inner = own;
    own.signal.addEventListener("abort", () => call.reject(new DOMException("", "AbortError")), { once: true });
    if (options.begins !== false) own.started?.();
    return await call.promise;
  });
  const view = (taskId: string): TaskView | undefined => tasks.find(clock, taskId)?.view();
  return { answer: answer as Promise<unknown>, call, caller, clock, told, followed, view, tasks, inner: () => inner };
}

const notice = (message: string) => ({ method: "notifications/progress", params: { progressToken: "task", message } });

describe("a call", () => {
  test("that ends at once is no task", async () => {
    const { answer, call } = stage();
    call.resolve(done);
    expect(await answer).toEqual(done);
  });

  test("that takes long is answered with a handle, and its result is there when it has ended", async () => {
    const { answer, call, view, inner, followed } = stage();
    const created = (await answer) as TaskView & { resultType: string };
    expect(created).toMatchObject({ resultType: "task", status: "working" });
    for (const ms of [created.ttlMs, created.pollIntervalMs]) expect(Number.isInteger(ms)).toBe(true);
    expect(created).not.toHaveProperty("requestState");
    expect(view(created.taskId)?.status).toBe("working");
    await inner()?.notify(notice("3 of 7 tasks"));
    expect(view(created.taskId)?.statusMessage).toBe("3 of 7 tasks");
    call.resolve({ ...done, isError: true });
    await Promise.all(followed);
    // A tool that fails has completed; the protocol fails otherwise.
    expect(view(created.taskId)).toMatchObject({ status: "completed", result: { isError: true } });
  });

  test("that asks is no task before it was answered", async () => {
    const { answer, call } = stage({ begins: false });
    call.resolve(done);
    expect(await answer).toEqual(done);
  });

  test("whose client asked for progress gets it until it has the handle", async () => {
    const { answer, told, inner, call } = stage({ token: "mine" });
    await inner()?.notify(notice("early"));
    await answer;
    await inner()?.notify(notice("late"));
    expect(told).toEqual(["early"]);
    call.resolve(done);
  });

  test("that breaks the protocol has failed", async () => {
    const { answer, call, view, followed } = stage();
    const { taskId } = (await answer) as TaskView;
    call.reject(new ProtocolError(-32_602, "Unknown tool: x"));
    await Promise.all(followed);
    expect(view(taskId)).toMatchObject({ status: "failed", error: { code: -32_602, message: "Unknown tool: x" } });
    expect(view(taskId)).not.toHaveProperty("result");
  });

  test("tells nothing of a defect of ours", async () => {
    const { answer, call, view, followed } = stage();
    const { taskId } = (await answer) as TaskView;
    call.reject(new TypeError("dapi0123456789 of /home/someone"));
    await Promise.all(followed);
    expect(JSON.stringify(view(taskId))).not.toMatch(/dapi|someone/);
  });
});

describe("its end", () => {
  test("comes with the request's before it is a task, and not afterwards", async () => {
    const early = stage({ begins: false });
    early.caller.abort();
    expect(await early.answer.catch((thrown: Error) => thrown.name)).toBe("AbortError");
    const late = stage();
    const { taskId } = (await late.answer) as TaskView;
    late.caller.abort();
    expect(late.inner()?.signal.aborted).toBe(false);
    expect(late.view(taskId)?.status).toBe("working");
    late.call.resolve(done);
  });

  test("can be asked for, once and for good", async () => {
    const { answer, call, tasks, clock, inner, followed, view } = stage();
    const { taskId } = (await answer) as TaskView;
    tasks.find(clock, taskId)?.cancel();
    expect(inner()?.signal.aborted).toBe(true);
    call.resolve(done);
    await Promise.all(followed);
    tasks.find(clock, taskId)?.cancel();
    expect(view(taskId)).toMatchObject({ status: "cancelled" });
    expect(view(taskId)).not.toHaveProperty("result");
  });

  test("is kept for as long as was promised, and for its caller alone", async () => {
    const { answer, call, tasks, clock, followed } = stage();
    const { taskId, ttlMs } = (await answer) as TaskView;
    call.resolve(done);
    await Promise.all(followed);
    const at = (ms: number) => ({ ...clock, now: () => clock.now() + ms });
    expect(createTaskStore().find(clock, taskId)).toBeUndefined();
    expect(tasks.find(at(ttlMs - 1_000), taskId)?.view().status).toBe("completed");
    expect(tasks.find(at(ttlMs + 1_000), taskId)).toBeUndefined();
  });
});
