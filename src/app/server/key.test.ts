// The key of the app: made once, for its owner alone, and never told by the cookie that comes of it.
import { afterAll, expect, test } from "bun:test";
import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import type { Deps } from "../../platform/deps.ts";
import { appKey, cookieValue, isSameText } from "./key.ts";

const folder = await mkdtemp(join(tmpdir(), "mortar-key-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const deps = (name: string): Pick<Deps, "paths" | "os" | "clock"> => {
  const run = join(folder, name);
  return { paths: { home: folder, data: run, cache: run, run }, os: "linux", clock: systemClock };
};

test("is the same the next time, and the same for two that begin at once", async () => {
  const [one, other] = await Promise.all([appKey(deps("a")), appKey(deps("a"))]);
  const later = await appKey(deps("a"));
  expect(one.secret.reveal()).toMatch(/^[\w-]{43}$/);
  expect([other.secret.reveal(), later.secret.reveal()]).toEqual([one.secret.reveal(), one.secret.reveal()]);
});

test.skipIf(process.platform === "win32")("is its owner's alone; one that others could read is made anew", async () => {
  const first = await appKey(deps("b"));
  expect((await stat(first.file)).mode & 0o777).toBe(0o600);
  await chmod(first.file, 0o644);
  const second = await appKey(deps("b"));
  expect(second.secret.reveal()).not.toBe(first.secret.reveal());
  expect((await stat(second.file)).mode & 0o777).toBe(0o600);
});

test("is made anew where the file holds something else", async () => {
  const { file } = await appKey(deps("c"));
  await Bun.write(file, "short\n");
  expect((await appKey(deps("c"))).secret.reveal()).toMatch(/^[\w-]{43}$/);
});

test("is not told by its cookie, which is the same for the same key alone", async () => {
  const [one, other] = [await appKey(deps("a")), await appKey(deps("b"))];
  expect(cookieValue(one)).not.toContain(one.secret.reveal());
  expect(cookieValue(one)).toBe(cookieValue(one));
  expect(cookieValue(one)).not.toBe(cookieValue(other));
});

test("texts are compared whole", () => {
  expect([isSameText("a", "a"), isSameText("a", "b"), isSameText("", "a"), isSameText("aa", "a")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
