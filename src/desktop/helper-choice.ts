// Which profile the credential helper is for: it is called without a word, so others have to have said it.
import { readOldState } from "../agents/older/state.ts";
import type { Deps } from "../platform/deps.ts";
import { silentLogger } from "../platform/log.ts";
import { readMemory } from "./memory.ts";

export interface HelperChoice {
  readonly profile: string;
  readonly source: "flag" | "install" | "older state" | "managed settings" | "default";
  /** The workspace that the app was set up for, where that is known. */
  readonly host: string | undefined;
  readonly databricksCliPath: string | undefined;
}

/**
 * The flag, else what `mortar desktop` has remembered, else what the older program has, else what an administrator has
 * set, else the default profile. Throws `io` for a file that cannot be read.
 */
export async function helperChoice(given: Deps, flag: string | undefined): Promise<HelperChoice> {
  // Broken settings are for the commands that people run.
  const deps = { ...given, log: silentLogger };
  const [memory, state] = await Promise.all([readMemory(deps), oldState(deps)]);
  const cli = memory.databricksCliPath ?? state.databricks_cli_path;
  const of = (
    choice: Pick<HelperChoice, "profile" | "source"> & { readonly host?: string | undefined },
  ): HelperChoice => ({
    host: undefined,
    ...choice,
    databricksCliPath: cli,
  });
  if (flag !== undefined) return of({ profile: flag, source: "flag" });
  if (memory.profile !== undefined) return of({ profile: memory.profile, source: "install", host: memory.host });
  if (state.profile !== undefined && state.profile !== "DEFAULT") {
    return of({ profile: state.profile, source: "older state" });
  }
  // Windows starts a program for it, which costs more than all the rest.
  const { managedText, readFleetSettings } = await import("../platform/managed/managed.ts");
  const fleet = await readFleetSettings(deps);
  const profile = managedText(fleet, "databricksProfile");
  if (profile === undefined) return of({ profile: "DEFAULT", source: "default" });
  return {
    profile,
    source: "managed settings",
    host: managedText(fleet, "databricksHost"),
    databricksCliPath: cli ?? managedText(fleet, "databricksCliPath"),
  };
}

async function oldState(deps: Deps): Promise<Awaited<ReturnType<typeof readOldState>>> {
  return deps.paths.home === undefined ? {} : readOldState(deps, "claude");
}
