// The models of the workspace that an engine of the app can use.
import type { Deps } from "../../../platform/deps.ts";
import type { FoundModel, ModelDialect } from "../../../proxy/models/discover.ts";
import { openModels } from "../../../proxy/models/open.ts";
import type { EngineName, ModelInfo } from "../../contract/api.ts";
import type { Caller, WorkspaceAccess } from "../caller.ts";

/** In which API each engine asks. */
const dialectOf: Readonly<Record<EngineName, ModelDialect>> = {
  claude: "anthropic",
  codex: "responses",
  gemini: "gemini",
};

const engineNames = Object.keys(dialectOf) as readonly EngineName[];

interface ModelsOptions {
  readonly caller: Caller;
  readonly access: WorkspaceAccess;
  readonly version: string;
  readonly fresh: boolean;
  readonly signal: AbortSignal;
}

/** Throws what the lists throw; no model is none. */
export async function models(deps: Deps, options: ModelsOptions): Promise<readonly ModelInfo[]> {
  const { caller, access, version, fresh, signal } = options;
  const credentials = await access.credentials();
  // What is kept of a workspace's models is kept by profile: a user of a shared server is one of his own.
  const profile = access.profile ?? `app ${caller.user}`;
  const { discovery } = await openModels(deps, { credentials, profile, version, signal, fresh });
  return discovery.models.flatMap((model) => {
    const engines = enginesFor(model);
    return engines.length === 0 ? [] : [{ id: model.id, title: titleOf(model), engines }];
  });
}

function enginesFor({ state, dialects }: FoundModel): EngineName[] {
  return state === "ready" ? engineNames.filter((name) => dialects.includes(dialectOf[name])) : [];
}

/** Without what every name begins with, and with what is behind one that people made. */
function titleOf({ id, destinations }: FoundModel): string {
  const short = id.replace(/^system\.ai\./, "").replace(/^databricks-/, "");
  return destinations === undefined ? short : `${short} (${destinations.join(", ")})`;
}
