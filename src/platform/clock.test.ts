// The real clock: its sleep ends, and ends early with its signal.
import { describe, expect, test } from "bun:test";
import { systemClock } from "./clock.ts";

describe("sleep", () => {
  test("ends after its time", async () => {
    const before = systemClock.now();
    await systemClock.sleep(20);
    // Timers count in whole milliseconds, so one may be lost.
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(19);
  });

  test("rejects with the signal's reason, at once where that has fired already", async () => {
    const reason = new DOMException("enough", "AbortError");
    const controller = new AbortController();
    const sleeping = systemClock.sleep(3_600_000, controller.signal);
    controller.abort(reason);
    expect(await sleeping.catch((thrown: unknown) => thrown)).toBe(reason);
    expect(await systemClock.sleep(0, AbortSignal.abort(reason)).catch((thrown: unknown) => thrown)).toBe(reason);
  });

  test("a reason that is no error becomes an AbortError", async () => {
    const thrown = await systemClock.sleep(5, AbortSignal.abort("text")).catch((cause: unknown) => cause);
    expect(thrown).toMatchObject({ name: "AbortError" });
  });

  test.each([2 ** 31 - 1, 2 ** 31, 2 ** 31 + 4, 2 ** 32, 30 * 86_400_000])(
    "%p ms are no moment, though a timer holds 31 bits",
    async (ms) => {
      const controller = new AbortController();
      const long = systemClock.sleep(ms, controller.signal).then(
        () => "ended",
        () => "aborted",
      );
      expect(await Promise.race([long, systemClock.sleep(20).then(() => "waits")])).toBe("waits");
      controller.abort();
      expect(await long).toBe("aborted");
    },
  );
});
