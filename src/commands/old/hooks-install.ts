// `databricks-claude hooks install`, once `--install-hooks`.
import { readOldState } from "../../agents/older/state.ts";
import { installHooks } from "../hooks/installing.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { placeFlags } from "./command-flags.ts";
import { chosenPort, chosenProfile, rememberPlace } from "./profile.ts";
import { adoptTelemetry } from "./telemetry.ts";
import { adoptWebsearch } from "./websearch.ts";

export const run: OldBody<typeof placeFlags> = async (context) => {
  const { deps, flags, program, signal } = context;
  const { agent } = program;
  const state = await readOldState(deps, agent);
  const profile = chosenProfile(flags.profile, state);
  // What stands in the settings alone would be gone with them.
  await adoptTelemetry(deps, agent);
  if (agent === "claude") await adoptWebsearch(deps);
  const port = chosenPort(flags.port, state);
  const { files, notes } = await installHooks(deps, { agents: [agent], profile, port, dryRun: false, signal });
  await rememberPlace(deps, agent, flags);
  const changed = files.map(({ file }) => file).join(", ");
  say(
    context,
    `Hooks for ${program.title} are installed (profile ${profile}).${changed === "" ? "" : ` Changed: ${changed}`}`,
  );
  for (const note of notes) say(context, note);
  return 0;
};
