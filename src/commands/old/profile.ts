// Which profile and port hold under an older name: the flag, then its own state file, then the default. The environment
// does not count: agents leak what their settings say into everything that they start.
import { readOldState, updateOldState, type OldState } from "../../agents/older/state.ts";
import type { Deps } from "../../platform/deps.ts";
import type { OldAgent } from "./agent-program.ts";

export const defaultProfile = "DEFAULT";

/** Databricks' own default is never kept in databricks-claude's state: there it means that nothing was chosen. */
export function chosenProfile(given: string | undefined, state: OldState): string {
  return given ?? state.profile ?? defaultProfile;
}

/** undefined where neither says one: the proxy then has the port that it had last. */
export function chosenPort(given: number | undefined, state: OldState): number | undefined {
  return given !== undefined && given > 0 ? given : state.port;
}

interface Given {
  readonly profile?: string | undefined;
  readonly port?: number | undefined;
}

/** Keeps what was given in so many words. A failure is said, and ends nothing. */
export async function rememberPlace(deps: Deps, agent: OldAgent, { profile, port }: Given): Promise<void> {
  const state = await readOldState(deps, agent);
  const keepsProfile = profile !== undefined && profile !== state.profile && keeps(agent, profile);
  const keepsPort = port !== undefined && port > 0 && port !== state.port;
  if (!keepsProfile && !keepsPort) return;
  await updateOldState(deps, agent, { ...(keepsProfile ? { profile } : {}), ...(keepsPort ? { port } : {}) }).catch(
    (thrown: unknown) => deps.log.warn(thrown instanceof Error ? thrown.message : String(thrown)),
  );
  // What was chosen last holds for Claude Desktop too, whichever of the two names it was chosen under.
  if (keepsProfile && agent === "claude") await moveDesktop(deps, profile);
}

async function moveDesktop(deps: Deps, profile: string): Promise<void> {
  const { forget, readMemory } = await import("../../desktop/memory.ts");
  const memory = await readMemory(deps);
  if (memory.profile !== undefined && memory.profile !== profile) await forget(deps);
}

function keeps(agent: OldAgent, profile: string): boolean {
  return agent !== "claude" || profile !== defaultProfile;
}

/** The environment with the Databricks CLI that the state names, where nothing else names one. */
export function withStateCli(deps: Deps, state: OldState): Deps {
  const path = state.databricks_cli_path;
  if (path === undefined || (deps.env["DATABRICKS_CLI_PATH"] ?? "") !== "") return deps;
  return { ...deps, env: { ...deps.env, DATABRICKS_CLI_PATH: path } };
}
