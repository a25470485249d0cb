// `databricks-claude config otel enable`.
import { loadConfig } from "../../auth/load.ts";
import { readOldState } from "../../agents/older/state.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { otelEnableFlags } from "./command-flags.ts";
import { chosenProfile, rememberPlace } from "./profile.ts";
import { enableSignals, telemetryLines } from "./telemetry.ts";

export const run: OldBody<typeof otelEnableFlags> = async (context) => {
  const { deps, flags, program } = context;
  const profile = chosenProfile(flags.profile, await readOldState(deps, program.agent));
  // A profile that is not there ends it before anything is set.
  await loadConfig(deps, { profile, environment: "ignore", bundle: "ignore" });
  await rememberPlace(deps, program.agent, flags);
  const state = await enableSignals(deps, program.agent, {
    usual: true,
    traces: flags.traces === true,
    tables: { metrics: flags["metrics-table"], logs: flags["logs-table"], traces: flags["traces-table"] },
  });
  say(context, `Telemetry of sessions that start from now on: ${telemetryLines(state)}`);
  return 0;
};
