import { describe, expect, test } from "bun:test";
import { runStateOf } from "./run-state.ts";

const done = (code: string, type = "CLIENT_ERROR") => ({
  status: { state: "TERMINATED", termination_details: { code, type, message: "because" } },
});

describe("runStateOf", () => {
  test("reads the older shape", () => {
    const state = { life_cycle_state: "QUEUED", state_message: "waits", queue_reason: "The workspace is full" };
    expect(runStateOf({ state })).toEqual({
      lifeCycle: "QUEUED",
      result: undefined,
      message: "waits",
      queueReason: "The workspace is full",
      terminationCode: undefined,
      terminationType: undefined,
      ended: false,
    });
  });

  test("reads the newer shape into the same words", () => {
    expect(runStateOf(done("RUN_EXECUTION_ERROR"))).toEqual({
      lifeCycle: "TERMINATED",
      result: "FAILED",
      message: "because",
      queueReason: undefined,
      terminationCode: "RUN_EXECUTION_ERROR",
      terminationType: "CLIENT_ERROR",
      ended: true,
    });
  });

  test.each<[string, string, string | undefined]>([
    ["SUCCESS", "TERMINATED", "SUCCESS"],
    ["SUCCESS_WITH_FAILURES", "TERMINATED", "SUCCESS_WITH_FAILURES"],
    ["USER_CANCELED", "TERMINATED", "CANCELED"],
    ["CANCELED", "TERMINATED", "CANCELED"],
    ["CLUSTER_ERROR", "TERMINATED", "FAILED"],
    ["SOMETHING_NEW", "TERMINATED", "FAILED"],
    ["INTERNAL_ERROR", "INTERNAL_ERROR", "FAILED"],
    ["SKIPPED", "SKIPPED", undefined],
    ["DISABLED", "SKIPPED", "DISABLED"],
    ["MAX_CONCURRENT_RUNS_EXCEEDED", "SKIPPED", "MAXIMUM_CONCURRENT_RUNS_REACHED"],
  ])("the newer %s is %s %p", (code, lifeCycle, result) => {
    const state = runStateOf(done(code));
    expect([state.lifeCycle, state.result]).toEqual([lifeCycle, result]);
    expect(state.ended).toBe(true);
  });

  test.each<[string, string, boolean]>([
    ["BLOCKED", "BLOCKED", false],
    ["WAITING", "WAITING_FOR_RETRY", false],
    ["RUNNING", "RUNNING", false],
    ["TERMINATING", "TERMINATING", false],
  ])("the newer %s is %s", (state, lifeCycle, ended) => {
    expect(runStateOf({ status: { state } })).toMatchObject({ lifeCycle, ended });
  });

  test("with both shapes the older one decides and the newer one explains", () => {
    const state = { life_cycle_state: "TERMINATED", result_state: "TIMEDOUT", state_message: "" };
    expect(runStateOf({ state, ...done("CANCELED") })).toMatchObject({
      result: "TIMEDOUT",
      message: "because",
      terminationCode: "CANCELED",
    });
  });

  test("says why it waits in the newer shape too", () => {
    const status = { state: "QUEUED", queue_details: { code: "MAX_CONCURRENT_RUNS", message: "One at a time" } };
    expect(runStateOf({ status })).toMatchObject({ lifeCycle: "QUEUED", queueReason: "One at a time", ended: false });
  });

  test.each(["TERMINATED", "SKIPPED", "INTERNAL_ERROR"])("%s is an end", (life_cycle_state) => {
    expect(runStateOf({ state: { life_cycle_state } }).ended).toBe(true);
  });

  test("a run that says nothing has not ended", () => {
    expect(runStateOf({})).toMatchObject({ lifeCycle: "PENDING", ended: false });
  });
});
