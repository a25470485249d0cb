// `mortar config otel ddl`: the statements that make the telemetry's tables.
import type { Run } from "../../cli/context.ts";
import { defaultMetricsTable, readOtel, signals, tableBeside } from "../../proxy/otel/signals.ts";
import { createTable } from "../../proxy/otel/tables.ts";
import type { otelDdlFlags } from "./otel-flags.ts";
import { checkTable } from "./otel-words.ts";

export const run: Run<typeof otelDdlFlags> = async ({ deps, flags }) => {
  const state = await readOtel(deps);
  const named = checkTable("metrics-table", flags["metrics-table"]);
  const metrics = named ?? state.metrics.table ?? defaultMetricsTable;
  const beside = (signal: "logs" | "traces"): string =>
    checkTable(`${signal}-table`, flags[`${signal}-table`]) ??
    (named === undefined ? state[signal].table : undefined) ??
    tableBeside(metrics, signal);
  const tables = { metrics, logs: beside("logs"), traces: beside("traces") };
  const statements = signals.map((signal) => ({
    signal,
    table: tables[signal],
    sql: createTable(signal, tables[signal]),
  }));
  return { data: { statements }, text: statements.map(({ sql }) => sql).join("\n") };
};
