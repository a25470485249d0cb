// `databricks-claude hooks session-end`, once `--headless-release`: as older hooks call it. Nothing that goes wrong counts.
import { toMortarError } from "../../platform/errors.ts";
import { goesOn } from "../hooks/session-end.ts";
import { endSession, isManaged } from "../hooks/sessions.ts";
import type { OldBody } from "./agent-program.ts";
import type { portFlags } from "./command-flags.ts";

export const run: OldBody<typeof portFlags> = async ({ deps, program, signal }) => {
  const { agent } = program;
  if (isManaged(deps, agent) || (await goesOn(deps, signal))) return 0;
  await endSession(deps, { agent, signal }).catch((thrown: unknown) => {
    signal.throwIfAborted();
    deps.log.debug(toMortarError(thrown).message);
  });
  return 0;
};
