// A token service on this machine, such as the one that the VS Code extension runs.
import { MortarError } from "../../platform/errors.ts";
import { isTokenText, Secret } from "../../platform/secret.ts";
import type { AccessToken } from "../credentials.ts";
import { isLoopback } from "../host.ts";
import { jsonOf, send } from "../http.ts";
import { bearerFrom, hostOf, lacks, type Strategy } from "../strategy.ts";

const limitMs = 10_000;

export const open: Strategy = async (context) => {
  const { config, deps } = context;
  const address = config.secret("metadata_service_url")?.reveal();
  const host = hostOf(context, "metadata-service");
  if (host === undefined) return undefined;
  if (address === undefined) {
    if (context.chosen) throw lacks(context, "metadata-service", "metadata_service_url is missing");
    return undefined;
  }
  if (!URL.canParse(address) || !isLoopback(new URL(address))) {
    throw new MortarError("config_invalid", "metadata-service: the service's address must be on this machine", {
      hint: "metadata_service_url must begin with http://localhost or http://127.0.0.1.",
    });
  }
  return bearerFrom(context, async ({ signal }): Promise<AccessToken> => {
    const what = "the local metadata service";
    const headers = { "x-databricks-metadata-version": "1", "x-databricks-host": host };
    const answer = await send(deps, { url: address, headers, what, signal, timeoutMs: limitMs, retry: false });
    const body = jsonOf(answer, what);
    const { access_token: token, expires_on: expiresOn } = body;
    if (answer.status !== 200 || !isTokenText(token)) {
      throw new MortarError("auth_failed", `${what} gave no token (HTTP ${answer.status})`, {
        hint: "Is the program that runs it still there, and signed in?",
      });
    }
    const expiresAtMs = Number(expiresOn) * 1_000;
    return {
      accessToken: new Secret(token),
      tokenType: "Bearer",
      expiresAtMs: expiresOn === undefined || !Number.isFinite(expiresAtMs) ? undefined : expiresAtMs,
    };
  });
};
