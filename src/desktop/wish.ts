// What a configuration of Claude Desktop is to say, found out from the profile and its workspace.
import { openCredentials } from "../auth/credentials.ts";
import { normaliseHost } from "../auth/host.ts";
import { loadConfig } from "../auth/load.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import type { Secret } from "../platform/secret.ts";
import { dialectUrl } from "../proxy/address.ts";
import { dialects } from "../proxy/dialects.ts";
import type { UpstreamFamily } from "../proxy/family.ts";
import { openModels } from "../proxy/models/open.ts";
import { chooseRoles, readPins } from "../proxy/models/roles.ts";
import { desktopModel, desktopModels } from "./models.ts";
import type { DesktopModel, DesktopWish } from "./settings.ts";

export interface WishRequest {
  readonly profile: string;
  /** For a profile that is not on this machine. */
  readonly host: string | undefined;
  readonly way:
    | { readonly kind: "helper"; readonly helper: string; readonly ttlSec: number }
    | {
        readonly kind: "daemon";
        readonly url: string;
        readonly port: number;
        readonly key: Secret;
        readonly otel: boolean;
      };
  /** Names of models; the workspace is asked without them. */
  readonly models: readonly string[];
  readonly databricksCliPath: string | undefined;
  readonly signedExtensionsOnly: boolean;
  readonly localServers: boolean;
  readonly version: string;
  readonly signal: AbortSignal;
}

export interface MadeWish {
  readonly wish: DesktopWish;
  /** What the person should know. */
  readonly notes: readonly string[];
}

/** Throws `config_invalid` for a profile that is not there or is of no workspace, and an abort. Signs nobody in. */
export async function makeWish(deps: Deps, request: WishRequest): Promise<MadeWish> {
  const { profile, way } = request;
  const host = await hostOf(deps, request);
  const found = await modelsOf(deps, request);
  return {
    wish: {
      connection:
        way.kind === "helper"
          ? { ...way, gatewayUrl: `${host}${gatewayBase(found.family)}` }
          : {
              kind: "daemon",
              proxyUrl: dialectUrl(way.url, profile, "anthropic"),
              port: way.port,
              key: way.key,
              telemetryUrl: way.otel ? dialectUrl(way.url, profile, "otel") : undefined,
            },
      fleet: { profile, host, databricksCliPath: request.databricksCliPath },
      models: found.models,
      signedExtensionsOnly: request.signedExtensionsOnly,
      localServers: request.localServers,
    },
    notes: found.notes,
  };
}

async function hostOf(deps: Deps, { profile, host }: WishRequest): Promise<string> {
  if (host !== undefined) return normaliseHost(host).host;
  const config = await loadConfig(deps, { profile, environment: "ignore", bundle: "ignore" });
  const named = config.get("host");
  if (named !== undefined) return normaliseHost(named).host;
  throw new MortarError("config_invalid", `The profile ${profile} names no host`, {
    hint: `Sign in with it (mortar auth login ${profile} --host https://NAME), or give --host.`,
  });
}

interface FoundModels {
  readonly models: readonly DesktopModel[];
  readonly family: UpstreamFamily | undefined;
  readonly notes: readonly string[];
}

async function modelsOf(deps: Deps, { profile, models, version, signal }: WishRequest): Promise<FoundModels> {
  const given = models.map((name) => desktopModel(name));
  try {
    const credentials = await openCredentials(deps, { profile, environment: "ignore", bundle: "ignore", signal });
    const { discovery } = await openModels(deps, { credentials, profile, version, signal });
    const { family } = discovery;
    if (given.length > 0) return { models: given, family, notes: [] };
    const found = desktopModels(discovery.models, chooseRoles(discovery.models, await readPins(deps, profile)));
    const notes =
      found.length === 0
        ? ["The workspace lists no Claude model that can be used: the app will ask it for its list at each start."]
        : ["The models are those that this sign-in may use; who may use others gets them by --models."];
    return { models: found, family, notes };
  } catch (thrown) {
    signal.throwIfAborted();
    if (given.length > 0) return { models: given, family: undefined, notes: [] };
    const { message } = toMortarError(thrown);
    const note = `The models could not be listed (${message}): the app will ask the workspace for its list at each start. --models names them.`;
    return { models: [], family: undefined, notes: [note] };
  }
}

function gatewayBase(family: UpstreamFamily = "model-services"): string {
  const anthropic = dialects.find(({ name }) => name === "anthropic");
  return anthropic?.upstream[family][0] ?? "/ai-gateway/anthropic";
}
