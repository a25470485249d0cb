// Under which names this program is another one.
import { expect, test } from "bun:test";
import { oldProgramName } from "./program-name.ts";

test.each([
  ["databricks-claude", "databricks-claude"],
  ["./databricks-codex", "databricks-codex"],
  ["/opt/homebrew/bin/databricks-opencode", "databricks-opencode"],
  ["databricks-agents.exe", "databricks-agents"],
  ["C:\\Program Files\\Databricks-Claude-Credential-Helper.EXE", "databricks-claude-credential-helper"],
])("%s", (path, name) => {
  expect(oldProgramName(path)).toBe(name as never);
});

test.each(["mortar", "/usr/bin/databricks", "databricks-claude-2", "/databricks-claude/mortar", "bun", ""])(
  "%j is none of them",
  (path) => {
    expect(oldProgramName(path)).toBeUndefined();
  },
);
