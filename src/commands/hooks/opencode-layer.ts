// What OpenCode's plugin lays over the person's configuration: the providers on the proxy, and the workspace's models.
import { keyVariable, type Endpoint } from "../../agents/launch/agent.ts";
import { opencode } from "../../agents/launch/opencode.ts";
import { openCredentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { dialectUrl } from "../../proxy/address.ts";
import type { ProxyEndpoint } from "../../proxy/lifecycle/join.ts";
import { agentModels } from "../agent/models.ts";

interface Session {
  readonly joined: ProxyEndpoint;
  readonly profile: string;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** An empty object where the models are not known: then there is nothing to choose either. */
export async function openCodeLayer(deps: Deps, session: Session): Promise<Readonly<Record<string, unknown>>> {
  const { joined, profile, version, signal } = session;
  try {
    const credentials = await openCredentials(deps, { profile, environment: "ignore", bundle: "ignore", signal });
    const models = await agentModels(deps, { credentials, profile, version, signal });
    const base = (dialect: "anthropic" | "responses" | "gemini" | "chat"): string =>
      dialectUrl(joined.url, profile, dialect);
    const endpoint: Endpoint = {
      anthropic: base("anthropic"),
      responses: base("responses"),
      gemini: base("gemini"),
      chat: base("chat"),
      key: joined.key,
    };
    const prepared = await opencode.prepare(deps, {
      words: [],
      command: undefined,
      program: "",
      endpoint,
      models,
      server: undefined,
      folder: deps.paths.run,
    });
    const text = prepared.env["OPENCODE_CONFIG_CONTENT"] ?? "{}";
    // A plugin is called when variables have been put in already.
    return JSON.parse(text.replaceAll(`{env:${keyVariable}}`, joined.key.reveal())) as Record<string, unknown>;
  } catch (thrown) {
    signal.throwIfAborted();
    deps.log.warn(toMortarError(thrown).message);
    return {};
  }
}
