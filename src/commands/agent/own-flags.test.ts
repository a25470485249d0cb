// Our flags by the names that an agent leaves us, and that nothing is lost between their names and their values.
import { expect, test } from "bun:test";
import { claudeOwned } from "./claude-flags.ts";
import { codexOwned } from "./codex-flags.ts";
import { opencodeOwned } from "./opencode-flags.ts";
import { ownFlags, ownValues } from "./own-flags.ts";

test.each([
  [claudeOwned, "verbose", "proxy-verbose"],
  [codexOwned, "profile", "databricks-profile"],
  [opencodeOwned, "port", "proxy-port"],
])("%p is left to the agent", (owned, name, always) => {
  expect(Object.keys(ownFlags(owned))).toContain(always);
  expect(Object.keys(ownFlags(owned))).not.toContain(name);
  expect(Object.values(ownFlags(owned)).flatMap(({ aliases = [] }) => aliases)).not.toContain(name);
  expect(ownFlags([])[name]?.aliases).toEqual([always]);
});

test("values are found under either name", () => {
  expect(ownValues({ profile: "a" }).profile).toBe("a");
  expect(ownValues({ "databricks-profile": "b", profile: "a" }).profile).toBe("b");
  expect(ownValues({ "proxy-port": 7 }).port).toBe(7);
  expect(ownValues({ verbose: true }).verbose).toBe(true);
  expect(ownValues({ "no-mcp": true, "dry-run": true })).toMatchObject({ noMcp: true, dryRun: true, readOnly: false });
});

test("every flag of ours has a value that is read", () => {
  const values = ownValues({});
  // The update notice is asked for by the program's end, and not here.
  const names = Object.keys(ownFlags([])).filter((name) => name !== "no-update-check");
  const camel = names.map((name) => name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase()));
  expect(Object.keys(values).toSorted()).toEqual(camel.toSorted());
});
