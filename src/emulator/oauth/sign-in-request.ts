// Reading what `/authorize` is asked for (RFC 6749 4.1.1, RFC 7636 4.3).
import type { Authority, OAuthClient, SignInRequest } from "./authority.ts";

export type ReadRequest =
  | { readonly kind: "request"; readonly request: SignInRequest }
  /** Told to the client by a redirect: the address is known to be the client's. */
  | {
      readonly kind: "refused";
      readonly redirectUri: string;
      readonly state: string | undefined;
      readonly error: string;
      readonly why: string;
    }
  /** Told to the person only: where the client lives is not known (RFC 6749 4.1.2.1). */
  | { readonly kind: "untrusted"; readonly why: string };

/** Reads and checks the query of an authorization request. Never throws. */
export function readSignInRequest(query: URLSearchParams, authority: Authority, ownPort: string): ReadRequest {
  const doubled = [...new Set(query.keys())].find((key) => query.getAll(key).length > 1);
  if (doubled !== undefined) return { kind: "untrusted", why: `${doubled} is given more than once.` };
  const client = authority.client(query.get("client_id") ?? "");
  if (client === undefined) return { kind: "untrusted", why: "The client_id is not known to this workspace." };
  const redirectUri = query.get("redirect_uri") ?? "";
  if (!mayRedirect(client, redirectUri, ownPort)) {
    return { kind: "untrusted", why: "The redirect_uri is not registered for this client." };
  }
  const state = query.get("state") ?? undefined;
  const refuse = (error: string, why: string): ReadRequest => ({ kind: "refused", redirectUri, state, error, why });
  if (query.get("response_type") !== "code") return refuse("unsupported_response_type", "Only response_type=code.");
  const challenge = query.get("code_challenge") ?? "";
  if (query.get("code_challenge_method") !== "S256" || !/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    return refuse("invalid_request", "PKCE with code_challenge_method=S256 is required.");
  }
  const scope = query.get("scope") ?? "all-apis";
  if (!/^[a-z][\w:.-]*( [a-z][\w:.-]*)*$/i.test(scope)) return refuse("invalid_scope", "The scope is malformed.");
  return { kind: "request", request: { client, redirectUri, scope, state, challenge } };
}

/** Loopback addresses only, on any port but the emulator's own (RFC 8252 7.3), or what the client registered. */
function mayRedirect(client: OAuthClient, redirectUri: string, ownPort: string): boolean {
  if (client.redirectUris !== undefined) return client.redirectUris.includes(redirectUri);
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname, port, username, password, hash } = new URL(redirectUri);
  const plain = username === "" && password === "" && hash === "";
  return protocol === "http:" && /^(localhost|127\.0\.0\.1)$/.test(hostname) && port !== ownPort && plain;
}

/** The client's address with the answer in its query. */
export function answerAddress(redirectUri: string, answer: Record<string, string | undefined>): string {
  const url = new URL(redirectUri);
  for (const [key, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.set(key, value);
  return url.href;
}
