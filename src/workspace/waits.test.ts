import { describe, expect, test } from "bun:test";
import { failureOf, inTurn, serve, testClock, workspaceAt } from "./testing.ts";
import { waitForCluster, waitForCommand, waitForContext, waitForRun, waitForStatement } from "./waits.ts";

const options = { timeoutMs: 600_000 };
const context = { clusterId: "c", contextId: "x" };
const states = (...names: readonly string[]) => inTurn(...names.map((state) => () => ({ cluster_id: "c", state })));

describe("a cluster", () => {
  test.each(["RUNNING", "TERMINATED", "ERROR"])("until it is %s", async (end) => {
    await using server = serve(states("PENDING", "RESTARTING", end));
    const waited = await waitForCluster(workspaceAt(server.host), "c", options);
    expect(waited).toMatchObject({ last: { state: end }, timedOut: false });
    expect(server.received.length).toBe(3);
  });

  test("reports each state, and returns in time with the last one", async () => {
    await using server = serve(states("PENDING"));
    const told: string[] = [];
    const waited = await waitForCluster(workspaceAt(server.host), "c", {
      timeoutMs: 3000,
      onProgress: ({ state }, { elapsedMs }) => void told.push(`${state} ${elapsedMs}`),
    });
    expect(waited).toMatchObject({ last: { state: "PENDING" }, timedOut: true });
    expect(told).toEqual(["PENDING 0", "PENDING 1000", "PENDING 3000"]);
  });
});

test.each(["Running", "Error"])("a context until it is %s", async (end) => {
  await using server = serve(
    inTurn(
      () => ({ status: "Pending" }),
      () => ({ status: end }),
    ),
  );
  expect(await waitForContext(workspaceAt(server.host), context, options)).toEqual({ last: end, timedOut: false });
});

test.each(["Finished", "Cancelled", "Error"])("a command until it is %s, looking often at first", async (end) => {
  const replies = ["Queued", "Running", "Cancelling", end].map((status) => () => ({ status }));
  await using server = serve(inTurn(...replies));
  const clock = testClock();
  const command = { ...context, commandId: "k" };
  const waited = await waitForCommand(workspaceAt(server.host, { clock }), command, options);
  expect(waited).toMatchObject({ last: { commandId: "k", state: end }, timedOut: false });
  expect(clock.sleeps).toEqual([250, 500, 750]);
});

test("a command whose context vanishes ends the wait with the hint", async () => {
  await using server = serve(
    inTurn(
      () => ({ status: "Running" }),
      () => Response.json({ error: "ContextNotFound" }, { status: 500 }),
    ),
  );
  const command = { ...context, commandId: "k" };
  const error = await failureOf(waitForCommand(workspaceAt(server.host), command, options));
  expect(error.code).toBe("not_found");
});

test.each(["TERMINATED", "SKIPPED", "INTERNAL_ERROR"])("a run until it is %s", async (end) => {
  const replies = ["QUEUED", "BLOCKED", "WAITING_FOR_RETRY", "TERMINATING", end].map((life_cycle_state) => () => ({
    run_id: 1,
    state: { life_cycle_state },
  }));
  await using server = serve(inTurn(...replies));
  const waited = await waitForRun(workspaceAt(server.host), "1", options);
  expect(waited).toMatchObject({ last: { state: { lifeCycle: end } }, timedOut: false });
  expect(server.received.length).toBe(5);
});

test("a statement until it has ended", async () => {
  const replies = ["PENDING", "RUNNING", "FAILED"].map((state) => () => ({ statement_id: "s", status: { state } }));
  await using server = serve(inTurn(...replies));
  const waited = await waitForStatement(workspaceAt(server.host), "s", options);
  expect(waited).toMatchObject({ last: { state: "FAILED" }, timedOut: false });
});

test("abort ends a wait", async () => {
  await using server = serve(states("PENDING"));
  const controller = new AbortController();
  const clock = testClock(() => controller.abort());
  const wait = waitForCluster(workspaceAt(server.host, { clock }), "c", { ...options, signal: controller.signal });
  expect((await failureOf(wait)).code).toBe("interrupted");
  expect(server.received.length).toBe(1);
});
