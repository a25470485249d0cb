// The workspaces that requests go to: one for each profile, opened on first use and again when the profiles change.
import { statSync } from "node:fs";
import { configFilePath } from "../auth/config-file.ts";
import { openCredentials, type CredentialsOptions } from "../auth/credentials.ts";
import { loadConfig } from "../auth/load.ts";
import { loginsFolder } from "../auth/token-store.ts";
import type { Deps } from "../platform/deps.ts";
import { toMortarError } from "../platform/errors.ts";
import type { UpstreamFamily } from "./family.ts";
import { authHeaders, authorizationOf, type AuthSource } from "./tokens.ts";
import type { OpenUpstream, Upstream, UpstreamOverride } from "./types.ts";
import { readUpstreamAddress, type UpstreamAddress } from "./upstream-address.ts";

/** Finds out what a workspace offers. What it throws fails the request that asked, and the next one asks again. */
export type ProbeFamily = (
  upstream: Pick<Upstream, "profile" | "origin" | "prefix" | "headers">,
  signal?: AbortSignal,
) => Promise<UpstreamFamily>;

export interface UpstreamsOptions {
  /** Without it, every workspace is taken to have model services. */
  readonly probeFamily?: ProbeFamily | undefined;
  /** The family that a person has set for the profile. */
  readonly forcedFamily?: ((profile: string) => UpstreamFamily | undefined) | undefined;
}

/** A family is looked for again after so long, while the one that is known serves: a workspace may get a gateway. In milliseconds. */
const familyKeptMs = 600_000;

interface KnownFamily {
  readonly family: UpstreamFamily;
  readonly lookedMs: number;
}

/** How often, at most, the file of profiles is looked at, in milliseconds. */
const lookMs = 200;

/**
 * Opens upstreams by profile. DATABRICKS_* of the environment and the repository's databricks.yml are left aside: agents
 * leak the first into what they start, and the second is for the folder that the proxy happened to be started in.
 */
export function createUpstreams(deps: Deps, options: UpstreamsOptions = {}): OpenUpstream {
  const opened = new Map<string, Promise<Upstream>>();
  const families = new Map<string, KnownFamily>();
  const changed = watchProfiles(deps);
  return (profile, override) => {
    if (changed()) opened.clear();
    const name = override === undefined ? profile : JSON.stringify([profile, override.url, override.trusted]);
    const known = opened.get(name);
    if (known !== undefined) return known;
    const forget = (): void => {
      if (opened.get(name) === opening) opened.delete(name);
    };
    const opening: Promise<Upstream> = open({ deps, options, families, forget }, profile, override);
    opened.set(name, opening);
    opening.catch(forget);
    return opening;
  };
}

interface Opening {
  readonly deps: Deps;
  readonly options: UpstreamsOptions;
  /** By profile and address: opening the profile again does not make it another workspace. */
  readonly families: Map<string, KnownFamily>;
  readonly forget: () => void;
}

async function open(opening: Opening, profile: string, override: UpstreamOverride | undefined): Promise<Upstream> {
  const { deps } = opening;
  const named: CredentialsOptions = { profile, environment: "ignore", bundle: "ignore" };
  const address = override === undefined ? undefined : readUpstreamAddress(override.url);
  if (address !== undefined && override?.trusted !== true && !(await isProfiles(deps, named, address))) {
    const nothing = { headers: () => Promise.resolve({}), atHand: () => ({}), endsAtMs: () => undefined };
    // Without a token there is nobody to ask what it has.
    const upstream = upstreamAt(opening, {
      profile,
      address: { ...address, family: address.family ?? "model-services" },
      auth: nothing,
    });
    return { ...upstream, withoutToken: true };
  }
  const credentials = await openCredentials(deps, named);
  const auth = authHeaders(deps, credentials, { onEnded: opening.forget });
  const own: UpstreamAddress = { origin: credentials.host, prefix: "", family: undefined };
  return upstreamAt(opening, { profile, address: address ?? own, auth });
}

/** Whether the address is on the profile's own host: only that one gets its token unasked. */
async function isProfiles(deps: Deps, named: CredentialsOptions, address: UpstreamAddress): Promise<boolean> {
  const host = (await loadConfig(deps, named)).get("host");
  return host !== undefined && URL.canParse(host) && new URL(host).origin === address.origin;
}

interface Place {
  readonly profile: string;
  readonly address: UpstreamAddress;
  readonly auth: AuthSource;
}

function upstreamAt({ deps, options, families }: Opening, { profile, address, auth }: Place): Upstream {
  const { origin, prefix } = address;
  const { headers } = auth;
  const key = JSON.stringify([profile, origin, prefix]);
  let probing: Promise<UpstreamFamily> | undefined;
  const probe = (): Promise<UpstreamFamily> => {
    probing ??= probeWith(options.probeFamily, { profile, origin, prefix, headers })
      .then((family) => {
        families.set(key, { family, lookedMs: deps.clock.now() });
        return family;
      })
      .finally(() => {
        probing = undefined;
      });
    return probing;
  };
  const learned = (): UpstreamFamily | undefined => {
    const found = families.get(key);
    const nowMs = deps.clock.now();
    if (found === undefined || Math.abs(nowMs - found.lookedMs) < familyKeptMs) return found?.family;
    families.set(key, { family: found.family, lookedMs: nowMs });
    probe().catch((thrown: unknown) => deps.log.debug(`${origin}: ${toMortarError(thrown).message}`));
    return found.family;
  };
  const known = (): UpstreamFamily | undefined => options.forcedFamily?.(profile) ?? address.family ?? learned();
  return {
    profile,
    origin,
    prefix,
    headers,
    tokenEndsAtMs: auth.endsAtMs,
    family: async () => known() ?? probe(),
    atHand: () => {
      const family = known();
      const present = family === undefined ? undefined : auth.atHand();
      return family === undefined || present === undefined ? undefined : { family, headers: present };
    },
  };
}

/** A token that is refused when the family is asked for is refreshed once, as for any other request. */
async function probeWith(
  probeFamily: ProbeFamily | undefined,
  upstream: Parameters<ProbeFamily>[0],
): Promise<UpstreamFamily> {
  if (probeFamily === undefined) return "model-services";
  const used = authorizationOf(await upstream.headers());
  try {
    return await probeFamily(upstream);
  } catch (thrown) {
    if (toMortarError(thrown).code !== "token_rejected" || used === undefined) throw thrown;
    const fresh = await upstream.headers({ refused: used });
    if (authorizationOf(fresh) === used) throw thrown;
    return probeFamily(upstream);
  }
}

/**
 * Tells whether ~/.databrickscfg or the sign-ins have changed since it was last asked: whoever signs out, or in as somebody
 * else, means the agents too. A renewed token is such a change as well, and is read again at no cost that counts.
 */
function watchProfiles(deps: Pick<Deps, "clock" | "env" | "paths">): () => boolean {
  const watched = [configFilePath(deps), loginsFolder(deps)];
  // Synchronous: it takes two microseconds, and a turn through the thread pool fifty.
  const stampOf = (path: string | undefined): string => {
    const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
    return found === undefined ? "" : `${found.ino} ${found.size} ${found.mtimeMs}`;
  };
  const stamp = (): string => watched.map(stampOf).join(";");
  let lookedMs = deps.clock.now();
  let last = stamp();
  return () => {
    const nowMs = deps.clock.now();
    if (nowMs >= lookedMs && nowMs - lookedMs < lookMs) return false;
    lookedMs = nowMs;
    const present = stamp();
    const different = present !== last;
    last = present;
    return different;
  };
}
