import { expect, test } from "bun:test";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { settingsFile } from "../../platform/settings.ts";
import { openLiveSettings } from "./live-settings.ts";
import { testHome, type TestHome } from "./testing.ts";

const good = '{"usage":{"dailyUsd":5},"proxy":{"profile":"team"}}\n';

async function write({ deps }: TestHome, text: string): Promise<void> {
  await mkdir(dirname(settingsFile(deps)), { recursive: true });
  await writeFile(settingsFile(deps), text);
}

test.each(["{", "", "[]", '{"usage":', "\0\0\0"])(
  "a file that became %j leaves what held, and is told once",
  async (text) => {
    await using made = await testHome();
    await write(made, good);
    const live = await openLiveSettings(made.deps);
    await write(made, text);
    for (let look = 0; look < 3; look++) await live.refresh();
    expect(live.section("usage")).toEqual({ dailyUsd: 5 });
    expect(live.section("proxy")).toEqual({ profile: "team" });
    expect(live.trouble()).toContain(settingsFile(made.deps));
    expect(made.said.filter((line) => line.includes("what was set before still holds"))).toHaveLength(1);

    await write(made, '{"usage":{"dailyUsd":7}}');
    await live.refresh();
    expect([live.section("usage"), live.section("proxy"), live.trouble()]).toEqual([{ dailyUsd: 7 }, {}, undefined]);
  },
);

test("a folder in its place leaves what held too", async () => {
  await using made = await testHome();
  await write(made, good);
  const live = await openLiveSettings(made.deps);
  await rm(settingsFile(made.deps));
  await mkdir(settingsFile(made.deps));
  await live.refresh();
  expect(live.section("usage")).toEqual({ dailyUsd: 5 });
  expect(live.trouble()).toContain("it is a folder");
});

test("a file that is removed leaves nothing", async () => {
  await using made = await testHome();
  await write(made, good);
  const live = await openLiveSettings(made.deps);
  await rm(settingsFile(made.deps));
  await live.refresh();
  expect([live.section("usage"), live.trouble()]).toEqual([{}, undefined]);
});

test("what is broken from the start is as good as empty, and is told", async () => {
  await using made = await testHome();
  await write(made, "{");
  const live = await openLiveSettings(made.deps);
  expect(live.section("usage")).toEqual({});
  expect(made.said.join("\n")).toContain("it is left aside");
});
