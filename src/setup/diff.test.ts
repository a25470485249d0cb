// What a person sees of a change before it is made.
import { describe, expect, test } from "bun:test";
import { Secret } from "../platform/secret.ts";
import { diffText, masked } from "./diff.ts";

const key = new Secret("mortar-abcdefghijklmnopqrstuvwxyz");
const plain = { colour: false, secrets: [key] };

test("changed lines stand between a few that stay", () => {
  const before = Array.from({ length: 12 }, (_, at) => `line ${at}`).join("\n");
  const after = before.replace("line 6", "line six\nand a half");
  expect(diffText([{ file: "/x", before, after }], plain)).toBe(
    [
      "/x",
      "    ...",
      "    line 4",
      "    line 5",
      "  - line 6",
      "  + line six",
      "  + and a half",
      "    line 7",
      "    line 8",
      "    ...",
      "",
    ].join("\n"),
  );
});

test("new and removed files are called so, and one that stays is not shown", () => {
  expect(diffText([{ file: "/x", before: undefined, after: "a\n" }], plain)).toBe("/x (new)\n  + a\n");
  expect(diffText([{ file: "/x", before: "a\n", after: undefined }], plain)).toBe("/x (removed)\n  - a\n");
  expect(diffText([{ file: "/x", before: "a\n", after: "a\n" }], plain)).toBe("");
});

test("lines that come again and again are matched", () => {
  const shown = diffText([{ file: "/x", before: "{\n}\n{\n}\n", after: "{\n}\n{\nx\n}\n" }], plain);
  expect(shown.match(/^ {2}[+-]/gm)).toEqual(["  +"]);
});

test("colour is for a terminal alone", () => {
  const one = [{ file: "/x", before: "a\n", after: "b\n" }];
  expect(diffText(one, { ...plain, colour: true })).toContain("\u001B[32m  + b\u001B[0m");
  expect(diffText(one, plain)).not.toContain("\u001B");
});

describe("a secret is not shown", () => {
  test.each([
    `"ANTHROPIC_AUTH_TOKEN": "${key.reveal()}",`,
    `args = ["--key", "${key.reveal()}"]`,
    `  "ANTHROPIC_API_KEY": "sk-ant-oat-12345",`,
    `export OPENAI_API_KEY='sk-12345'`,
    `api_key = "sk-12345"`,
    `password: hunter2-12345`,
    `"Authorization": "Bearer abcdefgh12345"`,
    `"ANTHROPIC_CUSTOM_HEADERS": "x-own: 12345",`,
  ])("%s", (line) => {
    const shown = masked(line, [key]);
    expect(shown).toContain("***");
    expect(shown).not.toContain("12345");
    expect(shown).not.toContain(key.reveal());
  });

  test.each([
    `"apiKeyHelper": "mortar auth token --output=text"`,
    `"CLAUDE_CODE_API_KEY_HELPER_TTL_MS": "900000"`,
    `"MAX_OUTPUT_TOKENS": "32000"`,
    `"ANTHROPIC_BASE_URL": "http://127.0.0.1:49153/p/DEFAULT/anthropic"`,
  ])("%s stays to be read", (line) => expect(masked(line, [key])).toBe(line));

  test("a control character does nothing to the terminal", () => {
    expect(masked("a\u001B[2Jb", [])).toBe("a [2Jb");
  });
});
