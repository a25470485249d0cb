// Workload identity federation: a JWT of another identity provider, exchanged for a token of the workspace.
import type { Secret } from "../platform/secret.ts";
import { parseScopes } from "./attributes.ts";
import { isAccountHost } from "./host.ts";
import { bearerFrom, hostOf, type Opened, type StrategyContext } from "./strategy.ts";

/** Brings the provider's JWT for an audience. It is asked at each exchange: such tokens are short-lived. */
export type IdTokenSource = (audience: string, signal: AbortSignal | undefined) => Promise<Secret>;

/** Opens a strategy over the provider's JWT. Source: databricks-sdk-go config/auth_oidc.go, RFC 8693. */
export async function openFederation(
  context: StrategyContext,
  name: string,
  idToken: IdTokenSource,
): Promise<Opened | undefined> {
  const { config, deps } = context;
  const host = hostOf(context, name);
  if (host === undefined) return undefined;
  return bearerFrom(context, async ({ signal }) => {
    const [{ tokenExchange }, { token: tokenEndpoint }] = await Promise.all([
      import("./grants.ts"),
      context.endpoints(),
    ]);
    const accountId = isAccountHost(host) ? config.get("account_id") : undefined;
    const subject = await idToken(config.get("audience") ?? accountId ?? tokenEndpoint, signal);
    const scopes = parseScopes(config.get("scopes"));
    return (await tokenExchange(deps, { tokenEndpoint, clientId: config.get("client_id"), subject, scopes, signal }))
      .token;
  });
}
