import { expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import { openLogFile } from "./log-file.ts";
import { followLog, lastLines } from "./log-reader.ts";
import { nextTurn, testHome, until } from "./testing.ts";

const clock = systemClock;

test("lines carry the time, no secret, and nothing that draws on a terminal", async () => {
  await using made = await testHome();
  const path = join(made.home, "logs", "proxy.log");
  const { log } = openLogFile(path, { clock, verbose: false });
  log.info("Authorization: Bearer dapi0123456789abcdef0123456789abcdef\u001B[2J\nnext");
  log.debug("only with --verbose");
  const text = await readFile(path, "utf8");
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z Authorization: Bearer \*\*\* \[2J next\n$/);
  if (made.deps.os !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.skipIf(process.platform === "win32")("a log that was open to others is closed to them", async () => {
  await using made = await testHome();
  const path = join(made.home, "proxy.log");
  await writeFile(path, "before\n");
  await chmod(path, 0o644);
  openLogFile(path, { clock, verbose: false }).log.info("after");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, "utf8")).toMatch(/^before\n.* after\n$/);
});

test("it is begun anew before it grows too large, and three files are kept", async () => {
  await using made = await testHome();
  const path = join(made.home, "proxy.log");
  const { log } = openLogFile(path, { clock, verbose: false, sizeBytes: 1_000 });
  for (let index = 0; index < 100; index++) log.info(`line ${index} ${"x".repeat(80)}`);
  const names = (await readdir(made.home)).filter((name) => name.startsWith("proxy.log"));
  expect(names.toSorted()).toEqual(["proxy.log", "proxy.log.1", "proxy.log.2"]);
  for (const name of names) {
    const { size, mode } = await stat(join(made.home, name));
    expect(size).toBeLessThan(1_200);
    if (made.deps.os !== "win32") expect(mode & 0o777).toBe(0o600);
  }
  expect(await readFile(path, "utf8")).toContain("line 99 ");
});

test("a place that cannot be written is an error at the start, and a lost line later", async () => {
  await using made = await testHome();
  await writeFile(join(made.home, "file"), "");
  const below = join(made.home, "file", "proxy.log");
  expect(() => openLogFile(below, { clock, verbose: false })).toThrow(expect.objectContaining({ code: "io" }));
  const path = join(made.home, "proxy.log");
  const { log } = openLogFile(path, { clock, verbose: false });
  await mkdir(`${path}.gone`);
  await Bun.file(path).delete();
  await mkdir(path);
  expect(() => log.info("nowhere to go")).not.toThrow();
});

test.skipIf(process.platform === "win32")("what is no file is refused, or left as it is", async () => {
  await using made = await testHome();
  const pipe = join(made.home, "pipe");
  expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
  for (const path of [pipe, made.home]) {
    expect(() => openLogFile(path, { clock, verbose: false })).toThrow(expect.objectContaining({ code: "io" }));
  }
  const { mode } = await stat("/dev/null");
  openLogFile("/dev/null", { clock, verbose: false }).log.info("for nobody");
  expect((await stat("/dev/null")).mode).toBe(mode);
});

test("the last lines reach back into the file before", async () => {
  await using made = await testHome();
  const path = join(made.home, "proxy.log");
  expect(await lastLines(path, 3)).toBeUndefined();
  await writeFile(`${path}.1`, "a\nb\n");
  await writeFile(path, "c\nd\n");
  expect(await lastLines(path, 3)).toEqual(["b", "c", "d"]);
  expect(await lastLines(path, 1)).toEqual(["d"]);
  expect(await lastLines(path, 0)).toEqual([]);
});

test("following goes on when the log is begun anew, and ends with its signal", async () => {
  await using made = await testHome();
  const path = join(made.home, "proxy.log");
  await writeFile(path, "old ".repeat(10));
  const done = new AbortController();
  let text = "";
  const onText = (more: string): void => {
    text += more;
  };
  const following = followLog(path, {
    clock: { now: () => 0, sleep: nextTurn },
    signal: done.signal,
    onText,
  });
  await until(async () => {
    if (!text.includes("appended")) await writeFile(path, "appended\n", { flag: "a" });
    return text.includes("appended\n");
  });
  await writeFile(path, "new\n");
  await until(() => text.endsWith("new\n"));
  expect(text).not.toContain("old");
  done.abort();
  await following;
});

test("following loses nothing of a log that is begun anew and grows at once", async () => {
  await using made = await testHome();
  const path = join(made.home, "proxy.log");
  await writeFile(path, "old\n");
  const done = new AbortController();
  const asleep = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const wake = Promise.withResolvers<void>();
  let text = "";
  let naps = 0;
  const sleep = async (): Promise<void> => {
    asleep[naps++]?.resolve();
    if (naps > 1) done.abort();
    await wake.promise;
  };
  const onText = (more: string): void => {
    text += more;
  };
  const following = followLog(path, { clock: { now: () => 0, sleep }, signal: done.signal, onText });
  await asleep[0]?.promise;
  await writeFile(path, "last of the old one\n", { flag: "a" });
  await rename(path, `${path}.1`);
  await writeFile(path, "a first line that is longer than all before\n");
  wake.resolve();
  await following;
  expect(text).toBe("last of the old one\na first line that is longer than all before\n");
});
