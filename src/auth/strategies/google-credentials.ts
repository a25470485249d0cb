// A Google service account's key: an id token for the workspace, and an access token beside it.
import { MortarError } from "../../platform/errors.ts";
import type { TokenOptions } from "../credentials.ts";
import { databricksScopes, readGoogleIdentity, serviceAccountAccessToken, serviceAccountIdToken } from "../google.ts";
import { bearer, hostOf, lacks, type Strategy } from "../strategy.ts";
import { memorySource } from "../token-source.ts";

export const open: Strategy = async (context) => {
  const { config, deps, chosen, signal } = context;
  const given = config.secret("google_credentials");
  const host = hostOf(context, "google-credentials");
  if (host === undefined) return undefined;
  if (given === undefined || (config.cloud !== "GCP" && !chosen)) {
    if (chosen) throw lacks(context, "google-credentials", "google_credentials is missing");
    return undefined;
  }
  const account = await readGoogleIdentity(deps, given);
  if (account.kind !== "service_account") {
    throw new MortarError("config_invalid", "google_credentials must be the key of a service account", {
      hint: "For a person's gcloud login set google_service_account instead (google-id).",
    });
  }
  const first = chosen ? undefined : await serviceAccountIdToken(deps, account, host, signal);
  const idToken = memorySource(deps, () => serviceAccountIdToken(deps, account, host), first);
  const accessToken = memorySource(deps, () => serviceAccountAccessToken(deps, account, databricksScopes));
  return bearer(idToken, async (options?: TokenOptions) => ({
    "X-Databricks-GCP-SA-Access-Token": (await accessToken(options)).accessToken.reveal(),
  }));
};
