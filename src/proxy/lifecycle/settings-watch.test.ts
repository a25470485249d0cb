import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readSettings, updateSettings } from "../../platform/settings.ts";
import { testHome, until } from "./testing.ts";
import { watchSettings } from "./settings-watch.ts";

test("settings that are written are read again, also for the second time; no other file counts", async () => {
  await using home = await testHome();
  const { deps } = home;
  await mkdir(deps.paths.data, { recursive: true });
  const ending = new AbortController();
  const seen: unknown[] = [];
  let reads = 0;
  watchSettings(
    deps,
    async () => {
      reads += 1;
      seen.push((await readSettings(deps, "usage"))["dailyUsd"]);
    },
    ending.signal,
  );
  await Bun.write(join(deps.paths.data, "usage.db"), "x");
  for (const dailyUsd of [1, 2]) {
    await updateSettings(deps, "usage", (present) => ({ ...present, dailyUsd }));
    await until(() => seen.includes(dailyUsd));
  }
  // Had the other file counted, it would have been read before there was an amount.
  expect(seen[0]).toBe(1);
  ending.abort();
  const before = reads;
  const later = new AbortController();
  const isSeen = Promise.withResolvers<void>();
  watchSettings(deps, () => Promise.resolve(isSeen.resolve()), later.signal);
  await updateSettings(deps, "usage", (present) => ({ ...present, dailyUsd: 3 }));
  await isSeen.promise;
  expect(reads).toBe(before);
  later.abort();
});

test("a folder that is not there is said, and throws nothing", async () => {
  await using home = await testHome();
  const ending = new AbortController();
  watchSettings(home.deps, () => Promise.resolve(), ending.signal);
  ending.abort();
  expect(home.said).toEqual([]);
});
