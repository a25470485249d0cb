// `mortar config otel enable`: which signals are sent from now on, and where to.
import type { Run } from "../../cli/context.ts";
import {
  defaultMetricsTable,
  otelState,
  readOtel,
  tableBeside,
  updateOtel,
  type OtelState,
} from "../../proxy/otel/signals.ts";
import type { otelEnableFlags } from "./otel-flags.ts";
import { checkTable, otelResult } from "./otel-words.ts";

export const run: Run<typeof otelEnableFlags> = async ({ deps, flags }) => {
  const before = await readOtel(deps);
  const metrics = checkTable("metrics-table", flags["metrics-table"]) ?? before.metrics.table ?? defaultMetricsTable;
  const isMoved = flags["metrics-table"] !== undefined;
  const kept = (table: string | undefined): string | undefined => (isMoved ? undefined : table);
  const logs = checkTable("logs-table", flags["logs-table"]) ?? kept(before.logs.table) ?? tableBeside(metrics, "logs");
  const named = checkTable("traces-table", flags["traces-table"]);
  const traces = named ?? kept(before.traces.table) ?? tableBeside(metrics, "traces");
  const wantsTraces = flags.traces || named !== undefined;
  const changes = {
    metrics: { table: metrics, enabled: true },
    logs: { table: logs, enabled: true },
    ...(wantsTraces ? { traces: { table: traces, enabled: true } } : {}),
  };
  const state: OtelState = flags["dry-run"] ? otelState({ ...before, ...changes }) : await updateOtel(deps, changes);
  const note =
    "Agents that `mortar claude` starts from now on send it. `mortar config otel ddl` prints the tables' statements.";
  return otelResult(state, flags["dry-run"] ? "Nothing was changed." : note);
};
