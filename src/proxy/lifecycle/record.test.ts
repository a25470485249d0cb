import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { recordFile } from "./places.ts";
import { parseRecord, readRecord, removeRecord, urlOf, writeRecord, type ProxyRecord } from "./record.ts";
import { testHome } from "./testing.ts";

const record: ProxyRecord = {
  pid: 4_711,
  processStart: "12345",
  kind: "demand",
  version: "1.2.3",
  port: 49_153,
  scheme: "https",
  hostname: "localhost",
  startedAt: 1_700_000_000_000,
  idleTimeoutMs: 1_800_000,
  logFile: "/log",
  verbose: false,
  tls: { certFile: "/cert.pem", keyFile: "/key.pem" },
  upstream: { url: "https://gateway.example", trusted: true },
};

test("a record is read as it was written, by this user alone", async () => {
  await using made = await testHome();
  expect(await readRecord(made.deps)).toBeUndefined();
  await writeRecord(made.deps, record);
  expect(await readRecord(made.deps)).toEqual(record);
  expect(urlOf(record)).toBe("https://localhost:49153");
  if (made.deps.os !== "win32") expect((await stat(recordFile(made.deps))).mode & 0o777).toBe(0o600);
});

test("only its own proxy removes a record; one that nobody understands goes", async () => {
  await using made = await testHome();
  await writeRecord(made.deps, record);
  await removeRecord(made.deps, 1);
  expect(await readRecord(made.deps)).toEqual(record);
  await removeRecord(made.deps, record.pid);
  expect(existsSync(recordFile(made.deps))).toBe(false);
  await mkdir(dirname(recordFile(made.deps)), { recursive: true });
  await writeFile(recordFile(made.deps), "{half");
  expect(await readRecord(made.deps)).toBeUndefined();
  await removeRecord(made.deps, 1);
  expect(existsSync(recordFile(made.deps))).toBe(false);
});

describe("what is not a record is none", () => {
  test.each([
    ["nothing", ""],
    ["half of it", JSON.stringify(record).slice(0, 40)],
    ["another kind of JSON", "[]"],
    ["null", "null"],
    ["a host elsewhere", JSON.stringify({ ...record, hostname: "evil.example" })],
    ["another scheme", JSON.stringify({ ...record, scheme: "file" })],
    ["a pid that is text", JSON.stringify({ ...record, pid: "1" })],
    ["an unknown kind", JSON.stringify({ ...record, kind: "x" })],
    ["no log", JSON.stringify({ ...record, logFile: undefined })],
  ])("%s", (_name, text) => {
    expect(parseRecord(text)).toBeUndefined();
  });
});
