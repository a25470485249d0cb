// The proxy of this machine: whether it runs, where, who uses it.
import { describeProxy } from "../../proxy/lifecycle/describe.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { defaultLogFile } from "../../proxy/lifecycle/places.ts";
import { rememberedPort } from "../../proxy/lifecycle/port.ts";
import { serviceFile } from "../../proxy/lifecycle/service/service.ts";
import type { FactProvider } from "../config/facts.ts";
import { durationWords } from "./words.ts";

export const proxyFacts: FactProvider = {
  key: "proxy",
  title: "Proxy",
  collect: async ({ deps, signal }) => {
    const [proxy, service, port] = await Promise.all([
      findProxy(deps, signal),
      serviceFile(deps),
      rememberedPort(deps),
    ]);
    const serviceFact = { key: "service", label: "service", value: service };
    if (proxy === undefined) {
      return [
        { key: "state", label: "state", value: "not running" },
        { key: "port", label: "port", value: String(port) },
        { key: "log", label: "log", value: defaultLogFile(deps) },
        serviceFact,
      ];
    }
    const { record, url } = proxy;
    const { leases } = await describeProxy(deps, proxy, signal);
    const ends = record.idleTimeoutMs === 0 ? "never by itself" : `unused for ${durationWords(record.idleTimeoutMs)}`;
    return [
      { key: "state", label: "state", value: "running" },
      { key: "address", label: "address", value: url },
      { key: "port", label: "port", value: String(record.port) },
      { key: "process", label: "process", value: String(record.pid) },
      { key: "version", label: "version", value: record.version },
      { key: "sessions", label: "sessions", value: sessions(leases) },
      { key: "ends", label: "ends", value: ends },
      ...(record.upstream === undefined ? [] : [{ key: "upstream", label: "upstream", value: record.upstream.url }]),
      { key: "log", label: "log", value: record.logFile },
      serviceFact,
    ];
  },
};

function sessions(
  leases: readonly { readonly agent: string; readonly pid: number; readonly profile: string }[],
): string {
  if (leases.length === 0) return "none";
  return leases.map(({ agent, pid, profile }) => `${agent} ${pid} (${profile})`).join(", ");
}
