// What a host publishes of itself: `/.well-known/databricks-config` and the OAuth endpoints. Kept on disk for an hour.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../platform/files.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { belongsTo, isAccountHost, isLoopback } from "./host.ts";
import { jsonOf, originOf, send, type AuthDeps } from "./http.ts";

export interface HostMetadata {
  readonly oidcEndpoint: string | undefined;
  readonly accountId: string | undefined;
  readonly workspaceId: string | undefined;
  readonly cloud: string | undefined;
  readonly hostType: string | undefined;
  readonly audience: string | undefined;
}

export interface OidcEndpoints {
  readonly authorization: string;
  readonly token: string;
}

export type WellKnownDeps = AuthDeps & Pick<Deps, "paths">;

const positiveMs = 3_600_000;
const negativeMs = 60_000;
const metadataLimitMs = 5_000;

/**
 * What the host says of itself, or undefined when it says nothing. Best effort: it never throws but for an abort.
 * Source: databricks-sdk-go config/host_metadata.go.
 */
export async function hostMetadata(
  deps: WellKnownDeps,
  host: string,
  signal?: AbortSignal,
): Promise<HostMetadata | undefined> {
  const url = `${host}/.well-known/databricks-config`;
  const body = await remembered(deps, url, async () => {
    try {
      const answer = await send(deps, {
        url,
        what: "the workspace",
        signal,
        timeoutMs: metadataLimitMs,
        retry: false,
      });
      return answer.status === 200 ? jsonOf(answer, "the workspace") : undefined;
    } catch (thrown) {
      signal?.throwIfAborted();
      deps.log.debug(`No host metadata: ${toMortarError(thrown).message}`);
      return undefined;
    }
  });
  return body === undefined ? undefined : metadataOf(body);
}

function metadataOf(body: Record<string, unknown>): HostMetadata {
  const audiences = body["token_federation_default_oidc_audiences"];
  const accountId = idOf(body["account_id"]);
  const workspaceId = idOf(body["workspace_id"]);
  const federation = Array.isArray(audiences) ? textOf(audiences[0]) : undefined;
  return {
    accountId,
    workspaceId,
    oidcEndpoint: textOf(body["oidc_endpoint"]),
    cloud: textOf(body["cloud"]),
    hostType: textOf(body["host_type"]),
    audience: federation ?? (workspaceId === undefined ? accountId : undefined),
  };
}

/** `oidc_endpoint` with the account put in, as the address of its discovery document. */
export function discoveryUrlOf(metadata: HostMetadata, accountId: string | undefined): string | undefined {
  const { oidcEndpoint } = metadata;
  if (oidcEndpoint === undefined) return undefined;
  const account = accountId ?? metadata.accountId;
  if (oidcEndpoint.includes("{account_id}") && account === undefined) return undefined;
  const endpoint = oidcEndpoint.replaceAll("{account_id}", account ?? "").replace(/\/+$/, "");
  return `${endpoint}/.well-known/oauth-authorization-server`;
}

export interface OidcTarget {
  readonly host: string;
  readonly accountId: string | undefined;
  readonly discoveryUrl: string | undefined;
  /** Whether the person gave the discovery URL; one that the host gave must belong to the host. */
  readonly discoveryIsNamed?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The host's OAuth endpoints. Throws `unsupported` where the host has no OAuth, `config_invalid` for an account host
 * without an account id or one that sends the sign-in to another host, `bad_response`, `unreachable`, `timeout`.
 * Source: databricks-sdk-go credentials/u2m; for the other host, RFC 9700, 4.4 (mix-up).
 */
export async function oidcEndpoints(deps: WellKnownDeps, target: OidcTarget): Promise<OidcEndpoints> {
  if (target.discoveryUrl === undefined && isAccountHost(target.host)) return accountEndpoints(target);
  const url = target.discoveryUrl ?? `${target.host}/oidc/.well-known/oauth-authorization-server`;
  if (target.discoveryIsNamed !== true) refuseForeign(target, url);
  const body = await remembered(deps, url, async () => {
    const answer = await send(deps, { url, what: "the OAuth discovery", signal: target.signal });
    if (answer.status === 404) return undefined;
    return discovered(jsonOf(answer, "the OAuth discovery"), answer.status, url);
  });
  if (body === undefined) {
    throw new MortarError("unsupported", `OAuth is not supported for this host: ${target.host}`, {
      hint: "Check the host's name; else sign in with a personal access token (token in the profile, or DATABRICKS_TOKEN).",
    });
  }
  const endpoints = { authorization: String(body["authorization_endpoint"]), token: String(body["token_endpoint"]) };
  refuseForeign(target, endpoints.authorization);
  refuseForeign(target, endpoints.token);
  return endpoints;
}

/** A host that names an address of somebody else would be given a code or a secret that opens the other's door. */
function refuseForeign(target: OidcTarget, address: string): void {
  const { host, discoveryUrl, discoveryIsNamed } = target;
  if (URL.canParse(address) && belongsTo(host, address)) return;
  if (discoveryIsNamed === true && discoveryUrl !== undefined && belongsTo(discoveryUrl, address)) return;
  throw new MortarError("config_invalid", `${host} sends the sign-in to another host, ${originOf(address)}`, {
    hint: "Nothing was sent there. Check the host's name; if this is right, set discovery_url in the profile to the address of that host's OAuth discovery.",
  });
}

function discovered(body: Record<string, unknown>, status: number, url: string): Record<string, unknown> {
  const { authorization_endpoint: authorization, token_endpoint: token } = body;
  const usable = typeof authorization === "string" && typeof token === "string";
  if (status === 200 && usable && URL.canParse(authorization) && URL.canParse(token)) return body;
  throw new MortarError("bad_response", `${url} does not name the OAuth endpoints (HTTP ${status})`, {
    hint: "Is this the address of a workspace?",
    httpStatus: status,
  });
}

function accountEndpoints({ host, accountId }: OidcTarget): OidcEndpoints {
  if (accountId === undefined) {
    throw new MortarError("config_invalid", `${host} is an account console: the account's id is missing`, {
      hint: "Give --account-id, account_id in the profile, or DATABRICKS_ACCOUNT_ID.",
    });
  }
  const base = `${host}/oidc/accounts/${encodeURIComponent(accountId)}/v1`;
  return { authorization: `${base}/authorize`, token: `${base}/token` };
}

/** The document by its address, from disk while it is fresh. This machine's own servers change too often for that. */
async function remembered(
  deps: WellKnownDeps,
  url: string,
  ask: () => Promise<Record<string, unknown> | undefined>,
): Promise<Record<string, unknown> | undefined> {
  if (isLoopback(new URL(url))) return ask();
  const path = join(deps.paths.cache, "hosts", `${createHash("sha256").update(url).digest("hex").slice(0, 24)}.json`);
  const kept = await readKept(path, url, deps.clock.now());
  if (kept !== undefined) return kept.body;
  const body = await ask();
  const record = JSON.stringify({ url, at_ms: deps.clock.now(), body: body ?? null });
  await writeAtomic(path, record).catch((thrown: unknown) =>
    deps.log.debug(`Host metadata is not kept: ${toMortarError(thrown).message}`),
  );
  return body;
}

async function readKept(
  path: string,
  url: string,
  nowMs: number,
): Promise<{ body: Record<string, unknown> | undefined } | undefined> {
  try {
    const record = parseJson((await readTextIfPresent(path)) ?? "null");
    if (!isObject(record) || record["url"] !== url || typeof record["at_ms"] !== "number") return undefined;
    const body = isObject(record["body"]) ? record["body"] : undefined;
    const ageMs = nowMs - record["at_ms"];
    const limitMs = body === undefined ? negativeMs : positiveMs;
    return ageMs >= 0 && ageMs < limitMs ? { body } : undefined;
  } catch {
    return undefined;
  }
}

/** An id goes into headers, addresses and ~/.databrickscfg: what does not look like one is none. */
export function idOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
