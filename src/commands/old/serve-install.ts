// `databricks-claude serve install`: the proxy as a service.
import { readOldState } from "../../agents/older/state.ts";
import { noProgress } from "../../cli/progress.ts";
import { signedIn } from "../agent/profile.ts";
import { run as installProxy } from "../proxy/install.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { serveInstallFlags } from "./command-flags.ts";
import { adoptTables, fleetDefaults } from "./fleet-defaults.ts";
import { removeOlderDaemon } from "./older-daemon.ts";
import { chosenPort, defaultProfile, rememberPlace } from "./profile.ts";
import { adoptTelemetry, enableSignals } from "./telemetry.ts";

export const run: OldBody<typeof serveInstallFlags> = async (context) => {
  const { deps, flags, program, signal, build } = context;
  const state = await readOldState(deps, program.agent);
  const fleet = await fleetDefaults(deps);
  const profile = flags.profile ?? state.profile ?? fleet.profile ?? defaultProfile;
  if (!flags["skip-auth-check"]) await signedIn(deps, profile, signal);
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
  await removeOlderDaemon(deps, signal);
  const result = await installProxy({
    deps,
    signal,
    build,
    profile,
    flags: {
      port: chosenPort(flags.port, state),
      "tls-cert": undefined,
      "tls-key": undefined,
      upstream: undefined,
      "trust-upstream": false,
      "proxy-api-key": undefined,
      "proxy-api-key-file": undefined,
      "log-file": flags["log-file"],
      "dry-run": false,
    },
    positionals: [],
    rest: [],
    json: false,
    progress: noProgress,
  });
  if (result !== undefined) say(context, result.text.trimEnd());
  return 0;
};
