import { describe, expect, test } from "bun:test";
import { ProtocolError, type CallToolResult, type ServerContext } from "@modelcontextprotocol/server";
import type { CallRequest } from "../../../mcp/call.ts";
import { createSession } from "../../../mcp/session.ts";
import { testDeps } from "../../../proxy/testing.ts";
import { selectTools } from "../../../tools/selection.ts";
import type { AnyEvent, Operation } from "../../contract/events.ts";
import { createCallBook } from "./call-book.ts";
import { createGrants } from "./grants.ts";
import { handOver } from "./handover.ts";
import { createOperations, type OperationParts } from "./operations.ts";
import type { RunContext } from "./run-context.ts";

/** Operations in memory. */
function operationStore() {
  const rows = new Map<string, Operation & { project_id: string; user: string }>();
  const cancels = new Set<string>();
  const refused = Promise.withResolvers<void>();
  let isAway = false;
  const store = {
    put: async (row: Operation & { project_id: string; user: string }) => {
      if (isAway) {
        refused.resolve();
        throw new Error("away");
      }
      rows.set(row.id, row);
    },
    get: async (id: string) => {
      const row = rows.get(id);
      return row === undefined ? undefined : { ...row, cancel_requested: cancels.has(id) };
    },
    list: async () => [...rows.values()],
    requestCancel: async (id: string) => void cancels.add(id),
    cancelled: async (ids: readonly string[]) => ids.filter((id) => cancels.has(id)),
    lose: async () => [],
  } satisfies OperationParts["store"]["operations"];
  /** From now on nothing can be written; resolves when that was tried. */
  const away = (): Promise<void> => {
    isAway = true;
    return refused.promise;
  };
  return { store, rows, away };
}

function bench() {
  const events: AnyEvent[] = [];
  const ending = new AbortController();
  const client = new AbortController();
  const kept = operationStore();
  const deps = testDeps();
  const book = () =>
    createOperations({
      store: { operations: kept.store },
      clock: deps.clock,
      emit: (_place, event) => events.push(event),
      pollMs: 5,
    });
  const operations = book();
  const run: RunContext = {
    runId: "r",
    conversationId: "c",
    projectId: "p",
    user: "ann",
    folder: "/nowhere",
    isShared: false,
    deps,
    source: { open: () => Promise.reject(new Error("not asked")), forget: () => undefined },
    selection: selectTools(),
    session: createSession(),
    mode: { current: "ask" },
    calls: createCallBook(),
    grants: createGrants(),
    signal: ending.signal,
    emit: (event) => events.push(event),
  };
  const running = new Set<Promise<unknown>>();
  const call = (work: (request: CallRequest) => Promise<CallToolResult>, handoverMs: number) =>
    handOver({ operations, handoverMs, track: (one) => running.add(one) }, run, {
      name: "slow_tool",
      toolUseId: () => "t1",
      request: { signal: client.signal, notify: () => Promise.resolve() } as unknown as ServerContext["mcpReq"],
      run: work,
    });
  return { events, ending, client, operations, elsewhere: book(), call, running, rows: kept.rows, away: kept.away };
}

const says = (text: string, more: Partial<CallToolResult> = {}): CallToolResult => ({
  content: [{ type: "text", text }],
  ...more,
});

const tell = (request: CallRequest, message: string): Promise<void> =>
  request.notify({ method: "notifications/progress", params: { progressToken: "x", progress: 1, message } });

describe("a call", () => {
  test("that is quick is answered as it is, and tells how far it is where it was called", async () => {
    const { call, events, rows } = bench();
    const result = await call(async (request) => {
      await tell(request, "half way");
      await tell(request, "half way (nothing new)");
      return says("done", { structuredContent: { n: 1 } });
    }, 10_000);
    expect(result).toEqual(says("done", { structuredContent: { n: 1 } }));
    expect(events).toEqual([{ type: "tool_progress", tool_use_id: "t1", message: "half way" }]);
    expect(rows.size).toBe(0);
  });

  test("that is slow tells how far it is as an operation, and what came of it", async () => {
    const { call, events, running, operations, rows } = bench();
    const goOn = Promise.withResolvers<void>();
    const result = await call(async (request) => {
      await tell(request, "first part");
      await goOn.promise;
      await tell(request, "second part");
      return says("done", { structuredContent: { n: 1 } });
    }, 5);
    const id = String((result.structuredContent as Record<string, unknown>)["operation_id"]);
    expect(rows.get(id)).toMatchObject({ status: "running", progress: "first part", tool_use_id: "t1" });
    goOn.resolve();
    await Promise.all(running);
    expect(rows.get(id)).toMatchObject({ status: "completed", result: "done", progress: "second part" });
    expect(operations.structured(id)).toEqual({ n: 1 });
    expect(operations.own()).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: "operation", operation: { status: "completed", result: "done" } });
  });

  test.each([
    ["throws", () => Promise.reject(new ProtocolError(-32_602, "no such thing")), "no such thing"],
    ["answers with an error", () => Promise.resolve(says("error: refused", { isError: true })), "error: refused"],
  ] as const)("that is slow and %s has failed", async (_how, end, text) => {
    const { call, running, rows } = bench();
    const goOn = Promise.withResolvers<void>();
    await call(async () => (await goOn.promise, await end()), 5);
    goOn.resolve();
    await Promise.all(running);
    expect([...rows.values()]).toMatchObject([{ status: "failed", result: text }]);
  });

  test("ends with its client and with its run, until it is handed over", async () => {
    for (const by of ["client", "ending"] as const) {
      const one = bench();
      const stopped = Promise.withResolvers<void>();
      const result = one.call(async ({ signal }) => {
        signal.addEventListener("abort", () => stopped.resolve());
        await stopped.promise;
        return says("stopped", { isError: true });
      }, 10_000);
      one[by].abort();
      expect(await result).toMatchObject({ isError: true });
      expect(one.rows.size).toBe(0);
    }
    const late = bench();
    const goOn = Promise.withResolvers<void>();
    await late.call(async ({ signal }) => (await goOn.promise, says(signal.aborted ? "stopped" : "went on")), 5);
    late.client.abort();
    late.ending.abort();
    goOn.resolve();
    await Promise.all(late.running);
    expect([...late.rows.values()]).toMatchObject([{ status: "completed", result: "went on" }]);
  });

  test("that is cancelled from elsewhere ends as cancelled", async () => {
    const { call, running, rows, elsewhere } = bench();
    await call(
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
      5,
    );
    const [id = ""] = [...rows.keys()];
    expect(await elsewhere.cancel(id)).toMatchObject({ status: "cancelled" });
    await Promise.all(running);
    expect(rows.get(id)).toMatchObject({ status: "cancelled" });
  });

  test("is waited for where it cannot be written down that it goes on", async () => {
    const { call, away } = bench();
    const refused = away();
    const result = await call(async () => (await refused, says("done")), 5);
    expect(result).toEqual(says("done"));
  });
});
