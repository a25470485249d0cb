// A Google service account, impersonated by whoever the machine is signed in as (application default credentials).
import type { AccessToken, TokenOptions } from "../credentials.ts";
import { parseExpiry } from "../databricks-cli.ts";
import { accessTokenOf, askGoogle, databricksScopes, defaultAccessToken, idTokenOf } from "../google.ts";
import { bearer, hostOf, lacks, type Strategy } from "../strategy.ts";
import { memorySource } from "../token-source.ts";

const service = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts";

export const open: Strategy = async (context) => {
  const { config, deps, chosen, signal } = context;
  const account = config.get("google_service_account");
  const host = hostOf(context, "google-id");
  if (host === undefined) return undefined;
  if (account === undefined || (config.cloud !== "GCP" && !chosen)) {
    if (chosen) throw lacks(context, "google-id", "google_service_account is missing");
    return undefined;
  }
  const own = memorySource(deps, () => defaultAccessToken(deps));
  const ask = async (method: string, body: unknown, during?: AbortSignal): Promise<Record<string, unknown>> => {
    const { accessToken } = await own({ signal: during });
    return askGoogle(deps, `${service}/${encodeURIComponent(account)}:${method}`, {
      headers: { authorization: `Bearer ${accessToken.reveal()}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: during,
    });
  };
  const fetchId = async (during?: AbortSignal): Promise<AccessToken> =>
    idTokenOf((await ask("generateIdToken", { audience: host, includeEmail: true }, during))["token"]);
  const fetchAccess = async (): Promise<AccessToken> => {
    const { accessToken, expireTime } = await ask("generateAccessToken", { scope: databricksScopes });
    return { ...accessTokenOf(deps, { access_token: accessToken }), expiresAtMs: parseExpiry(expireTime) };
  };
  const idToken = memorySource(deps, () => fetchId(), chosen ? undefined : await fetchId(signal));
  const access = memorySource(deps, fetchAccess);
  return bearer(idToken, async (options?: TokenOptions) => ({
    "X-Databricks-GCP-SA-Access-Token": (await access(options)).accessToken.reveal(),
  }));
};
