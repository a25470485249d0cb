// Values that completion looks up: profiles from ~/.databrickscfg, arguments from a tool's declaration, the rest from the
// workspace by way of a cache.
import type { Candidate, SourceLine } from "../../completion/table.ts";
import type { Deps } from "../../platform/deps.ts";

export interface LookUp {
  readonly line: SourceLine;
  /** Resolves when the prompt has waited long enough. */
  readonly deadline: Promise<void>;
  /** Renews what the cache holds for these words (list, scope, profile); a process of its own unless given. */
  readonly renew?: (deps: Deps, words: readonly string[]) => Promise<void>;
}

/** The values of a source by its name. Throws what reading throws; the engine makes nothing of that. */
export async function sourceValues(deps: Deps, source: string, lookUp: LookUp): Promise<readonly Candidate[]> {
  if (source === "profile") return profiles(deps);
  if (source === "tool-argument") return (await import("./tool-arguments.ts")).toolArguments(deps, lookUp);
  const { workspaceValues } = await import("./workspace-values.ts");
  return workspaceValues(deps, source, lookUp);
}

async function profiles(deps: Deps): Promise<readonly Candidate[]> {
  const { parseConfigFile, profileNames, readConfigFile } = await import("../../auth/config-file.ts");
  const all = parseConfigFile(await readConfigFile(deps));
  return profileNames(all).map((value) => {
    const host = all.get(value)?.get("host");
    return host === undefined ? { value } : { value, description: host.replace(/^https:\/\//, "") };
  });
}
