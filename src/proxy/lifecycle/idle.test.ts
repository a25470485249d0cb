import { describe, expect, test } from "bun:test";
import { createIdle } from "./idle.ts";

const minute = 60_000;

describe("a proxy that nobody uses", () => {
  const look = (nowMs: number, parts: { busy?: boolean; mark?: number } = {}) => ({
    nowMs,
    busy: false,
    mark: 0,
    ...parts,
  });

  test("ends when the time is over, counted from when it was first looked at", () => {
    const isIdle = createIdle(2 * minute, minute);
    expect([0, 1, 2].map((at) => isIdle(look(at * minute)))).toEqual([false, false, true]);
  });

  test("does not end while a stream runs or a session has a lease, and counts anew after that", () => {
    const isIdle = createIdle(2 * minute, minute);
    const answers = [0, 1, 2, 3, 4, 5, 6].map((at) => isIdle(look(at * minute, { busy: at === 1 || at === 4 })));
    expect(answers).toEqual([false, false, false, true, false, false, true]);
  });

  test("counts anew after a request that came and went between two looks", () => {
    const isIdle = createIdle(2 * minute, minute);
    expect([0, 1, 1, 2, 2].map((mark, at) => isIdle(look(at * minute, { mark })))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  test("is not ended by the sleep of a laptop: a night counts as one look", () => {
    const isIdle = createIdle(30 * minute, minute);
    isIdle(look(0));
    expect(isIdle(look(8 * 60 * minute))).toBe(false);
    for (let at = 1; at < 29; at++) expect(isIdle(look(8 * 60 * minute + at * minute))).toBe(false);
    expect(isIdle(look(8 * 60 * minute + 29 * minute))).toBe(true);
  });

  test("is not kept, nor ended, by a clock that is set back", () => {
    const isIdle = createIdle(2 * minute, minute);
    isIdle(look(100 * minute));
    expect(isIdle(look(10 * minute))).toBe(false);
    expect(isIdle(look(11 * minute))).toBe(false);
    expect(isIdle(look(12 * minute))).toBe(true);
  });

  test("never ends with 0", () => {
    const isIdle = createIdle(0, minute);
    expect([0, 1, 1_000].map((at) => isIdle(look(at * minute)))).toEqual([false, false, false]);
  });
});
