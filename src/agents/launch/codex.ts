// Codex: `-c` overrides for this process, which stand above its configuration file; the key only in the environment.
import { join } from "node:path";
import { readTextIfPresent } from "../../platform/files.ts";
import { requireHome } from "../../platform/paths.ts";
import { codexServerVariables } from "../codex-variables.ts";
import { keyVariable, type Agent, type Launch, type LaunchDeps, type Prepared } from "./agent.ts";
import { catalogFile } from "./codex-catalog.ts";
import { trustFor } from "./environment.ts";
import { presentServers, serverNamesToAdd, type PresentServer } from "./present-server.ts";
import type { PrivateFile } from "./agent.ts";

export const codex: Agent = {
  name: "codex",
  title: "Codex",
  program: "codex",
  install: "npm install -g @openai/codex",
  sessions: ["exec", "e", "review", "resume", "fork"],
  prepare,
};

const provider = "databricks";

async function prepare(deps: LaunchDeps, launch: Launch): Promise<Prepared> {
  const { endpoint, models, words } = launch;
  const [catalog, present, trust] = await Promise.all([
    catalogFile(deps, launch),
    codexServers(deps),
    trustFor(deps, launch, "CODEX_CA_CERTIFICATE"),
  ]);
  const overrides = [
    `model_provider=${quoted(provider)}`,
    `model_providers.${provider}=${inlineTable({
      name: "Databricks",
      base_url: endpoint.responses,
      env_key: keyVariable,
      wire_api: "responses",
    })}`,
    ...(models.codex === undefined ? [] : [`model=${quoted(models.codex)}`]),
    ...(catalog === undefined ? [] : [`model_catalog_json=${quoted(catalog.path)}`]),
    ...serverNamesToAdd(launch.server, present).flatMap((name) => serverOverrides(name, launch.server)),
    ...telemetryOverrides(launch.telemetry),
  ];
  const files: readonly PrivateFile[] = [...(catalog === undefined ? [] : [catalog]), ...trust.files];
  return {
    words: [...overrides.flatMap((one) => ["-c", one]), ...words],
    // A key of OpenAI in the environment has no business in what the workspace gets, nor in what its tools see.
    env: { [keyVariable]: endpoint.key.reveal(), ...telemetryKey(launch), ...trust.env },
    files,
    notes: [],
  };
}

function serverOverrides(name: string, [command, ...args]: readonly string[] = []): string[] {
  // An override takes its path apart at every dot, quotes or not.
  if (command === undefined || name.includes(".")) return [];
  const key = `mcp_servers.${name}`;
  return [
    `${key}.command=${quoted(command)}`,
    `${key}.args=[${args.map(quoted).join(", ")}]`,
    `${key}.env_vars=[${codexServerVariables.map(quoted).join(", ")}]`,
  ];
}

const exporters = { metrics: "metrics_exporter", logs: "exporter", traces: "trace_exporter" } as const;

/** Each signal by itself; what is off stays as the person has it. */
function telemetryOverrides(telemetry: Launch["telemetry"]): string[] {
  if (telemetry === undefined) return [];
  return telemetry.on.map((signal) => {
    const target = inlineTable({ endpoint: `${telemetry.url}/v1/${signal}`, protocol: "binary" });
    return `otel.${exporters[signal]}={otlp-http=${target}}`;
  });
}

/** Headers among the overrides would show the key to every program; the exporters take them from this variable too. */
function telemetryKey({ endpoint, telemetry }: Launch): Record<string, string> {
  if (telemetry === undefined) return {};
  return { OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(`Bearer ${endpoint.key.reveal()}`)}` };
}

/** The servers of our name, and ours, in Codex's own configuration. */
async function codexServers({ env, paths }: LaunchDeps): Promise<readonly PresentServer[]> {
  const own = env["CODEX_HOME"] ?? "";
  const folder = own === "" ? join(requireHome(paths), ".codex") : own;
  const text = await readTextIfPresent(join(folder, "config.toml")).catch(() => undefined);
  if (text === undefined) return [];
  try {
    return presentServers((Bun.TOML.parse(text) as Record<string, unknown>)["mcp_servers"]);
  } catch {
    // Codex will say what is wrong with it.
    return [];
  }
}

function inlineTable(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`);
  return `{${pairs.join(", ")}}`;
}

/** A basic string of TOML: its escapes are those of JSON. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
