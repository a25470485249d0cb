// What pickers keep: per key, for a while, and never a failure.
import { expect, test } from "bun:test";
import { createKept } from "./kept.ts";

function place() {
  const time = { ms: 0 };
  const kept = createKept({ now: () => time.ms, sleep: () => Promise.resolve() });
  let count = 0;
  const next = (): Promise<number> => Promise.resolve(++count);
  return { time, kept, next };
}

const kept60 = { fresh: false };

test("what was asked for is kept a minute, for its key alone", async () => {
  const { time, kept, next } = place();
  expect(await kept.of(["ada", "", "clusters"], kept60, next)).toBe(1);
  expect(await kept.of(["ada", "", "clusters"], kept60, next)).toBe(1);
  expect(await kept.of(["bob", "", "clusters"], kept60, next)).toBe(2);
  expect(await kept.of(["ada", "clusters"], kept60, next)).toBe(3);
  time.ms = 60_001;
  expect(await kept.of(["ada", "", "clusters"], kept60, next)).toBe(4);
  expect(await kept.of(["ada", "", "clusters"], { fresh: true }, next)).toBe(5);
});

test("a failure is not kept", async () => {
  const { kept, next } = place();
  await expect(kept.of(["a"], kept60, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  await kept.of(["a"], kept60, () => Promise.reject(new Error("away"))).catch(() => undefined);
  expect(await kept.of(["a"], kept60, next)).toBe(1);
});

test("what begins so is forgotten, and nothing beside it", async () => {
  const { kept, next } = place();
  await kept.of(["a", "clusters"], kept60, next);
  await kept.of(["a", "clusters", "more"], kept60, next);
  await kept.of(["a", "clustersides"], kept60, next);
  kept.forget(["a", "clusters"]);
  expect(await kept.of(["a", "clusters"], kept60, next)).toBe(4);
  expect(await kept.of(["a", "clusters", "more"], kept60, next)).toBe(5);
  expect(await kept.of(["a", "clustersides"], kept60, next)).toBe(3);
});
