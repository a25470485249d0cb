// This machine is reached without a proxy, whatever the environment says of others.
import { expect, test } from "bun:test";
import { withoutProxy } from "./environment.ts";
import { takeFlag } from "./words.ts";

test.each([
  [{}, "127.0.0.1,localhost,::1"],
  [{ NO_PROXY: "a.com" }, "a.com,127.0.0.1,localhost,::1"],
  [{ NO_PROXY: "a.com, localhost", no_proxy: "b.com," }, "a.com,localhost,b.com,127.0.0.1,::1"],
  [{ no_proxy: "*" }, "*,127.0.0.1,localhost,::1"],
])("%p", (env, all) => {
  expect(withoutProxy(env)).toEqual({ NO_PROXY: all, no_proxy: all });
});

test.each([
  [["--a", "1", "x"], ["x"], ["1"]],
  [["x", "--a=1=2", "--a", "3"], ["x"], ["1=2", "3"]],
  [["--ab", "1", "--a"], ["--ab", "1", "--a"], []],
  [["--", "--a", "1"], ["--", "--a", "1"], []],
])("takeFlag %p", (words, left, values) => {
  expect(takeFlag(words, "--a")).toEqual({ words: [...left], values: [...values] });
});
