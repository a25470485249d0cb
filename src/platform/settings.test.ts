import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "./clock.ts";
import { silentLogger } from "./log.ts";
import { readSettings, settingsFile, updateSettings } from "./settings.ts";

let folder = "";
const warnings: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-settings-"));
  warnings.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function deps() {
  const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const paths = { home: folder, data: join(folder, "data"), cache: join(folder, "cache"), run: join(folder, "run") };
  return { paths, clock: systemClock, log };
}

describe("the settings", () => {
  test("are empty before anything was set", async () => {
    expect(await readSettings(deps(), "proxy")).toEqual({});
    expect(warnings).toEqual([]);
  });

  test("that are broken are told of once, however many sections are read, and again when they are broken anew", async () => {
    const once = deps();
    await mkdir(once.paths.data, { recursive: true });
    await writeFile(settingsFile(once), "{broken");
    for (const section of ["proxy", "otel", "proxy"]) expect(await readSettings(once, section)).toEqual({});
    expect(warnings).toHaveLength(1);
    await writeFile(settingsFile(once), "{broken otherwise");
    await readSettings(once, "proxy");
    expect(warnings).toHaveLength(2);
  });

  test("keep what other sections and newer versions wrote", async () => {
    await updateSettings(deps(), "proxy", () => ({ port: 1 }));
    await updateSettings(deps(), "otel", () => ({ on: true }));
    await updateSettings(deps(), "proxy", (present) => ({ ...present, profile: "p" }));
    expect(JSON.parse(await readFile(settingsFile(deps()), "utf8"))).toEqual({
      proxy: { port: 1, profile: "p" },
      otel: { on: true },
    });
    if (process.platform !== "win32") expect((await stat(settingsFile(deps()))).mode & 0o777).toBe(0o600);
  });

  test("lose no change of many at once", async () => {
    const add = (n: number) => updateSettings(deps(), "s", (present) => ({ ...present, [`k${n}`]: n }));
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(n)));
    expect(Object.keys(await readSettings(deps(), "s"))).toHaveLength(20);
  });

  test("are not written when nothing changes, or when the change fails", async () => {
    await updateSettings(deps(), "s", () => undefined);
    const failing = updateSettings(deps(), "s", () => {
      throw new Error("no");
    });
    expect(failing).rejects.toThrow("no");
    await failing.catch(() => undefined);
    expect(await Bun.file(settingsFile(deps())).exists()).toBe(false);
  });

  test.each(["{", "[]", "null", '"x"'])(
    "of garbage (%s) are left aside, and kept when something is set",
    async (text) => {
      await mkdir(join(folder, "data"), { recursive: true });
      await writeFile(settingsFile(deps()), text);
      expect(await readSettings(deps(), "s")).toEqual({});
      expect(warnings).toHaveLength(1);
      await updateSettings(deps(), "s", () => ({ a: 1 }));
      expect(await readSettings(deps(), "s")).toEqual({ a: 1 });
      expect(await readFile(`${settingsFile(deps())}.broken`, "utf8")).toBe(text);
    },
  );
});
