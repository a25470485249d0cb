// What an administrator has set for the older programs, where neither the words nor a state file say it.
import type { Deps } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { managedPort, managedText, readFleetSettings, type ManagedSettings } from "../../platform/managed/managed.ts";
import { readSettings } from "../../platform/settings.ts";
import { isTableName, signals, updateOtel, type Signal } from "../../proxy/otel/signals.ts";

const tableKeys: Readonly<Record<Signal, string>> = {
  metrics: "otelMetricsTable",
  logs: "otelLogsTable",
  traces: "otelTracesTable",
};

export interface FleetDefaults {
  readonly profile: string | undefined;
  readonly databricksCliPath: string | undefined;
  readonly port: number | undefined;
  readonly tables: readonly (readonly [Signal, string])[];
}

export async function fleetDefaults(deps: Deps): Promise<FleetDefaults> {
  const all = await readFleetSettings(deps);
  return {
    profile: managedText(all, "databricksProfile"),
    databricksCliPath: managedText(all, "databricksCliPath"),
    port: managedPort(all),
    tables: signals.flatMap((signal) => tableOf(all, signal)),
  };
}

function tableOf(all: readonly ManagedSettings[], signal: Signal): readonly (readonly [Signal, string])[] {
  const table = managedText(all, tableKeys[signal]);
  return table === undefined || !isTableName(table) ? [] : [[signal, table]];
}

/** Sends telemetry to these tables, as far as nothing was said of a signal to this program yet. Throws `io`, `timeout`. */
export async function adoptTables(deps: Deps, tables: FleetDefaults["tables"]): Promise<void> {
  const said = await readSettings(deps, "otel");
  const open = tables.filter(([signal]) => !isObject(said[signal]));
  if (open.length === 0) return;
  await updateOtel(deps, Object.fromEntries(open.map(([signal, table]) => [signal, { table, enabled: true }])));
}
