// What a client reads before it signs in: the host's metadata and the authorization server's (RFC 8414).
import type { Call, Handler, Route } from "../http/route.ts";

/** The account that the workspace belongs to: the same for every emulator, as there is only one. */
export const accountId = "4d9f7a52-0c1e-4b7a-9f0e-6a1c2b3d4e5f";

/** The address under which this request reached us: 127.0.0.1 or localhost, as the client chose. */
export function baseUrl(call: Call): string {
  return new URL(call.request.url).origin;
}

const hostMetadata: Handler = (call, world) => ({
  oidc_endpoint: `${baseUrl(call)}/oidc`,
  account_id: accountId,
  workspace_id: world.workspaceId,
  host_type: "workspace",
  token_federation_default_oidc_audiences: [`${baseUrl(call)}/oidc/v1/token`],
});

const serverMetadata: Handler = (call) => {
  const issuer = `${baseUrl(call)}/oidc`;
  return {
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: [
      "authorization_code",
      "refresh_token",
      "client_credentials",
      "urn:ietf:params:oauth:grant-type:token-exchange",
    ],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
    scopes_supported: ["all-apis", "offline_access", "sql"],
    authorization_response_iss_parameter_supported: true,
  };
};

export const discoveryRoutes: readonly Route[] = [
  { method: "GET", pattern: "/.well-known/databricks-config", handler: hostMetadata, open: true },
  { method: "GET", pattern: "/oidc/.well-known/oauth-authorization-server", handler: serverMetadata, open: true },
  { method: "GET", pattern: "/oidc/.well-known/openid-configuration", handler: serverMetadata, open: true },
];
