// The OAuth grants, on oauth4webapi. Loaded only when a token must be fetched.
import * as oauth from "oauth4webapi";
import { MortarError } from "../platform/errors.ts";
import { isTokenText, Secret } from "../platform/secret.ts";
import type { AccessToken } from "./credentials.ts";
import { isLoopback } from "./host.ts";
import { errorWords, jsonOf, originOf, send, type AuthDeps } from "./http.ts";

/** The id under which every workspace knows its command line clients; public, with PKCE. */
export const publicClientId = "databricks-cli";

export interface GrantTarget {
  readonly tokenEndpoint: string;
  readonly clientId: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Granted {
  readonly token: AccessToken;
  readonly refreshToken: Secret | undefined;
}

/** The authorization server's refusal of a grant: its OAuth error code, and its words in the message. */
export class GrantRefused extends MortarError {
  readonly oauthError: string;

  constructor(oauthError: string, words: string, status: number) {
    super("auth_failed", `The sign-in was refused: ${words}`, {
      httpStatus: status,
      hint: "Check the client id, the secret or the token that it was asked with, and that the host is the right one.",
    });
    this.oauthError = oauthError;
  }
}

/** Client credentials (RFC 6749, 4.4). `extra` are further parameters, such as Azure's `resource`. */
export async function clientCredentials(
  deps: AuthDeps,
  target: GrantTarget & {
    readonly secret: Secret;
    readonly scopes: readonly string[] | undefined;
    readonly extra?: Readonly<Record<string, string>>;
    readonly secretInBody?: boolean;
  },
): Promise<Granted> {
  const secret = target.secret.reveal();
  const auth = target.secretInBody === true ? oauth.ClientSecretPost(secret) : basicAuth(secret);
  const parameters = { ...(target.scopes === undefined ? {} : { scope: target.scopes.join(" ") }), ...target.extra };
  return grant(deps, target, "client_credentials", auth, parameters);
}

/** Refresh (RFC 6749, 6), as a public client. */
export function refreshGrant(
  deps: AuthDeps,
  target: GrantTarget & { readonly refreshToken: Secret },
): Promise<Granted> {
  return grant(deps, target, "refresh_token", oauth.None(), { refresh_token: target.refreshToken.reveal() });
}

/** Token exchange (RFC 8693) of an identity provider's JWT. Without a client id for account-wide federation. */
export function tokenExchange(
  deps: AuthDeps,
  target: GrantTarget & { readonly subject: Secret; readonly scopes: readonly string[] },
): Promise<Granted> {
  return grant(deps, target, "urn:ietf:params:oauth:grant-type:token-exchange", anonymous(target.clientId), {
    subject_token: target.subject.reveal(),
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    scope: target.scopes.join(" "),
  });
}

/** Client credentials proved by a JWT of another provider (RFC 7523, 2.2). */
export function assertionGrant(
  deps: AuthDeps,
  target: GrantTarget & { readonly assertion: Secret; readonly extra: Readonly<Record<string, string>> },
): Promise<Granted> {
  return grant(deps, target, "client_credentials", oauth.None(), {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: target.assertion.reveal(),
    ...target.extra,
  });
}

/** Authorization code with PKCE (RFC 7636). `callback` is the query of the redirect; its state is checked here too. */
export async function codeGrant(
  deps: AuthDeps,
  target: GrantTarget & {
    readonly callback: URLSearchParams;
    readonly state: string;
    readonly redirectUri: string;
    readonly verifier: Secret;
  },
): Promise<Granted> {
  const server = serverOf(target);
  const client: oauth.Client = { client_id: target.clientId ?? publicClientId };
  const parameters = new URLSearchParams(target.callback);
  // The issuer's spelling differs between documents and redirects of one host, and there is one server only.
  parameters.delete("iss");
  const validated = oauth.validateAuthResponse(server, client, parameters, target.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    validated,
    target.redirectUri,
    target.verifier.reveal(),
    optionsOf(deps, target),
  );
  return granted(deps, await oauth.processAuthorizationCodeResponse(server, client, response));
}

async function grant(
  deps: AuthDeps,
  target: GrantTarget,
  type: string,
  auth: oauth.ClientAuth,
  parameters: Record<string, string>,
): Promise<Granted> {
  const server = serverOf(target);
  const client: oauth.Client = { client_id: target.clientId ?? "anonymous" };
  const response = await oauth.genericTokenEndpointRequest(
    server,
    client,
    auth,
    type,
    parameters,
    optionsOf(deps, target),
  );
  return granted(deps, await oauth.processGenericTokenEndpointResponse(server, client, response));
}

/**
 * RFC 6749, 2.3.1, as the Go tools encode it. The library's own also encodes the dashes of a UUID, which only a server
 * that decodes would understand.
 */
function basicAuth(secret: string): oauth.ClientAuth {
  const encoded = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1);
  return (_server, client, _body, headers) => {
    const pair = `${encoded(client.client_id)}:${encoded(secret)}`;
    headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
  };
}

function anonymous(clientId: string | undefined): oauth.ClientAuth {
  return clientId === undefined ? () => undefined : oauth.None();
}

/** Built by hand: only the token endpoint counts, and hosts do not agree on how they spell their issuer. */
function serverOf({ tokenEndpoint }: GrantTarget): oauth.AuthorizationServer {
  return { issuer: originOf(tokenEndpoint), token_endpoint: tokenEndpoint };
}

function optionsOf(deps: AuthDeps, target: GrantTarget): oauth.TokenEndpointRequestOptions {
  return {
    [oauth.allowInsecureRequests]: isLoopback(new URL(target.tokenEndpoint)),
    [oauth.customFetch]: (url, { body, headers }) => ask(deps, url, { body, headers, signal: target.signal }),
  };
}

interface Post {
  readonly body: URLSearchParams;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal | undefined;
}

async function ask(deps: AuthDeps, url: string, { body, headers, signal }: Post): Promise<Response> {
  const what = "the token endpoint";
  const answer = await send(deps, { url, method: "POST", headers, body, what, signal });
  const json = jsonOf(answer, what);
  if (answer.status !== 200) throw refusal(json, answer.status, url);
  // Only what an access token needs goes on: an id token would be checked against an issuer that nobody agreed on.
  const { access_token, refresh_token } = json;
  if (!isTokenText(access_token)) {
    throw new MortarError("bad_response", `The token endpoint at ${originOf(url)} answered without a token`, {
      hint: "Is this the address of a workspace?",
    });
  }
  return Response.json({
    access_token,
    token_type: "Bearer",
    expires_in: lifeSeconds(json["expires_in"]),
    ...(typeof refresh_token === "string" && refresh_token !== "" ? { refresh_token } : {}),
  });
}

/** What a token lives when its server does not say: what Databricks' own do. One without an end would never be renewed. */
const usualLifeSeconds = 3_600;
const longestLifeSeconds = 366 * 86_400;

/** A number, or the string that some servers send. */
function lifeSeconds(value: unknown): number {
  const seconds = Number.parseFloat(String(value));
  return seconds > 0 ? Math.min(seconds, longestLifeSeconds) : usualLifeSeconds;
}

function refusal(json: Record<string, unknown>, status: number, url: string): MortarError {
  const words = errorWords(json) ?? `HTTP ${status}`;
  if (status >= 500 || status === 429) {
    return new MortarError("unavailable", `The token endpoint at ${originOf(url)} is not available: ${words}`, {
      httpStatus: status,
      hint: "Try again in a while.",
    });
  }
  return new GrantRefused(typeof json["error"] === "string" ? json["error"] : "", words, status);
}

function granted(deps: AuthDeps, answer: oauth.TokenEndpointResponse): Granted {
  const lifeMs = answer.expires_in === undefined ? undefined : answer.expires_in * 1_000;
  return {
    token: {
      accessToken: new Secret(answer.access_token),
      tokenType: "Bearer",
      expiresAtMs: lifeMs === undefined ? undefined : deps.clock.now() + lifeMs,
    },
    refreshToken: answer.refresh_token === undefined ? undefined : new Secret(answer.refresh_token),
  };
}
