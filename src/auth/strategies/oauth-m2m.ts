// A service principal's client id and secret. There is no refresh token: the grant is asked again.
import { parseScopes } from "../attributes.ts";
import { bearer, hostOf, lacks, type Strategy } from "../strategy.ts";
import { memorySource } from "../token-source.ts";

export const open: Strategy = async (context) => {
  const { config, deps } = context;
  const clientId = config.get("client_id");
  const secret = config.secret("client_secret");
  if (hostOf(context, "oauth-m2m") === undefined) return undefined;
  if (clientId === undefined || secret === undefined) {
    if (context.chosen) throw lacks(context, "oauth-m2m", "client_id and client_secret are needed");
    return undefined;
  }
  const scopes = parseScopes(config.get("scopes"));
  // Whoever gives an id and a secret means them: nothing is tried out before the first request.
  const source = memorySource(deps, async () => {
    const [{ clientCredentials }, endpoints] = await Promise.all([import("../grants.ts"), context.endpoints()]);
    return (await clientCredentials(deps, { tokenEndpoint: endpoints.token, clientId, secret, scopes })).token;
  });
  return bearer(source);
};
