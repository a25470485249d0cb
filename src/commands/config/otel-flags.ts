// The flags of `mortar config otel`.
import type { Flags } from "../../cli/spec.ts";

const dryRun = { kind: "switch", description: "Say what would be set, and change nothing" } as const;

export const otelEnableFlags = {
  "metrics-table": { kind: "table", placeholder: "TABLE", description: "Table for metrics: catalog.schema.table" },
  "logs-table": {
    kind: "table",
    placeholder: "TABLE",
    description: "Table for logs; beside the metrics unless given",
  },
  traces: { kind: "switch", description: "Send traces too, beside the metrics" },
  "traces-table": { kind: "table", placeholder: "TABLE", description: "Send traces too, to this table" },
  "dry-run": dryRun,
} as const satisfies Flags;

export const otelDisableFlags = {
  metrics: { kind: "switch", description: "Metrics" },
  logs: { kind: "switch", description: "Logs" },
  traces: { kind: "switch", description: "Traces" },
  "dry-run": dryRun,
} as const satisfies Flags;

export const otelDdlFlags = {
  "metrics-table": otelEnableFlags["metrics-table"],
  "logs-table": otelEnableFlags["logs-table"],
  "traces-table": otelEnableFlags["traces-table"],
} as const satisfies Flags;
