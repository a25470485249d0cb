// What is taken over of an older program's telemetry, and that what was off stays off.
import { expect, test } from "bun:test";
import { useWorlds, type TestWorld } from "../../auth/testing.ts";
import { readOldState } from "../../agents/older/state.ts";
import { readOtel } from "../../proxy/otel/signals.ts";
import { adoptTelemetry, disableSignals, enableSignals } from "./telemetry.ts";

const world = useWorlds();

const write = (made: TestWorld, path: string, value: unknown): string => made.write(path, JSON.stringify(value));

test("tables of the state are on, until somebody says otherwise here", async () => {
  const made = world();
  write(made, ".claude/.databricks-claude.json", { otel_metrics_table: "a.b.m", otel_traces_table: "a.b.t" });
  await adoptTelemetry(made.deps, "claude");
  expect(await readOtel(made.deps)).toEqual({
    metrics: { table: "a.b.m", enabled: true },
    logs: { table: undefined, enabled: false },
    traces: { table: "a.b.t", enabled: true },
  });
  await disableSignals(made.deps, "claude", ["metrics"]);
  await adoptTelemetry(made.deps, "claude");
  expect((await readOtel(made.deps)).metrics).toEqual({ table: "a.b.m", enabled: false });
});

test("what the older program had switched off is taken over as off, though its state names a table", async () => {
  const made = world();
  write(made, ".claude/.databricks-claude.json", { otel_metrics_table: "a.b.m" });
  write(made, ".claude/settings.json", { env: { ANTHROPIC_AUTH_TOKEN: "proxy-managed" } });
  await adoptTelemetry(made.deps, "claude");
  expect((await readOtel(made.deps)).metrics).toEqual({ table: "a.b.m", enabled: false });
});

test("Codex' own marks of what is off are minded, set and taken away", async () => {
  const made = world();
  write(made, ".codex/.databricks-codex.json", { otel_logs_table: "a.b.l", otel_logs_disabled: true });
  await adoptTelemetry(made.deps, "codex");
  expect((await readOtel(made.deps)).logs.enabled).toBe(false);
  await enableSignals(made.deps, "codex", { usual: true, traces: false, tables: {} });
  expect(await readOldState(made.deps, "codex")).toEqual({ otel_logs_table: "a.b.l" });
  await disableSignals(made.deps, "codex", ["logs"]);
  expect(await readOldState(made.deps, "codex")).toEqual({ otel_logs_table: "a.b.l", otel_logs_disabled: true });
});

test("the table of logs is derived as it was", async () => {
  const made = world();
  const state = await enableSignals(made.deps, "claude", {
    usual: true,
    traces: false,
    tables: { metrics: "a.b.mine" },
  });
  expect([state.metrics.table, state.logs.table]).toEqual(["a.b.mine", "a.b.mine_otel_logs"]);
  const usual = await enableSignals(world().deps, "claude", { usual: true, traces: false, tables: {} });
  expect(usual.logs.table).toBe("main.claude_telemetry.claude_otel_logs");
});

test("what is no table is refused before anything is set", async () => {
  const made = world();
  const wish = { usual: true, traces: false, tables: { metrics: "nonsense" } };
  await expect(enableSignals(made.deps, "claude", wish)).rejects.toMatchObject({ code: "usage" });
  expect((await readOtel(made.deps)).metrics).toEqual({ table: undefined, enabled: false });
});
