// Interrupted work: it may end in its own way, and no wait lasts for ever.
import { describe, expect, test } from "bun:test";
import type { Clock } from "../platform/deps.ts";
import { untilInterrupted } from "./interruption.ts";

/** A clock whose sleeps last until `pass` is called, or their signal fires. */
function handClock(): { clock: Clock; pass: () => void; slept: number[]; asleep: Promise<void> } {
  const slept: number[] = [];
  const passed = Promise.withResolvers<void>();
  const asleep = Promise.withResolvers<void>();
  const clock: Clock = {
    now: () => 0,
    sleep: (ms, signal) => {
      slept.push(ms);
      asleep.resolve();
      const ended = Promise.withResolvers<void>();
      signal?.addEventListener("abort", () => ended.reject(new DOMException("over", "AbortError")), { once: true });
      return Promise.race([passed.promise, ended.promise]);
    },
  };
  return { clock, pass: () => passed.resolve(), slept, asleep: asleep.promise };
}

describe("untilInterrupted", () => {
  test("gives what the work gives, and asks for no time", async () => {
    const { clock, slept } = handClock();
    expect(await untilInterrupted(Promise.resolve(7), clock, new AbortController().signal)).toBe(7);
    expect(slept).toEqual([]);
  });

  test("throws what the work throws", async () => {
    const { clock } = handClock();
    const work = Promise.reject(new Error("broken"));
    await expect(untilInterrupted(work, clock, new AbortController().signal)).rejects.toThrow("broken");
  });

  test("an interruption leaves the work its own end", async () => {
    const { clock, asleep } = handClock();
    const interrupt = new AbortController();
    const work = Promise.withResolvers<string>();
    const whole = untilInterrupted(work.promise, clock, interrupt.signal);
    interrupt.abort(new Error("Interrupted"));
    await asleep;
    work.resolve("cleaned up");
    expect(await whole).toBe("cleaned up");
  });

  test("work that does not end is left behind, and what it throws later disturbs nobody", async () => {
    const { clock, asleep, pass, slept } = handClock();
    const interrupt = new AbortController();
    const work = Promise.withResolvers<string>();
    const whole = untilInterrupted(work.promise, clock, interrupt.signal);
    interrupt.abort(new Error("Interrupted"));
    await asleep;
    pass();
    await expect(whole).rejects.toThrow("Interrupted");
    expect(slept).toEqual([2_000]);
    work.reject(new Error("too late"));
  });

  test("an interruption that came before counts", async () => {
    const { clock, pass } = handClock();
    pass();
    const never = new Promise<string>(() => undefined);
    await expect(untilInterrupted(never, clock, AbortSignal.abort(new Error("Interrupted")))).rejects.toThrow(
      "Interrupted",
    );
  });
});
