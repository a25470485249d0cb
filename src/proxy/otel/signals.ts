// The telemetry that agents send: which signals, to which table of Unity Catalog each, and what a person has set.
import type { Deps } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { readSettings, updateSettings } from "../../platform/settings.ts";

export type Signal = "metrics" | "logs" | "traces";

export const signals: readonly Signal[] = ["metrics", "logs", "traces"];

export interface SignalState {
  /** `catalog.schema.table`; undefined where none was named. */
  readonly table: string | undefined;
  /** Off stays off, until a person switches it on again. */
  readonly enabled: boolean;
}

export type OtelState = Readonly<Record<Signal, SignalState>>;

type SettingsDeps = Pick<Deps, "paths" | "clock" | "log">;

const section = "otel";

export async function readOtel(deps: SettingsDeps): Promise<OtelState> {
  return otelState(await readSettings(deps, section));
}

/** The state in a section of the settings; what it does not say is off. */
export function otelState(settings: Readonly<Record<string, unknown>>): OtelState {
  const of = (signal: Signal): SignalState => {
    const value = settings[signal];
    if (!isObject(value)) return { table: undefined, enabled: false };
    const table = typeof value["table"] === "string" && isTableName(value["table"]) ? value["table"] : undefined;
    return { table, enabled: value["enabled"] === true && table !== undefined };
  };
  return { metrics: of("metrics"), logs: of("logs"), traces: of("traces") };
}

/** Changes some signals; the others stay. A table that is not named again stays too. Throws `io` and `timeout`. */
export async function updateOtel(
  deps: SettingsDeps,
  changes: Partial<Readonly<Record<Signal, Partial<SignalState>>>>,
): Promise<OtelState> {
  let state = otelState({});
  await updateSettings(deps, section, (present) => {
    const entries = Object.entries(changes).map(([signal, change]) => {
      const before = present[signal];
      return [signal, { ...(isObject(before) ? before : {}), ...change }] as const;
    });
    const next = { ...present, ...Object.fromEntries(entries) };
    state = otelState(next);
    return next;
  });
  return state;
}

/**
 * Whether the text is `catalog.schema.table`: parts may stand in backticks, as SQL writes them. What Unity Catalog allows in
 * no name is in none: dots, slashes and control characters (docs.databricks.com, "Names").
 */
export function isTableName(text: string): boolean {
  return /^(?:[\w-]+|`[^`./\p{Cc}]+`)(?:\.(?:[\w-]+|`[^`./\p{Cc}]+`)){2}$/u.test(text);
}

/** Where the metrics go unless a person says otherwise: what the proxies before this one chose. */
export const defaultMetricsTable = "main.claude_telemetry.claude_otel_metrics";

/** The table of another signal beside that of the metrics: `..._otel_metrics` becomes `..._otel_logs`. */
export function tableBeside(metricsTable: string, signal: Exclude<Signal, "metrics">): string {
  const ending = `_otel_${signal === "traces" ? "spans" : signal}`;
  const quoted = metricsTable.endsWith("`");
  const plain = quoted ? metricsTable.slice(0, -1) : metricsTable;
  return `${plain.replace(/_otel_metrics$/, "")}${ending}${quoted ? "`" : ""}`;
}
