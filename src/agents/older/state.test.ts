// The older programs' state files: what is read of them, and that a change keeps all else.
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import { testMachine } from "../launch/testing.ts";
import { oldStateFile, readOldState, updateOldState } from "./state.ts";

const machines: ReturnType<typeof testMachine>[] = [];
afterEach(() => {
  for (const made of machines.splice(0)) made.dispose();
});

const machine = () => {
  const made = testMachine();
  machines.push(made);
  return made;
};

describe("the state of databricks-claude", () => {
  test("is read with its keys, and what is of another type counts as missing", async () => {
    const { deps, write } = machine();
    write(".claude/.databricks-claude.json", {
      profile: "dev",
      port: 50_001,
      with_websearch: "yes",
      otel_logs_table: "a.b.c",
      models: { opus: "system.ai.claude-opus-4-8[1m]", sonnet: 5 },
    });
    expect(await readOldState(deps, "claude")).toEqual({
      profile: "dev",
      port: 50_001,
      otel_logs_table: "a.b.c",
      models: { opus: "system.ai.claude-opus-4-8[1m]" },
    });
  });

  test("keeps unknown keys, their digits and their order when one of its keys is changed", async () => {
    const { deps, write, read } = machine();
    const path = ".claude/.databricks-claude.json";
    write(path, '{\n  "later": {"id": 12345678901234567890, "x": "<&>"},\n  "profile": "dev",\n  "port": 5\n}\n');
    await updateOldState(deps, "claude", { profile: "prod", otel_metrics_table: "m.o.t" });
    expect(read(path)).toBe(
      '{\n  "later": {"id": 12345678901234567890, "x": "<&>"},\n  "profile": "prod",\n  "port": 5,\n  "otel_metrics_table": "m.o.t"\n}\n',
    );
    await updateOldState(deps, "claude", { profile: undefined, otel_metrics_table: undefined });
    expect(Object.keys(JSON.parse(read(path)) as object)).toEqual(["later", "port"]);
    expect(read(path)).toContain('{"id": 12345678901234567890, "x": "<&>"}');
  });

  test("is made for this user alone, in a folder for this user alone", async () => {
    const { deps, home, read } = machine();
    await updateOldState(deps, "claude", { profile: "dev" });
    expect(read(".claude/.databricks-claude.json")).toBe('{\n  "profile": "dev"\n}\n');
    expect(statSync(join(home, ".claude/.databricks-claude.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, ".claude")).mode & 0o777).toBe(0o700);
  });

  test("that is broken is read as none, is said to be, and is kept beside the new one", async () => {
    const { deps, write, read, said } = machine();
    write(".claude/.databricks-claude.json", "{ profile: ");
    expect(await readOldState(deps, "claude")).toEqual({});
    expect(said.join()).toContain("cannot be understood");
    await updateOldState(deps, "claude", { port: 50_001 });
    expect(read(".claude/.databricks-claude.json.broken")).toBe("{ profile: ");
    expect(JSON.parse(read(".claude/.databricks-claude.json"))).toEqual({ port: 50_001 });
  });

  test("is not made for nothing", async () => {
    const { deps, home } = machine();
    await updateOldState(deps, "claude", { profile: undefined });
    expect(existsSync(join(home, ".claude"))).toBe(false);
  });

  test("takes many changes at once without losing one", async () => {
    const { deps, home } = machine();
    const keys = ["profile", "websearch_backend", "otel_metrics_table", "otel_logs_table", "model"] as const;
    // The clock of this test machine does not wait, so that waiting costs no time.
    const real = { ...deps, clock: { ...deps.clock, sleep: systemClock.sleep } };
    await Promise.all(keys.map((key) => updateOldState(real, "claude", { [key]: key })));
    const text = readFileSync(join(home, ".claude/.databricks-claude.json"), "utf8");
    expect(JSON.parse(text)).toEqual(Object.fromEntries(keys.map((key) => [key, key])));
  });
});

test("each program has its own place, and XDG_CONFIG_HOME is minded where it was", () => {
  const { deps, home } = machine();
  const env = { ...deps.env, XDG_CONFIG_HOME: "/xdg", CODEX_HOME: "/codex", CLAUDE_CONFIG_DIR: "/claude" };
  expect(oldStateFile({ ...deps, env }, "claude")).toBe(join(home, ".claude/.databricks-claude.json"));
  expect(oldStateFile({ ...deps, env }, "codex")).toBe(join(home, ".codex/.databricks-codex.json"));
  expect(oldStateFile({ ...deps, env }, "opencode")).toBe("/xdg/opencode/.databricks-opencode.json");
  expect(oldStateFile(deps, "opencode")).toBe(join(home, ".config/opencode/.databricks-opencode.json"));
});
