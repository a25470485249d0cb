import { describe, expect, test } from "bun:test";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Secret } from "../../platform/secret.ts";
import { checkKeyText, ensureKey, readKey, replaceKey } from "./local-key.ts";
import { keyFile } from "./places.ts";
import { testHome } from "./testing.ts";

test("the key is made once, is long, and is this user's alone", async () => {
  await using made = await testHome();
  expect(await readKey(made.deps)).toBeUndefined();
  const key = await ensureKey(made.deps);
  expect(key.reveal()).toMatch(/^mortar-[\w-]{43}$/);
  expect((await ensureKey(made.deps)).reveal()).toBe(key.reveal());
  if (made.deps.os !== "win32") expect((await stat(keyFile(made.deps))).mode & 0o777).toBe(0o600);
});

test("a key of the person's own takes its place, and stays", async () => {
  await using made = await testHome();
  await ensureKey(made.deps);
  await replaceKey(made.deps, new Secret("a-key-of-my-own-0123"));
  expect((await ensureKey(made.deps)).reveal()).toBe("a-key-of-my-own-0123");
  expect(await readFile(keyFile(made.deps), "utf8")).toBe("a-key-of-my-own-0123\n");
});

test("a file of nothing, or of what no header can carry, is no key; a new one is made", async () => {
  await using made = await testHome();
  await mkdir(dirname(keyFile(made.deps)), { recursive: true });
  for (const text of ["", "\n", "two words\n", "línea\n"]) {
    await writeFile(keyFile(made.deps), text);
    expect(await readKey(made.deps)).toBeUndefined();
  }
  expect((await ensureKey(made.deps)).reveal()).toStartWith("mortar-");
});

test.skipIf(process.platform === "win32")(
  "a key that others can read is closed to them, and that is said",
  async () => {
    await using made = await testHome();
    await ensureKey(made.deps);
    await chmod(keyFile(made.deps), 0o644);
    await readKey(made.deps);
    expect((await stat(keyFile(made.deps))).mode & 0o777).toBe(0o600);
    expect(made.said.join("")).toContain("could be read by others");
  },
);

describe("no key is", () => {
  test.each([
    ["what every older proxy had", "proxy-managed"],
    ["Codex's of old", "databricks-proxy"],
    ["a short one", "secret"],
    ["one that no request may carry", "k".repeat(513)],
    ["one with spaces", "a key with some spaces"],
    ["one that breaks out of a header", "0123456789abcdef\r\nx: y"],
  ])("%s", (_name, text) => {
    expect(() => checkKeyText(new Secret(text))).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
