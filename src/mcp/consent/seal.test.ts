// The seal of a question: what it fits, and what nobody can make of it.
import { describe, expect, test } from "bun:test";
import { openSeal, sealMs, sealOf, type SealKey } from "./seal.ts";

const keyOf = (): SealKey => ({ used: new Map() });
const about = { tool: "delete_secret", input: { scope: "s", key: "k" }, question: "Delete “k”?" };
const nowMs = 1_000_000;

test("it opens for the same call, whatever the order of its arguments, once", () => {
  const key = keyOf();
  const state = sealOf(key, about, nowMs);
  const again = { ...about, input: { key: "k", scope: "s", other: undefined } };
  const opened = openSeal(key, state, { about: again, nowMs: nowMs + 1 });
  expect(opened?.isSameQuestion).toBe(true);
  expect([opened?.spend(), opened?.spend()]).toEqual([true, false]);
  expect(openSeal(key, state, { about, nowMs: nowMs + 2 })?.spend()).toBe(false);
});

test("no two are the same, and none tells what it is about", () => {
  const key = keyOf();
  const states = Array.from({ length: 20 }, () => sealOf(key, about, nowMs));
  expect(new Set(states).size).toBe(20);
  expect(states[0]).not.toContain("delete");
  expect(Buffer.from(states[0] ?? "", "base64url").toString("latin1")).not.toContain("scope");
});

describe("it does not open", () => {
  const key = keyOf();
  const state = sealOf(key, about, nowMs);
  const open = (given: string, more: Partial<typeof about> = {}, at = nowMs, by = key) =>
    openSeal(by, given, { about: { ...about, ...more }, nowMs: at });

  test("for another tool, other arguments, another caller", () => {
    expect(open(state, { tool: "delete_secret_scope" })).toBeUndefined();
    expect(open(state, { input: { scope: "s", key: "k2" } })).toBeUndefined();
    expect(open(state, { input: { scope: "s", key: "k", more: 1 } as never })).toBeUndefined();
    expect(open(state, { input: [["scope", "s"]] as never })).toBeUndefined();
    expect(open(state, {}, nowMs, keyOf())).toBeUndefined();
  });

  test("when it is too old, or says that it is younger", () => {
    expect(open(state, {}, nowMs + sealMs - 1)).toBeDefined();
    expect(open(state, {}, nowMs + sealMs)).toBeUndefined();
    const parts = state.split(".");
    parts[2] = String(nowMs + 10 * sealMs);
    expect(open(parts.join("."))).toBeUndefined();
  });

  test("changed in any place, cut, or made up", () => {
    for (let at = 0; at < state.length; at++) {
      const other = state[at] === "A" ? "B" : "A";
      expect(open(state.slice(0, at) + other + state.slice(at + 1))).toBeUndefined();
    }
    for (const given of ["", "v1", "v1....", state.slice(1), `${state}x`, `${state}.`, ` ${state}`, "x".repeat(1e6)]) {
      expect(open(given)).toBeUndefined();
    }
  });
});

test("a question that has changed since is not the one that was answered", () => {
  const key = keyOf();
  const state = sealOf(key, about, nowMs);
  const changed = { ...about, question: "Delete “k” and 7 more?" };
  expect(openSeal(key, state, { about: changed, nowMs })?.isSameQuestion).toBe(false);
});

test("what was used is remembered for as long as it could be used again, and no longer", () => {
  const key = keyOf();
  for (let at = 0; at < 5; at++) openSeal(key, sealOf(key, about, nowMs), { about, nowMs })?.spend();
  expect(key.used.size).toBe(5);
  const laterMs = nowMs + sealMs;
  openSeal(key, sealOf(key, about, laterMs), { about, nowMs: laterMs })?.spend();
  expect(key.used.size).toBe(1);
});
