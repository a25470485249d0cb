import { describe, expect, spyOn, test } from "bun:test";
import { pollUntil } from "./poll.ts";
import { failureOf, testClock } from "./testing.ts";

/** Gives 1, 2, 3 ... */
function counter() {
  let count = 0;
  return { ask: async () => ++count, asked: () => count };
}

describe("pollUntil", () => {
  test("asks at once, and waits a second more each time up to ten", async () => {
    const clock = testClock();
    const { ask } = counter();
    const waited = await pollUntil(clock, ask, { timeoutMs: 600_000, done: (count) => count === 14 });
    expect(waited).toEqual({ last: 14, timedOut: false });
    expect(clock.sleeps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10].map((seconds) => seconds * 1000));
  });

  test("the steps can be chosen", async () => {
    const clock = testClock();
    const { ask } = counter();
    const delays = { firstDelayMs: 250, maxDelayMs: 600 };
    await pollUntil(clock, ask, { timeoutMs: 60_000, ...delays, done: (count) => count === 5 });
    expect(clock.sleeps).toEqual([250, 500, 600, 600]);
  });

  test("returns the last state when the time is over, asked once more at the very end", async () => {
    const clock = testClock();
    const { ask } = counter();
    const waited = await pollUntil(clock, ask, { timeoutMs: 4500, done: () => false });
    expect(waited).toEqual({ last: 4, timedOut: true });
    expect(clock.sleeps).toEqual([1000, 2000, 1500]);
  });

  test("no time means one question", async () => {
    const clock = testClock();
    const { ask, asked } = counter();
    expect(await pollUntil(clock, ask, { timeoutMs: 0, done: () => false })).toEqual({ last: 1, timedOut: true });
    expect(await pollUntil(clock, ask, { timeoutMs: 0, done: () => true })).toEqual({ last: 2, timedOut: false });
    expect(asked()).toBe(2);
    expect(clock.sleeps).toEqual([]);
  });

  test("a wait of years gets no timer that fires at once", async () => {
    const set = spyOn(globalThis, "setTimeout");
    try {
      const { ask } = counter();
      await pollUntil(testClock(), ask, { timeoutMs: Number.MAX_SAFE_INTEGER, done: (count) => count === 2 });
      expect(set.mock.calls.map((call) => Number(call[1]))).toEqual([2 ** 31 - 1]);
    } finally {
      set.mockRestore();
    }
  });

  test("a delay of nothing is no busy loop", async () => {
    const clock = testClock();
    const { ask } = counter();
    await pollUntil(clock, ask, { timeoutMs: 1000, firstDelayMs: 0, done: (count) => count === 3 });
    expect(clock.sleeps).toEqual([10, 10]);
  });

  test("tells how far it is after each question that did not end the wait", async () => {
    const told: unknown[] = [];
    const { ask } = counter();
    await pollUntil(testClock(), ask, {
      timeoutMs: 60_000,
      done: (count) => count === 3,
      onProgress: (last, { attempt, elapsedMs }) => void told.push([last, attempt, elapsedMs]),
    });
    expect(told).toEqual([
      [1, 1, 0],
      [2, 2, 1000],
    ]);
  });

  test("what a question throws ends the wait", async () => {
    const failing = pollUntil(testClock(), () => Promise.reject(new Error("gone")), { timeoutMs: 9, done: () => true });
    expect((await failureOf(failing)).message).toContain("gone");
  });

  test("abort ends it while it sleeps", async () => {
    const controller = new AbortController();
    const clock = testClock(() => controller.abort());
    const { ask, asked } = counter();
    const wait = pollUntil(clock, ask, { timeoutMs: 60_000, signal: controller.signal, done: () => false });
    expect((await failureOf(wait)).code).toBe("interrupted");
    expect(asked()).toBe(1);
  });

  test("abort reaches a question under way", async () => {
    const controller = new AbortController();
    let turn = 0;
    const ask = (signal: AbortSignal | undefined) =>
      new Promise<number>((resolve, reject) => {
        turn += 1;
        if (turn === 1) return resolve(1);
        signal?.addEventListener("abort", () => reject(new Error("ended by its signal")));
        controller.abort();
      });
    const wait = pollUntil(testClock(), ask, { timeoutMs: 60_000, signal: controller.signal, done: () => false });
    expect((await failureOf(wait)).code).toBe("interrupted");
  });

  test("a question that hangs does not prolong the wait: the state before it is the answer", async () => {
    let turn = 0;
    const ask = (signal: AbortSignal | undefined) =>
      new Promise<number>((resolve, reject) => {
        turn += 1;
        if (turn === 1) return resolve(1);
        signal?.addEventListener("abort", () => reject(new Error("ended by its signal")));
      });
    const options = { timeoutMs: 50, graceMs: 1, firstDelayMs: 10, done: () => false };
    expect(await pollUntil(testClock(), ask, options)).toEqual({ last: 1, timedOut: true });
  });
});
