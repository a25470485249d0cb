// How a running proxy is told to a person and to a script.
import type { ProxyRecord } from "../../proxy/lifecycle/record.ts";

interface Running {
  readonly record: ProxyRecord;
  readonly url: string;
}

export function proxyData({ record, url }: Running): Record<string, unknown> {
  return {
    running: true,
    url,
    pid: record.pid,
    port: record.port,
    scheme: record.scheme,
    version: record.version,
    kind: record.kind,
    started_at: new Date(record.startedAt).toISOString(),
    idle_timeout_seconds: record.idleTimeoutMs / 1_000,
    log_file: record.logFile,
    verbose: record.verbose,
    upstream: record.upstream?.url ?? null,
    tls_cert: record.tls?.certFile ?? null,
  };
}

const kinds: Readonly<Record<ProxyRecord["kind"], string>> = {
  demand: "in the background, for an agent",
  command: "in the background",
  foreground: "in a terminal",
  service: "as a service",
};

/** Address, process and options, one a line. */
export function proxyLines({ record, url }: Running): string[] {
  return [
    `  address   ${url}`,
    `  process   ${record.pid}, version ${record.version}, ${kinds[record.kind]}`,
    `  ends      ${record.idleTimeoutMs === 0 ? "never by itself" : `when unused for ${durationWords(record.idleTimeoutMs)}`}`,
    ...(record.upstream === undefined ? [] : [`  upstream  ${record.upstream.url}`]),
    `  log       ${record.logFile}${record.verbose ? " (a line for each request)" : ""}`,
  ];
}

export function durationWords(ms: number): string {
  const units: readonly [number, string][] = [
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ];
  const unit = units.find(([size]) => ms >= size && ms % size === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit[0]} ${unit[1]}`;
}
