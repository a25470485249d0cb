// The workspace's models as an agent is told of them: what each role has, and all that can be chosen.
import { agentModelsOf, type AgentModels } from "../../agents/launch/models.ts";
import type { Credentials } from "../../auth/credentials.ts";
import { openModels } from "../../proxy/models/open.ts";
import { chooseRoles, readPins } from "../../proxy/models/roles.ts";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";

export interface ModelsRequest {
  readonly credentials: Credentials;
  readonly profile: string;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** How long an agent's start waits for the lists. */
const limitMs = 5_000;

/** Never throws but for an abort: an agent can be told of its models later, and asks by its own names until then. */
export async function agentModels(deps: Deps, request: ModelsRequest): Promise<AgentModels> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(limitMs)]);
  try {
    const [{ discovery }, pins] = await Promise.all([
      openModels(deps, { ...request, signal }),
      readPins(deps, request.profile),
    ]);
    return agentModelsOf(discovery, chooseRoles(discovery.models, pins));
  } catch (thrown) {
    request.signal.throwIfAborted();
    deps.log.warn(`The workspace's models are not known: ${toMortarError(thrown).message}`);
    return { listed: [] };
  }
}
