// `databricks-claude config otel disable`.
import { signals } from "../../proxy/otel/signals.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { otelDisableFlags } from "./command-flags.ts";
import { disableSignals, telemetryLines } from "./telemetry.ts";

export const run: OldBody<typeof otelDisableFlags> = async (context) => {
  const { deps, flags, program } = context;
  const named = signals.filter((signal) => flags[signal]);
  const state = await disableSignals(deps, program.agent, named.length === 0 ? signals : named);
  say(context, `Telemetry, also of sessions that start from now on: ${telemetryLines(state)}`);
  return 0;
};
