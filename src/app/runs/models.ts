// The workspace's models for the app's agents: our proxy in this process, with a way of its own for each run, which carries the
// freshest token of whoever began it.
import { randomBytes } from "node:crypto";
import { agentModelsOf, type AgentModels } from "../../agents/launch/models.ts";
import { toMortarError, MortarError } from "../../platform/errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { Secret } from "../../platform/secret.ts";
import { dialectUrl } from "../../proxy/address.ts";
import { createFamilyProbe } from "../../proxy/family-probe.ts";
import { assemble } from "../../proxy/lifecycle/assemble.ts";
import { forcedFamily } from "../../proxy/models/forced-family.ts";
import { openModels } from "../../proxy/models/open.ts";
import { chooseRoles, readPins } from "../../proxy/models/roles.ts";
import { startProxy } from "../../proxy/server.ts";
import { authorizationOf } from "../../proxy/tokens.ts";
import type { Filter, Upstream } from "../../proxy/types.ts";
import type { Caller } from "../server/caller.ts";

/** A run's way to the models. */
export interface ModelWay {
  /** `http://127.0.0.1:49153/p/PROFILE@ID`; the base of each dialect is below. */
  readonly url: string;
  readonly key: Secret;
  close(): void;
}

export interface Models {
  open(caller: Caller): Promise<ModelWay>;
  /** The workspace's models by role; none where they are not known. Never throws. */
  byRole(caller: Caller, signal: AbortSignal): Promise<AgentModels>;
  close(): Promise<void>;
}

interface Way {
  readonly upstream: Upstream;
  readonly key: Secret;
}

/** How long a run's start waits for the lists, in milliseconds. */
const limitMs = 5_000;
const graceMs = 1_000;

export function createModels(deps: Deps, version: string): Models {
  // By the part of the address that nobody can guess: another run's key is of no use without it.
  const ways = new Map<string, Way>();
  let serving: Promise<Serving> | undefined;
  const serve = (): Promise<Serving> => {
    serving ??= startServing(deps, { version, ways });
    serving.catch(() => {
      serving = undefined;
    });
    return serving;
  };
  return {
    open: async (caller) => {
      const { url } = await serve();
      const id = randomBytes(24).toString("base64url");
      const key = new Secret(randomBytes(32).toString("base64url"));
      const upstream = upstreamOf(deps, caller);
      ways.set(id, { upstream, key });
      const whole = dialectUrl(url, upstream.profile, "anthropic", id);
      return { url: whole.slice(0, -"/anthropic".length), key, close: () => void ways.delete(id) };
    },
    byRole: async (caller, signal) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      try {
        const { access } = caller;
        const credentials = await access.credentials();
        const profile = keptUnder(caller);
        const pins = access.profile === undefined ? {} : await readPins(deps, access.profile);
        const { discovery } = await openModels(deps, { credentials, profile, version, signal: limited });
        return agentModelsOf(discovery, chooseRoles(discovery.models, pins));
      } catch (thrown) {
        deps.log.warn(`The workspace's models are not known: ${toMortarError(thrown).message}`);
        return { listed: [] };
      }
    },
    close: async () => {
      ways.clear();
      const running = await serving?.catch(() => undefined);
      await running?.stop();
    },
  };
}

/** What is kept of a workspace is kept by profile: a user of a shared server is one of his own. */
function keptUnder({ access, user }: Caller): string {
  return access.profile ?? `app ${user}`;
}

interface Serving {
  readonly url: string;
  stop(): Promise<void>;
}

/** Nobody asked for lines of requests. */
const unlogged: Filter = {
  name: "request-log",
  summary: "",
  byDefault: false,
  applies: () => false,
  handle: (_exchange, request, next) => next(request),
};

async function startServing(
  deps: Deps,
  { version, ways }: { readonly version: string; readonly ways: ReadonlyMap<string, Way> },
): Promise<Serving> {
  const assembly = await assemble(deps, { requestLog: unlogged });
  const proxy = await startProxy(deps, {
    version,
    key: () => [...ways.values()].map(({ key }) => key),
    // The address of a way, handed on as where its requests go.
    lease: (id) => {
      const way = ways.get(id);
      return way === undefined ? undefined : { profile: way.upstream.profile, upstream: { url: id, trusted: false } };
    },
    rootProfile: () => Promise.reject(ended()),
    filters: assembly.filters,
    openUpstream: (_profile, way) => {
      const upstream = ways.get(way?.url ?? "")?.upstream;
      return upstream === undefined ? Promise.reject(ended()) : Promise.resolve(upstream);
    },
  });
  const { url } = proxy.listen({ port: 0 });
  return {
    url,
    stop: async () => {
      await proxy.stop({ graceMs });
      assembly.close();
    },
  };
}

function ended(): MortarError {
  return new MortarError("not_found", "The run that this address was made for has ended");
}

/** The user's workspace, by the token that is the freshest when a request is sent. */
function upstreamOf(deps: Deps, caller: Caller): Upstream {
  const { access } = caller;
  const profile = access.profile ?? (URL.parse(access.host)?.hostname || "app");
  const headers: Upstream["headers"] = async ({ refused, signal } = {}) => {
    const credentials = await access.credentials();
    const present = await credentials.headers({ signal });
    if (refused === undefined || authorizationOf(present) !== refused) return present;
    return await credentials.headers({ signal, forceRefresh: true });
  };
  const probe = createFamilyProbe(deps);
  let family: ReturnType<Upstream["family"]> | undefined;
  return {
    profile,
    origin: access.host,
    prefix: "",
    headers,
    family: () => {
      family ??= (async () => {
        const forced = access.profile === undefined ? undefined : await forcedFamily(deps, access.profile);
        return forced ?? (await probe({ profile: keptUnder(caller), origin: access.host, prefix: "", headers }));
      })();
      family.catch(() => {
        family = undefined;
      });
      return family;
    },
  };
}
