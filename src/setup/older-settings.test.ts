// Telemetry and web search of the programs before this one.
import { afterEach, expect, test } from "bun:test";
import { readyMachine, type ReadyMachine } from "../agents/ready/testing.ts";
import { readSettings, updateSettings } from "../platform/settings.ts";
import { rememberedPort } from "../proxy/lifecycle/port.ts";
import { readOtel } from "../proxy/otel/signals.ts";
import { olderSettings } from "./older-settings.ts";

let made: ReadyMachine;
afterEach(() => made.dispose());

const state = {
  otel_metrics_table: "main.t.claude_otel_metrics",
  otel_logs_table: "no table",
  with_websearch: true,
  websearch_backend: "DDG",
  websearch_fetch_budget: 5_000,
};

test("are taken over where nothing was said to this program", async () => {
  made = readyMachine();
  made.write(".claude/.databricks-claude.json", state);
  made.write(".codex/.databricks-codex.json", { otel_logs_table: "main.t.codex_logs", otel_logs_disabled: true });
  const { words, adopt } = await olderSettings(made.deps);
  expect(words).toEqual([
    "logs (off) to main.t.codex_logs",
    "metrics go to main.t.claude_otel_metrics",
    "web search by duckduckgo",
  ]);
  expect(await readSettings(made.deps, "otel")).toEqual({});
  await adopt();
  expect(await readOtel(made.deps)).toMatchObject({
    metrics: { table: "main.t.claude_otel_metrics", enabled: true },
    logs: { table: "main.t.codex_logs", enabled: false },
  });
  expect(await readSettings(made.deps, "websearch")).toEqual({
    enabled: true,
    backend: "duckduckgo",
    fetchBudgetBytes: 5_000,
  });
});

test("the port of the older proxy is taken over where it is given", async () => {
  made = readyMachine();
  const { words, adopt } = await olderSettings(made.deps, 50_001);
  expect(words).toEqual(["the proxy on port 50001"]);
  await adopt();
  expect(await rememberedPort(made.deps)).toBe(50_001);
});

test("stay off where a person has switched them off here", async () => {
  made = readyMachine();
  made.write(".claude/.databricks-claude.json", state);
  await updateSettings(made.deps, "otel", () => ({ metrics: { enabled: false } }));
  await updateSettings(made.deps, "websearch", () => ({ enabled: false }));
  expect((await olderSettings(made.deps)).words).toEqual([]);
});

test("of a back end that there is not, or of no state at all, are none", async () => {
  made = readyMachine();
  expect((await olderSettings(made.deps)).words).toEqual([]);
  made.write(".claude/.databricks-claude.json", { with_websearch: true, websearch_backend: "altavista" });
  expect((await olderSettings(made.deps)).words).toEqual([]);
});
