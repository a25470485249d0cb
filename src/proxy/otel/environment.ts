// The variables by which Claude Code sends its telemetry through the proxy: code.claude.com, "Monitoring".
import type { Secret } from "../../platform/secret.ts";
import { signals, type OtelState, type Signal } from "./signals.ts";

export interface OtelTarget {
  /** Base of the dialect on the proxy: `http://127.0.0.1:49153/p/DEFAULT/otel`. */
  readonly url: string;
  readonly key: Secret;
}

/** Empty where no signal is on. One value holds the local key: it goes into an environment, never into arguments. */
export function claudeOtelEnvironment(state: OtelState, target: OtelTarget): Readonly<Record<string, string>> {
  const on = signals.filter((signal) => state[signal].enabled);
  if (on.length === 0) return {};
  const entries = on.flatMap((signal) => Object.entries(variables(signal, state, target)));
  return { CLAUDE_CODE_ENABLE_TELEMETRY: "1", ...Object.fromEntries(entries) };
}

const intervals: Readonly<Record<Signal, readonly [name: string, ms: string]>> = {
  metrics: ["OTEL_METRIC_EXPORT_INTERVAL", "10000"],
  logs: ["OTEL_LOGS_EXPORT_INTERVAL", "5000"],
  traces: ["OTEL_TRACES_EXPORT_INTERVAL", "5000"],
};

function variables(signal: Signal, state: OtelState, { url, key }: OtelTarget): Record<string, string> {
  const name = signal.toUpperCase();
  const [interval, ms] = intervals[signal];
  return {
    [`OTEL_${name}_EXPORTER`]: "otlp",
    [`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`]: `${url}/v1/${signal}`,
    [`OTEL_EXPORTER_OTLP_${name}_PROTOCOL`]: "http/protobuf",
    // Percent-encoded, as the specification of the exporters has it ("Specifying headers via environment variables").
    [`OTEL_EXPORTER_OTLP_${name}_HEADERS`]: `content-type=application/x-protobuf,authorization=${encodeURIComponent(`Bearer ${key.reveal()}`)}`,
    [interval]: ms,
    [`CLAUDE_OTEL_UC_${name}_TABLE`]: state[signal].table ?? "",
    ...(signal === "traces" ? { CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1" } : {}),
  };
}
