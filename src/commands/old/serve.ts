// `databricks-claude serve --session-mode|--daemon`.
import type { Environment } from "../../platform/deps.ts";
import { runInForeground } from "../../platform/foreground.ts";
import { selfCommand } from "../../platform/process.ts";
import { readOldState } from "../../agents/older/state.ts";
import { proxyEnvironment, requestCap } from "../../proxy/lifecycle/start.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { serveFlags } from "./command-flags.ts";
import { adoptTables, fleetDefaults } from "./fleet-defaults.ts";
import { chosenPort, defaultProfile, rememberPlace } from "./profile.ts";
import { run as runSessionMode } from "./session-mode.ts";
import { adoptTelemetry, enableSignals } from "./telemetry.ts";

export const run: OldBody<typeof serveFlags> = async (context) => {
  const { flags } = context;
  if (flags.daemon === flags["session-mode"]) {
    say(context, "error: Give one of --session-mode and --daemon\nhint: See databricks-claude serve --help.");
    return 2;
  }
  return flags.daemon ? daemon(context) : runSessionMode(context);
};

/** The proxy in this process, for good: what the service is too. Never signs in, and prints nothing on stdout. */
const daemon: OldBody<typeof serveFlags> = async ({ deps, flags, program }) => {
  const state = await readOldState(deps, program.agent);
  const fleet = await fleetDefaults(deps);
  const profile = flags.profile ?? state.profile ?? fleet.profile ?? defaultProfile;
  const port = chosenPort(flags.port, state) ?? fleet.port;
  await rememberPlace(deps, program.agent, flags);
  await adoptTelemetry(deps, program.agent);
  await adoptTables(deps, fleet.tables);
  const tables = {
    metrics: flags["otel-metrics-table"],
    logs: flags["otel-logs-table"],
    traces: flags["otel-traces-table"],
  };
  if (Object.values(tables).some((table) => table !== undefined)) {
    await enableSignals(deps, program.agent, { usual: false, traces: false, tables });
  }
  const { upstream, "tls-cert": cert, "tls-key": key, "log-file": log, "idle-timeout": _idle } = flags;
  const words = [
    "proxy",
    "serve",
    "--service",
    `--profile=${profile}`,
    ...(port === undefined ? [] : [`--port=${port}`]),
    ...(cert === undefined ? [] : [`--tls-cert=${cert}`]),
    ...(key === undefined ? [] : [`--tls-key=${key}`]),
    ...(upstream === undefined ? [] : [`--upstream=${upstream}`]),
    ...(flags["trust-upstream"] ? ["--trust-upstream"] : []),
    ...(log === undefined ? [] : [`--log-file=${log}`]),
    ...(flags.verbose ? ["--verbose"] : []),
  ];
  // The key of a person's choosing goes by the environment: a command line is everybody's to read.
  const own = flags["proxy-api-key"];
  const cli = state.databricks_cli_path ?? fleet.databricksCliPath;
  const env = {
    ...proxyEnvironment(withCli(deps.env, cli)),
    ...requestCap,
    ...(own === undefined || own === "" ? {} : { MORTAR_PROXY_API_KEY: own }),
  };
  return runInForeground([...selfCommand(), ...words], { env });
};

/** The Databricks CLI that was named for this machine, where the environment names none. */
function withCli(env: Environment, path: string | undefined): Environment {
  return path === undefined || (env["DATABRICKS_CLI_PATH"] ?? "") !== "" ? env : { ...env, DATABRICKS_CLI_PATH: path };
}
