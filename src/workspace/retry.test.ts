import { describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { exhausted, retryAfterMs, retryDelay, type Failure, type FailureKind } from "./retry.ts";

const nowMs = Date.UTC(2026, 0, 1);

function failure(kind: FailureKind, askedMs?: number): Failure {
  const error = new MortarError("rate_limited", "Slow down", { hint: "Wait.", requestId: "r", httpStatus: 429 });
  return { error, kind, retryAfterMs: askedMs, tokenRefused: false };
}
const state = { count: 1, elapsedMs: 0, idempotent: true, random: 0 };

describe("retryAfterMs", () => {
  test.each<[string, number | undefined]>([
    ["3", 3000],
    ["0", 0],
    ["1.5", 1500],
    ["Thu, 01 Jan 2026 00:00:07 GMT", 7000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
  ])("%p is %p", (value, expected) => {
    expect(retryAfterMs(new Headers({ "retry-after": value }), nowMs)).toBe(expected as number);
  });

  test("no header is nothing", () => {
    expect(retryAfterMs(new Headers(), nowMs)).toBeUndefined();
  });
});

describe("retryDelay", () => {
  test("waits as long as it was asked to", () => {
    expect(retryDelay(failure("turned-away", 4000), state)).toBe(4000);
  });

  test("told to come at once, it does so once, and then leaves a second", () => {
    const delays = [1, 2, 30].map((count) => retryDelay(failure("turned-away", 0), { ...state, count }));
    expect(delays).toEqual([0, 1050, 1050]);
    expect(retryDelay(failure("turned-away", 4000), { ...state, count: 2 })).toBe(4000);
  });

  test("else one second more at each turn, up to ten, with jitter of 50 to 750 ms", () => {
    const delays = [1, 2, 10, 30].map((count) => retryDelay(failure("turned-away"), { ...state, count }));
    expect(delays).toEqual([1050, 2050, 10_050, 10_050]);
    expect(retryDelay(failure("turned-away"), { ...state, random: 0.999 })).toBe(1749);
  });

  test("never beyond 300 seconds in all", () => {
    expect(retryDelay(failure("turned-away", 301_000), state)).toBeUndefined();
    expect(retryDelay(failure("turned-away", 2000), { ...state, elapsedMs: 299_000 })).toBeUndefined();
    expect(retryDelay(failure("turned-away", 1000), { ...state, elapsedMs: 299_000 })).toBe(1000);
  });

  test.each<[FailureKind, boolean]>([
    ["turned-away", true],
    ["not-sent", true],
    ["server", false],
    ["network", false],
    ["timeout", false],
    ["final", false],
  ])("%s is tried again for what must not happen twice: %p", (kind, again) => {
    expect(retryDelay(failure(kind), { ...state, idempotent: false }) !== undefined).toBe(again);
  });

  test.each<[FailureKind, number]>([
    ["server", 3],
    ["network", 3],
    ["not-sent", 3],
    ["timeout", 1],
    ["final", 0],
  ])("%s is tried again %d times", (kind, times) => {
    const tries = [1, 2, 3, 4, 5].filter((count) => retryDelay(failure(kind), { ...state, count }) !== undefined);
    expect(tries.length).toBe(times);
  });
});

describe("exhausted", () => {
  test("says how long it waited and what the workspace asks for, and keeps the rest", () => {
    const error = exhausted(failure("turned-away", 400_000), 20_000);
    expect(error.hint).toBe("Wait. The workspace asks to wait 400 seconds. Waited 20 seconds already.");
    expect(error.requestId).toBe("r");
    expect(error.httpStatus).toBe(429);
  });

  test("other failures stay as they are", () => {
    const final = failure("network");
    expect(exhausted(final, 5000)).toBe(final.error);
  });
});
