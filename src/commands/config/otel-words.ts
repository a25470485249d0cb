// How the state of telemetry is told, and how a table that somebody names is checked.
import type { CommandResult } from "../../cli/spec.ts";
import { MortarError } from "../../platform/errors.ts";
import { isTableName, signals, type OtelState } from "../../proxy/otel/signals.ts";

export function otelResult(state: OtelState, note?: string): CommandResult {
  const lines = signals.map((signal) => {
    const { enabled, table } = state[signal];
    return `${signal.padEnd(7)}  ${enabled ? "on " : "off"}  ${table ?? "no table"}`;
  });
  const data = Object.fromEntries(
    signals.map((signal) => [signal, { enabled: state[signal].enabled, table: state[signal].table ?? null }]),
  );
  return { data, text: `${[...lines, ...(note === undefined ? [] : ["", note])].join("\n")}\n` };
}

/** Throws `usage` for what is no name of three parts. */
export function checkTable(flag: string, table: string | undefined): string | undefined {
  if (table === undefined || isTableName(table)) return table;
  throw new MortarError("usage", `--${flag}: ${JSON.stringify(table)} is no table of Unity Catalog`, {
    hint: "Write catalog.schema.table; a part with other letters than a-z, 0-9, _ and - stands in backticks.",
  });
}
