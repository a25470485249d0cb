// `databricks-claude config show`, once `--print-env`: what is set, without a secret.
import { agents } from "../../agents/launch/agents.ts";
import { readOldState } from "../../agents/older/state.ts";
import { openCredentials, type Credentials } from "../../auth/credentials.ts";
import { loadConfig } from "../../auth/load.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import { findProgram } from "../../platform/programs.ts";
import { dialectUrl } from "../../proxy/address.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { rememberedPort } from "../../proxy/lifecycle/port.ts";
import { readOtel, signals } from "../../proxy/otel/signals.ts";
import type { OldAgent, OldBody, OldContext } from "./agent-program.ts";
import type { placeFlags } from "./command-flags.ts";
import { chosenProfile, withStateCli } from "./profile.ts";
import { adoptTelemetry } from "./telemetry.ts";

/** The base of the workspace's own gateway, behind its host. */
const gateways: Readonly<Record<OldAgent, readonly [variable: string, path: string]>> = {
  claude: ["ANTHROPIC_BASE_URL", "/ai-gateway/anthropic"],
  codex: ["OPENAI_BASE_URL", "/ai-gateway/codex/v1"],
  opencode: ["ANTHROPIC_BASE_URL", "/ai-gateway/anthropic"],
};

const dialects = { claude: "anthropic", codex: "responses", opencode: "anthropic" } as const;

const intervalsMs = { metrics: 10_000, logs: 5_000, traces: 5_000 } as const;

export const run: OldBody<typeof placeFlags> = async (context) => {
  const { program, flags } = context;
  const state = await readOldState(context.deps, program.agent);
  const deps = withStateCli(context.deps, state);
  const profile = chosenProfile(flags.profile, state);
  const config = await loadConfig(deps, { profile, environment: "ignore", bundle: "ignore" });
  const host = config.get("host");
  if (host === undefined) {
    throw new MortarError("config_missing", `Profile ${profile} names no workspace`, {
      hint: `Sign in first: mortar auth login --profile ${profile} --host https://...`,
    });
  }
  const [variable, path] = gateways[program.agent];
  const lines: readonly (readonly [string, string])[] = [
    ["Profile", profile],
    ["DATABRICKS_HOST", host],
    [variable, `${host}${path}`],
    [variable.replace("BASE_URL", "AUTH_TOKEN"), await tokenWords({ ...context, deps }, profile)],
    ["Proxy URL", await proxyUrl({ ...context, deps }, profile)],
    ["Upstream binary", findProgram(agents[program.agent].program, deps) ?? "not found"],
    ...(await telemetry({ ...context, deps })),
  ];
  const width = Math.max(...lines.map(([label]) => label.length)) + 2;
  const text = lines.map(([label, value]) => `  ${`${label}:`.padEnd(width)} ${value}\n`).join("");
  deps.stdout.write(`${program.name} configuration:\n${text}`);
  return 0;
};

/** Never a part of the token: whether there is one, and of which sort. */
async function tokenWords({ deps, signal }: Pick<OldContext, "deps" | "signal">, profile: string): Promise<string> {
  try {
    const credentials: Credentials = await openCredentials(deps, {
      profile,
      environment: "ignore",
      bundle: "ignore",
      signal,
    });
    const { accessToken } = await credentials.token({ signal });
    return accessToken.reveal().startsWith("dapi") ? "dapi-***" : "**** (redacted)";
  } catch (thrown) {
    signal.throwIfAborted();
    deps.log.debug(toMortarError(thrown).message);
    return `none (sign in: mortar auth login --profile ${profile})`;
  }
}

async function proxyUrl({ deps, program, signal }: OldContext, profile: string): Promise<string> {
  const proxy = await findProxy(deps, signal);
  const url = proxy?.url ?? `http://127.0.0.1:${await rememberedPort(deps)}`;
  const base = dialectUrl(url, profile, dialects[program.agent]);
  return proxy === undefined ? `${base} (starts with a session)` : base;
}

async function telemetry({ deps, program }: OldContext): Promise<readonly (readonly [string, string])[]> {
  if (program.agent === "opencode") return [];
  await adoptTelemetry(deps, program.agent);
  const state = await readOtel(deps);
  const on = signals.filter((signal) => state[signal].enabled);
  return [
    ["OTEL enabled", String(on.length > 0)],
    ...on.map((signal): [string, string] => [
      `OTEL ${signal}`,
      `${state[signal].table ?? ""} (every ${intervalsMs[signal]} ms)`,
    ]),
  ];
}
