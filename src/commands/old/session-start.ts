// `databricks-claude hooks session-start`, once `--headless-ensure`: as older hooks call it.
import { readOldState } from "../../agents/older/state.ts";
import { isManaged, startSession } from "../hooks/sessions.ts";
import type { OldBody } from "./agent-program.ts";
import type { placeFlags } from "./command-flags.ts";
import { chosenPort, chosenProfile } from "./profile.ts";

export const run: OldBody<typeof placeFlags> = async ({ deps, flags, program, signal }) => {
  const { agent } = program;
  if (isManaged(deps, agent)) return 0;
  const state = await readOldState(deps, agent);
  const profile = chosenProfile(flags.profile, state);
  await startSession(deps, { agent, profile, port: chosenPort(flags.port, state), signal });
  return 0;
};
