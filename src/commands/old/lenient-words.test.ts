// Words as the older programs took them.
import { expect, test } from "bun:test";
import type { Flags } from "../../cli/spec.ts";
import { knownWords, plainSwitches } from "./lenient-words.ts";

const flags: Flags = {
  verbose: { kind: "switch", short: "v", description: "Say more" },
  profile: { kind: "profile", placeholder: "NAME", description: "Profile" },
};

test("a switch may have a value, and false means no", () => {
  expect(plainSwitches(flags, ["--verbose=yes", "--verbose=FALSE", "--profile=a", "--other=no", "x"])).toEqual([
    "--verbose",
    "--profile=a",
    "--other=no",
    "x",
  ]);
});

test("what stands behind -- is nobody's switch", () => {
  expect(plainSwitches(flags, ["--", "--verbose=false"])).toEqual(["--", "--verbose=false"]);
});

test("known flags keep their values, words stand apart, and nothing unknown gets through", () => {
  expect(knownWords(flags, ["extra", "--profile", "dev", "--fast", "-v", "--speed=9", "more", "--", "-v"])).toEqual({
    words: ["--profile", "dev", "-v"],
    positionals: ["extra", "more"],
    unknown: ["--fast", "--speed=9"],
  });
});
