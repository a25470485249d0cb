// A strict authorization server for this room's tests: PKCE, single-use refresh tokens, expiry, and a list of requests.
import { createHash } from "node:crypto";

export interface FakeOidc {
  readonly host: string;
  /** Every request as `METHOD /path`. */
  readonly requests: string[];
  /** The forms that the token endpoint got. */
  readonly forms: URLSearchParams[];
  /** Tokens that the workspace takes now. */
  readonly valid: Set<string>;
  /** The refresh token that may be redeemed next. */
  refreshToken: string;
  /** Answers every request in place of the server. */
  override: ((request: Request) => Response | undefined | Promise<Response | undefined>) | undefined;
  /** Lifetime in seconds, as it is sent: a number, or the string that some servers send. */
  expiresIn: number | string;
  close(): void;
}

interface Pending {
  readonly challenge: string;
  readonly redirectUri: string;
}

export function fakeOidc(): FakeOidc {
  const codes = new Map<string, Pending>();
  let serial = 0;
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => handle(request) });
  const host = `http://127.0.0.1:${server.port}`;
  const state: FakeOidc = {
    host,
    requests: [],
    forms: [],
    valid: new Set(),
    refreshToken: "refresh-secret-0",
    override: undefined,
    expiresIn: 3_600,
    close: () => void server.stop(true),
  };

  const issue = (withRefresh: boolean): Response => {
    serial += 1;
    const token = `access-secret-${serial}`;
    state.valid.add(token);
    state.refreshToken = `refresh-secret-${serial}`;
    return Response.json({
      access_token: token,
      token_type: "Bearer",
      expires_in: state.expiresIn,
      scope: "all-apis",
      ...(withRefresh ? { refresh_token: state.refreshToken } : {}),
    });
  };

  const refuse = (error: string, description: string): Response =>
    Response.json({ error, error_description: description }, { status: 400 });

  const token = async (request: Request): Promise<Response> => {
    const form = new URLSearchParams(await request.text());
    state.forms.push(form);
    const grant = form.get("grant_type");
    if (grant === "client_credentials") return issue(false);
    if (grant === "urn:ietf:params:oauth:grant-type:token-exchange") return issue(false);
    if (grant === "refresh_token") {
      if (form.get("refresh_token") !== state.refreshToken) return refuse("invalid_grant", "Refresh token is invalid");
      return issue(true);
    }
    const pending = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (pending === undefined || pending.challenge !== challenge || pending.redirectUri !== form.get("redirect_uri")) {
      return refuse("invalid_grant", "The code is invalid");
    }
    return issue(true);
  };

  const authorize = (url: URL): Response => {
    const query = url.searchParams;
    const redirect = new URL(query.get("redirect_uri") ?? "");
    if (query.get("code_challenge_method") !== "S256") return new Response("no PKCE", { status: 400 });
    serial += 1;
    const code = `code-secret-${serial}`;
    codes.set(code, { challenge: query.get("code_challenge") ?? "", redirectUri: query.get("redirect_uri") ?? "" });
    redirect.searchParams.set("code", code);
    redirect.searchParams.set("state", query.get("state") ?? "");
    redirect.searchParams.set("iss", `${host}/oidc`);
    return new Response(null, { status: 302, headers: { location: redirect.href } });
  };

  const me = (request: Request): Response => {
    const given = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    if (!state.valid.has(given)) return Response.json({ message: "Invalid access token" }, { status: 401 });
    return Response.json({ userName: "ada@example.com" }, { headers: { "x-databricks-org-id": "900800700600" } });
  };

  const handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    state.requests.push(`${request.method} ${url.pathname}`);
    const overridden = await state.override?.(request);
    if (overridden !== undefined) return overridden;
    if (url.pathname === "/oidc/.well-known/oauth-authorization-server") {
      return Response.json({
        issuer: "https://issuer.of.another.name",
        authorization_endpoint: `${host}/oidc/v1/authorize`,
        token_endpoint: `${host}/oidc/v1/token`,
      });
    }
    if (url.pathname === "/.well-known/databricks-config") {
      return Response.json({ oidc_endpoint: `${host}/oidc`, workspace_id: "900800700600", cloud: "AWS" });
    }
    if (url.pathname === "/oidc/v1/authorize") return authorize(url);
    if (url.pathname === "/oidc/v1/token") return token(request);
    if (url.pathname === "/api/2.0/preview/scim/v2/Me") return me(request);
    return new Response("not found", { status: 404 });
  };
  return state;
}
