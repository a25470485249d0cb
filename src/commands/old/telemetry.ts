// Telemetry under an older name: tables in that program's own state, and what is on or off where the proxy looks.
import { readOldState, updateOldState } from "../../agents/older/state.ts";
import type { Deps } from "../../platform/deps.ts";
import {
  defaultMetricsTable,
  isTableName,
  readOtel,
  signals,
  updateOtel,
  type OtelState,
  type Signal,
} from "../../proxy/otel/signals.ts";
import { MortarError } from "../../platform/errors.ts";
import { olderTables } from "../../setup/older-settings.ts";
import type { OldAgent } from "./agent-program.ts";

export type Tables = Partial<Readonly<Record<Signal, string | undefined>>>;

export interface EnableWish {
  /** Metrics and logs, to the usual tables where none is named. */
  readonly usual: boolean;
  /** Traces, to the table that is known. They have no usual one. */
  readonly traces: boolean;
  readonly tables: Tables;
}

/** Switches on what is wished, and keeps the tables that were named. Throws `usage` for what is no table. */
export async function enableSignals(deps: Deps, agent: OldAgent, wish: EnableWish): Promise<OtelState> {
  for (const table of Object.values(wish.tables)) checkTable(table);
  const [state, present] = await Promise.all([readOldState(deps, agent), readOtel(deps)]);
  const known = (signal: Signal): string | undefined =>
    wish.tables[signal] ?? state[`otel_${signal}_table`] ?? present[signal].table;
  const metrics = known("metrics") ?? defaultMetricsTable;
  const wanted: Tables = {
    metrics: wish.usual ? metrics : wish.tables.metrics,
    logs: wish.usual ? (known("logs") ?? logsBeside(metrics)) : wish.tables.logs,
    traces: wish.traces ? known("traces") : wish.tables.traces,
  };
  if (wish.traces && wanted.traces === undefined) {
    deps.log.warn("Traces have no usual table: name one with --traces-table (in older spelling --otel-traces-table)");
  }
  const on = signals.filter((signal) => wanted[signal] !== undefined);
  await keepTables(deps, agent, { tables: wish.tables, off: on.map((signal) => [signal, undefined]) });
  return updateOtel(deps, Object.fromEntries(on.map((signal) => [signal, { table: wanted[signal], enabled: true }])));
}

/** Switches signals off. They stay off, whatever starts next; their tables are kept. */
export async function disableSignals(deps: Deps, agent: OldAgent, off: readonly Signal[]): Promise<OtelState> {
  await keepTables(deps, agent, { tables: {}, off: off.map((signal) => [signal, true]) });
  return updateOtel(deps, Object.fromEntries(off.map((signal) => [signal, { enabled: false }])));
}

interface Kept {
  readonly tables: Tables;
  /** Codex alone notes what is off. */
  readonly off: readonly (readonly [Signal, true | undefined])[];
}

async function keepTables(deps: Deps, agent: OldAgent, { tables, off }: Kept): Promise<void> {
  const named = Object.entries(tables).filter(([, table]) => table !== undefined);
  const marks = agent === "codex" ? off.filter(([signal]) => signal !== "traces") : [];
  const changes = Object.fromEntries([
    ...named.map(([signal, table]) => [`otel_${signal}_table`, table] as const),
    ...marks.map(([signal, value]) => [`otel_${signal}_disabled`, value] as const),
  ]);
  if (Object.keys(changes).length > 0) await updateOldState(deps, agent, changes);
}

/**
 * Takes over what an older program of that name had set, for the signals of which nothing was said to this one yet. What
 * stood only in Claude Code's settings goes into the state too.
 */
export async function adoptTelemetry(deps: Deps, agent: OldAgent): Promise<void> {
  const found = await olderTables(deps, agent);
  if (found.length === 0) return;
  const fresh = found.filter(({ isNew }) => isNew).map(({ signal, table }) => [signal, table] as const);
  await keepTables(deps, agent, { tables: Object.fromEntries(fresh), off: [] });
  const changes = found.map(({ signal, table, enabled }) => [signal, { table, enabled }]);
  await updateOtel(deps, Object.fromEntries(changes));
}

/** What the older programs derived: the ending of the metrics' table, or one more at its end. */
function logsBeside(metrics: string): string {
  return metrics.endsWith("_otel_metrics") ? metrics.replace(/_otel_metrics$/, "_otel_logs") : `${metrics}_otel_logs`;
}

function checkTable(table: string | undefined): void {
  if (table === undefined || isTableName(table)) return;
  throw new MortarError("usage", `${JSON.stringify(table)} is no table of Unity Catalog`, {
    hint: "Write catalog.schema.table; a part with other letters than a-z, 0-9, _ and - stands in backticks.",
  });
}

/** For people: each signal, and where it goes. */
export function telemetryLines(state: OtelState): string {
  return signals
    .map((signal) => `${signal}: ${state[signal].enabled ? (state[signal].table ?? "") : "off"}`)
    .join("; ");
}
