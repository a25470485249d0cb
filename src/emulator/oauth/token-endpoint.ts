// The token endpoint (RFC 6749 3.2): who the client is, and which grant it brings.
import type { Call, Route } from "../http/route.ts";
import { jsonResponse } from "../http/wire.ts";
import { principalCaller, sameText, sha256, type Authority } from "./authority.ts";
import { redeemCode } from "./code-grant.ts";
import { issuePair, tokenBody, type TokenBody } from "./token-body.ts";
import { exchangeToken } from "./token-exchange.ts";
import { oauthFault, readCredentials, readForm, requireClient, type TokenRequest } from "./token-request.ts";

type GrantHandler = (request: TokenRequest) => TokenBody | Promise<TokenBody>;

// A map, not an object: the name comes from outside, and `constructor` must not be a grant.
const grants: ReadonlyMap<string, GrantHandler> = new Map<string, GrantHandler>([
  ["authorization_code", redeemCode],
  ["refresh_token", refresh],
  ["client_credentials", clientCredentials],
  ["urn:ietf:params:oauth:grant-type:token-exchange", exchangeToken],
]);

export function tokenRoutes(authority: Authority): readonly Route[] {
  const handler = async (call: Call): Promise<Response> => {
    const form = await readForm(call);
    const grant = grants.get(form.get("grant_type") ?? "");
    if (grant === undefined) throw oauthFault(400, "unsupported_grant_type", "The grant type is not supported.");
    const body = await grant({ authority, call, form, credentials: readCredentials(call, form) });
    return jsonResponse(body, 200, { "cache-control": "no-store", pragma: "no-cache" });
  };
  return [{ method: "POST", pattern: "/oidc/v1/token", handler, open: true }];
}

function refresh(request: TokenRequest): TokenBody {
  const { authority, form } = request;
  const { tokens, switches } = authority.world;
  const client = requireClient(request);
  const token = form.get("refresh_token") ?? "";
  const verdict = tokens.verify(token, ["refresh"]);
  if (verdict.state !== "valid" || verdict.record.clientId !== client.clientId) {
    throw oauthFault(400, "invalid_grant", "Refresh token is invalid");
  }
  const { caller, scope = "", family = "" } = verdict.record;
  if (switches.rotateRefreshTokens) {
    tokens.redeem(token, "refresh");
    return issuePair(authority.world, { caller, scope, family, clientId: client.clientId });
  }
  return tokenBody(authority.world, { caller, scope, family, clientId: client.clientId });
}

function clientCredentials({ authority, credentials, form }: TokenRequest): TokenBody {
  const principal = authority.principal(credentials.id ?? "");
  if (principal === undefined || !sameText(sha256(credentials.secret ?? ""), principal.secretHash)) {
    throw oauthFault(401, "invalid_client", "Client authentication failed");
  }
  const scope = form.get("scope") ?? "all-apis";
  return tokenBody(authority.world, { caller: principalCaller(principal), clientId: principal.applicationId, scope });
}
