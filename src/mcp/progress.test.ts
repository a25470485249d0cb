import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { progressOf } from "./progress.ts";

interface Notice {
  readonly params: { readonly progress: number; readonly message: string; readonly total?: number };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function at(token: string | undefined) {
  const told: Notice["params"][] = [];
  const caller = new AbortController();
  const request = {
    ...(token === undefined ? {} : { _meta: { progressToken: token } }),
    signal: caller.signal,
    notify: async (notice: unknown) => void told.push((notice as Notice).params),
  };
  return { told, caller, progress: progressOf(request, 1_000) };
}

test("a long silence is broken, with what was told last, and the number grows", () => {
  const { told, progress } = at("t");
  progress.tell("3 of 7 tasks", 3, 7);
  jest.advanceTimersByTime(3_500);
  expect(told.map(({ message }) => message)).toEqual(["3 of 7 tasks", ...Array(3).fill("3 of 7 tasks (nothing new)")]);
  for (const [index, { progress: done }] of told.entries())
    expect(done).toBeGreaterThan(told[index - 1]?.progress ?? -1);
  progress.tell("7 of 7 tasks", 7, 7);
  expect(told.at(-1)).toMatchObject({ message: "7 of 7 tasks", progress: 7, total: 7 });
});

test("who says something needs no sign of life", () => {
  const { told, progress } = at("t");
  for (let step = 0; step < 5; step++) {
    jest.advanceTimersByTime(900);
    progress.tell(`step ${step}`);
  }
  expect(told).toHaveLength(5);
});

test.each([
  ["the call has ended", (one: ReturnType<typeof at>) => one.progress.stop()],
  ["the caller has gone", (one: ReturnType<typeof at>) => one.caller.abort()],
])("nothing is told when %s", (_when, end) => {
  const one = at("t");
  one.progress.tell("at work");
  end(one);
  jest.advanceTimersByTime(10_000);
  expect(one.told).toHaveLength(1);
});

test("nor to a caller who did not ask for it", () => {
  const { told, progress } = at(undefined);
  progress.tell("at work");
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
});
