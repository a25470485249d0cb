// What names of models say to people and to Claude Code.
import { expect, test } from "bun:test";
import { bareName, titleOf, withLongContext } from "./models.ts";

test.each([
  ["system.ai.claude-opus-5-5", "claude-opus-5-5", "Claude Opus 5.5"],
  ["databricks-gpt-5-6-codex", "gpt-5-6-codex", "GPT 5.6 Codex"],
  ["databricks-gpt-oss-120b", "gpt-oss-120b", "GPT OSS 120b"],
  ["main.mine.other", "other", "Other"],
])("%s", (id, bare, title) => {
  expect([bareName(id), titleOf(id)]).toEqual([bare, title]);
});

test.each([
  ["databricks-claude-opus-4-6", true],
  ["system.ai.claude-sonnet-4-8", true],
  ["databricks-claude-opus-4-5", false],
  ["databricks-claude-haiku-4-8", false],
  ["databricks-claude-opus-5-5", false],
  ["databricks-claude-sonnet-5", false],
])("%s is marked for the long context: %p", (id, marked) => {
  expect(withLongContext(id)).toBe(marked ? `${id}[1m]` : id);
});
