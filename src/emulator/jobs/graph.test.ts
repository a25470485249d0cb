// The pure part of a run's graph: cycles, dependents, run_if where tasks were excluded or cancelled, the run's own state.
import { describe, expect, test } from "bun:test";
import type { RunResult, RunState } from "./documents.ts";
import { decide, findCycle, overallState, withDependents, type RunIf } from "./graph.ts";

const node = (key: string, ...dependsOn: string[]): { key: string; dependsOn: string[] } => ({ key, dependsOn });

describe("findCycle", () => {
  test("finds none in a diamond", () => {
    expect(findCycle([node("a"), node("b", "a"), node("c", "a"), node("d", "b", "c")])).toBeUndefined();
  });
  test("names the tasks of one in order", () => {
    expect(findCycle([node("x"), node("a", "c"), node("b", "a"), node("c", "b")])).toEqual(["a", "c", "b", "a"]);
    expect(findCycle([node("a", "a")])).toEqual(["a", "a"]);
  });
});

test("withDependents follows edges to the end", () => {
  const nodes = [node("d", "c"), node("a"), node("b", "a"), node("c", "b"), node("e")];
  expect([...withDependents(nodes, ["b"])].toSorted()).toEqual(["b", "c", "d"]);
});

describe("decide", () => {
  const up = (...results: RunResult[]) => results.map((result) => ({ result, matches: true }));
  const all: RunIf[] = [
    "ALL_SUCCESS",
    "ALL_DONE",
    "NONE_FAILED",
    "AT_LEAST_ONE_SUCCESS",
    "ALL_FAILED",
    "AT_LEAST_ONE_FAILED",
  ];

  test("without dependencies every task runs", () => {
    for (const runIf of all) expect(decide(runIf, [])).toBe("run");
  });
  test("with only excluded dependencies every task is excluded", () => {
    for (const runIf of all) expect(decide(runIf, up("EXCLUDED", "EXCLUDED"))).toBe("EXCLUDED");
    for (const runIf of all) expect(decide(runIf, [{ result: "SUCCESS", matches: false }])).toBe("EXCLUDED");
  });
  test.each<[RunIf, RunResult[], string]>([
    ["ALL_SUCCESS", ["SUCCESS", "EXCLUDED"], "EXCLUDED"],
    ["NONE_FAILED", ["SUCCESS", "EXCLUDED"], "run"],
    ["AT_LEAST_ONE_SUCCESS", ["SUCCESS", "EXCLUDED"], "run"],
    ["ALL_DONE", ["FAILED", "EXCLUDED"], "run"],
    ["ALL_SUCCESS", ["SUCCESS", "CANCELED"], "UPSTREAM_CANCELED"],
    ["ALL_SUCCESS", ["FAILED", "CANCELED"], "UPSTREAM_FAILED"],
    ["ALL_SUCCESS", ["UPSTREAM_CANCELED"], "UPSTREAM_CANCELED"],
    ["ALL_SUCCESS", ["UPSTREAM_FAILED"], "UPSTREAM_FAILED"],
    ["AT_LEAST_ONE_FAILED", ["SUCCESS", "CANCELED"], "run"],
    ["AT_LEAST_ONE_FAILED", ["SUCCESS", "TIMEDOUT"], "run"],
    ["ALL_FAILED", ["FAILED", "UPSTREAM_FAILED"], "run"],
    ["ALL_SUCCESS", ["SUCCESS_WITH_FAILURES"], "run"],
  ])("%s after %j is %s", (runIf, results, expected) => {
    expect(decide(runIf, up(...results))).toBe(expected as never);
  });
});

describe("overallState", () => {
  const ended = (result: RunResult, message = "x"): RunState => ({ lifeCycle: "TERMINATED", result, message });

  test("of one task is that task's", () => {
    expect(overallState([{ ...node("a"), state: ended("TIMEDOUT") }])).toEqual(ended("TIMEDOUT"));
  });
  test("counts excluded leaves as success", () => {
    const tasks = [
      { ...node("a"), state: ended("SUCCESS") },
      { ...node("b", "a"), state: ended("EXCLUDED") },
    ];
    expect(overallState(tasks).result).toBe("SUCCESS");
  });
  test("names every task that failed by itself", () => {
    const tasks = ["a", "b"].map((key) => ({ ...node(key), state: ended("FAILED", "broken") }));
    expect(overallState(tasks).message).toBe("Tasks a, b failed. First message: broken.");
  });
  test("is CANCELED where nothing failed but something was cancelled", () => {
    const tasks = [
      { ...node("a"), state: ended("SUCCESS") },
      { ...node("b"), state: ended("CANCELED") },
    ];
    expect(overallState(tasks)).toMatchObject({ lifeCycle: "TERMINATED", result: "CANCELED", code: "USER_CANCELED" });
  });
});
