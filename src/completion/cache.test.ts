// The cache of values from far away.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedValues, createCache, type CompletionCache } from "./cache.ts";

let folder: string;
let nowMs: number;
let cache: CompletionCache;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "completion-cache-")), "cache");
  nowMs = 1_800_000_000_000;
  cache = createCache({ folder, now: () => nowMs });
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

const values = [{ value: "a", description: "A" }, { value: "b" }, { value: "c/", partial: true }];
const never = new Promise<void>(() => undefined);

async function theFile(): Promise<string> {
  const name = (await readdir(folder)).find((one) => one.endsWith(".json"));
  if (name === undefined) throw new Error("no file");
  return join(folder, name);
}

test("keeps values, fresh for five minutes, for this user alone", async () => {
  expect(await cache.read("key")).toBeUndefined();
  await cache.write("key", values);
  expect(await cache.read("key")).toEqual({ candidates: values, fresh: true });
  expect(await cache.read("other")).toBeUndefined();
  nowMs += 299_999;
  expect((await cache.read("key"))?.fresh).toBe(true);
  nowMs += 1;
  expect(await cache.read("key")).toEqual({ candidates: values, fresh: false });
  if (process.platform !== "win32") {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(await theFile())).mode & 0o777).toBe(0o600);
  }
});

test("values from the future are not fresh", async () => {
  await cache.write("key", values);
  nowMs -= 1;
  expect((await cache.read("key"))?.fresh).toBe(false);
});

test.each([
  ["nothing", ""],
  ["no JSON", "garbage\u0000"],
  ["another shape", "[]"],
  ["null", "null"],
  ["another version", '{"version":2,"key":"key","savedAtMs":1,"candidates":[]}'],
  ["another key", '{"version":1,"key":"x","savedAtMs":1,"candidates":[]}'],
  ["no time", '{"version":1,"key":"key","candidates":[]}'],
  ["no values", '{"version":1,"key":"key","savedAtMs":1,"candidates":{}}'],
  ["values that are none", '{"version":1,"key":"key","savedAtMs":1,"candidates":["a"]}'],
  ["a mark that is none", '{"version":1,"key":"key","savedAtMs":1,"candidates":[{"value":"a","partial":"yes"}]}'],
  [
    "a description that is none",
    '{"version":1,"key":"key","savedAtMs":1,"candidates":[{"value":"a","description":1}]}',
  ],
])("a file that holds %s counts as none", async (_what, text) => {
  await cache.write("key", values);
  await writeFile(await theFile(), text);
  expect(await cache.read("key")).toBeUndefined();
  await cache.write("key", values);
  expect(await cache.read("key")).toEqual({ candidates: values, fresh: true });
});

test("a file that is too large counts as none", async () => {
  await cache.write("key", [{ value: "x".repeat(5 * 1024 * 1024) }]);
  expect(await cache.read("key")).toBeUndefined();
});

test.skipIf(process.platform === "win32")(
  "what is not a plain file counts as none, and does not hold anyone up",
  async () => {
    await cache.write("key", values);
    const path = await theFile();
    await rm(path);
    await mkdir(path);
    expect(await cache.read("key")).toBeUndefined();
    await rm(path, { recursive: true });
    expect(await Bun.spawn(["mkfifo", path]).exited).toBe(0);
    expect(await cache.read("key")).toBeUndefined();
    await rm(path);
    await cache.write("other", values);
    await symlink(await theFile(), path);
    expect(await cache.read("key")).toBeUndefined();
  },
);

test("a cache that cannot be written is no trouble for readers", async () => {
  await writeFile(folder, "a file where the folder should be");
  expect(await cache.read("key")).toBeUndefined();
  expect(await cache.claim("key")).toBe(false);
  expect(cache.write("key", values)).rejects.toThrow();
  expect(await cachedValues({ cache, key: "key", renew: () => cache.write("key", values), deadline: never })).toEqual(
    [],
  );
});

test("one may renew at a time, and again when the attempt is old", async () => {
  expect(await Promise.all([cache.claim("key"), cache.claim("key"), cache.claim("other")])).toContain(true);
  expect(await cache.claim("key")).toBe(false);
  nowMs += 29_999;
  expect(await cache.claim("key")).toBe(false);
  nowMs += 1;
  expect(await cache.claim("key")).toBe(true);
  expect(await cache.claim("key")).toBe(false);
});

test("fresh values are given without renewing", async () => {
  await cache.write("key", values);
  const renew = () => Promise.reject(new Error("asked"));
  expect(await cachedValues({ cache, key: "key", renew, deadline: never })).toEqual(values);
  expect(await cache.claim("key")).toBe(true);
});

test("old values are given at once, and renewed meanwhile", async () => {
  await cache.write("key", values);
  nowMs += 300_000;
  const renewed = Promise.withResolvers<void>();
  let asked = 0;
  const options = { cache, key: "key", deadline: never, renew: () => ((asked += 1), renewed.promise) };
  expect(await cachedValues(options)).toEqual(values);
  expect(await cachedValues(options)).toEqual(values);
  expect(asked).toBe(1);
});

test("without values one waits for them, until the deadline", async () => {
  const renew = () => cache.write("key", values);
  expect(await cachedValues({ cache, key: "key", renew, deadline: never })).toEqual(values);
  expect(await cachedValues({ cache, key: "slow", renew: () => never, deadline: Promise.resolve() })).toEqual([]);
  // The one who renews is still at it: nobody else waits.
  expect(await cachedValues({ cache, key: "slow", renew: () => never, deadline: never })).toEqual([]);
});

test("a renewal that fails leaves nothing, and is not tried again at once", async () => {
  let asked = 0;
  const renew = () => ((asked += 1), Promise.reject(new Error("no network")));
  expect(await cachedValues({ cache, key: "key", renew, deadline: never })).toEqual([]);
  expect(await cachedValues({ cache, key: "key", renew, deadline: never })).toEqual([]);
  expect(asked).toBe(1);
});
