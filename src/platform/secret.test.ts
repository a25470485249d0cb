// A secret shows itself to nobody but who asks by name.
import { expect, test } from "bun:test";
import { inspect } from "node:util";
import { isTokenText, Secret } from "./secret.ts";

const secret = new Secret("hunter2");

test("reveal gives it out", () => {
  expect(secret.reveal()).toBe("hunter2");
});

test.each([
  ["a template", `${secret}`],
  ["String", String(secret)],
  ["concatenation", "x" + String(secret)],
  ["JSON", JSON.stringify({ secret, list: [secret] })],
  ["node's inspect", inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
  ["Bun's inspect", Bun.inspect({ deep: { secret } })],
  ["its keys", Object.keys(secret).join() + JSON.stringify(Object.getOwnPropertyNames(secret))],
  ["a copy", JSON.stringify({ ...secret })],
  ["an error", String(new Error(`failed with ${secret}`))],
])("%s does not show it", (_name, shown) => {
  expect(shown).not.toContain("hunter2");
});

test("a token is visible characters, and some", () => {
  expect(["dapi0123", "eyJ.a-b_c.d~+/="].every(isTokenText)).toBe(true);
  expect(["", " a", "a b", "a\nb", "a\u2019", "a\u0000", 7, undefined].some(isTokenText)).toBe(false);
});
