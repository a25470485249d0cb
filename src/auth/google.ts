// Google's identities: a service account's signed request for a token, and the application default credentials.
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { readTextIfPresent } from "../platform/files.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { expandTilde } from "../platform/paths.ts";
import { Secret } from "../platform/secret.ts";
import type { AccessToken } from "./credentials.ts";
import { errorWords, jsonOf, send } from "./http.ts";

/** What Databricks needs of the access token that accompanies the id token. */
export const databricksScopes = [
  "https://www.googleapis.com/auth/cloud-platform",
  "https://www.googleapis.com/auth/compute",
];

export interface ServiceAccount {
  readonly kind: "service_account";
  readonly email: string;
  readonly privateKey: Secret;
  readonly keyId: string | undefined;
  readonly tokenUri: string;
}

export interface AuthorizedUser {
  readonly kind: "authorized_user";
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
}

export type GoogleIdentity = ServiceAccount | AuthorizedUser;

const googleToken = "https://oauth2.googleapis.com/token";
const assertionLifeSeconds = 3_600;

/** Reads an identity from JSON, or from the file at this path. Throws `config_invalid`; the text is never quoted. */
export async function readGoogleIdentity(deps: Deps, value: Secret): Promise<GoogleIdentity> {
  const given = value.reveal().trim();
  const text = given.startsWith("{") ? given : await readTextIfPresent(expandTilde(given, deps.paths));
  if (text === undefined) throw badIdentity("there is no such file");
  const body = parsed(text);
  if (!isObject(body)) throw badIdentity("it is not JSON");
  if (body["type"] === "service_account") {
    return {
      kind: "service_account",
      email: field(body, "client_email"),
      privateKey: new Secret(field(body, "private_key")),
      keyId: typeof body["private_key_id"] === "string" ? body["private_key_id"] : undefined,
      tokenUri: typeof body["token_uri"] === "string" ? body["token_uri"] : googleToken,
    };
  }
  if (body["type"] === "authorized_user") {
    return {
      kind: "authorized_user",
      clientId: field(body, "client_id"),
      clientSecret: new Secret(field(body, "client_secret")),
      refreshToken: new Secret(field(body, "refresh_token")),
    };
  }
  throw badIdentity(
    `its type ${JSON.stringify(body["type"] ?? "")} is not supported: service_account and authorized_user are`,
  );
}

/** An id token for the audience, by the account's own signature. Source: developers.google.com/identity/protocols/oauth2/service-account. */
export async function serviceAccountIdToken(
  deps: Deps,
  account: ServiceAccount,
  audience: string,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const body = await askWithAssertion(deps, account, { target_audience: audience }, signal);
  return idTokenOf(body["id_token"]);
}

/** An access token for the scopes, by the account's own signature. */
export async function serviceAccountAccessToken(
  deps: Deps,
  account: ServiceAccount,
  scopes: readonly string[],
  signal?: AbortSignal,
): Promise<AccessToken> {
  return accessTokenOf(deps, await askWithAssertion(deps, account, { scope: scopes.join(" ") }, signal));
}

async function askWithAssertion(
  deps: Deps,
  account: ServiceAccount,
  claims: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown>> {
  const { importPKCS8, SignJWT } = await import("jose");
  const key = await importPKCS8(account.privateKey.reveal(), "RS256").catch(() => {
    throw badIdentity("its private_key is not a PKCS #8 key");
  });
  const nowSeconds = Math.floor(deps.clock.now() / 1_000);
  const assertion = await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(account.keyId === undefined ? {} : { kid: account.keyId }) })
    .setIssuer(account.email)
    .setSubject(account.email)
    .setAudience(account.tokenUri)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + assertionLifeSeconds)
    .sign(key);
  const form = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion };
  return askGoogle(deps, account.tokenUri, { body: new URLSearchParams(form), signal });
}

interface GoogleRequest {
  readonly body?: URLSearchParams | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** One request to Google's token services. Throws `auth_failed` with Google's words. */
export async function askGoogle(deps: Deps, url: string, request: GoogleRequest): Promise<Record<string, unknown>> {
  const what = "Google's token service";
  const answer = await send(deps, { url, method: "POST", what, ...request });
  const body = jsonOf(answer, what);
  if (answer.status === 200) return body;
  const inner = isObject(body["error"]) ? body["error"] : body;
  throw new MortarError("auth_failed", `${what} refused: ${errorWords(inner) ?? `HTTP ${answer.status}`}`, {
    httpStatus: answer.status,
    hint: "Check the Google credentials and the service account's rights.",
  });
}

/**
 * An access token of the application default credentials: GOOGLE_APPLICATION_CREDENTIALS, gcloud's file, else the
 * machine's own service account. Throws `auth_failed` when there is none.
 */
export async function defaultAccessToken(deps: Deps, signal?: AbortSignal): Promise<AccessToken> {
  const path = await defaultCredentialsPath(deps);
  if (path === undefined) return machineToken(deps, signal);
  const identity = await readGoogleIdentity(deps, new Secret(path));
  if (identity.kind === "service_account") return serviceAccountAccessToken(deps, identity, databricksScopes, signal);
  const form = {
    grant_type: "refresh_token",
    client_id: identity.clientId,
    client_secret: identity.clientSecret.reveal(),
    refresh_token: identity.refreshToken.reveal(),
  };
  return accessTokenOf(deps, await askGoogle(deps, googleToken, { body: new URLSearchParams(form), signal }));
}

async function defaultCredentialsPath({ env, os, paths }: Deps): Promise<string | undefined> {
  const named = env["GOOGLE_APPLICATION_CREDENTIALS"];
  if (named !== undefined && named !== "") return named;
  const posix = paths.home === undefined ? undefined : join(paths.home, ".config");
  const folder = os === "win32" ? env["APPDATA"] : posix;
  if (folder === undefined) return undefined;
  const path = join(folder, "gcloud", "application_default_credentials.json");
  return (await readTextIfPresent(path)) === undefined ? undefined : path;
}

async function machineToken(deps: Deps, signal: AbortSignal | undefined): Promise<AccessToken> {
  const what = "Google's metadata service";
  const answer = await send(deps, {
    url: "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token",
    headers: { "metadata-flavor": "Google" },
    what,
    signal,
    timeoutMs: 3_000,
    retry: false,
    // It exists without encryption only, on Google's own machines.
    allowPlain: true,
  });
  return accessTokenOf(deps, jsonOf(answer, what));
}

export function accessTokenOf(deps: Deps, body: Record<string, unknown>): AccessToken {
  const { access_token: token, expires_in: seconds } = body;
  if (typeof token !== "string" || token === "")
    throw new MortarError("bad_response", "Google answered without a token");
  const lifeMs = Number(seconds) * 1_000;
  return {
    accessToken: new Secret(token),
    tokenType: "Bearer",
    expiresAtMs: lifeMs > 0 ? deps.clock.now() + lifeMs : undefined,
  };
}

export async function idTokenOf(token: unknown): Promise<AccessToken> {
  const { decodeJwt } = await import("jose");
  if (typeof token !== "string") throw new MortarError("bad_response", "Google answered without an id token");
  const expiresAtMs = endOf(() => decodeJwt(token).exp);
  return { accessToken: new Secret(token), tokenType: "Bearer", expiresAtMs };
}

function endOf(read: () => number | undefined): number | undefined {
  try {
    const seconds = read();
    return seconds === undefined ? undefined : seconds * 1_000;
  } catch {
    return undefined;
  }
}

function field(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw badIdentity(`it has no ${name}`);
}

function badIdentity(why: string): MortarError {
  return new MortarError("config_invalid", `google_credentials cannot be used: ${why}`, {
    hint: "Give the JSON key of a service account, or the path of its file.",
  });
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
