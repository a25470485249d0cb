// A personal access token.
import type { AccessToken } from "../credentials.ts";
import { bearer, hostOf, lacks, type Strategy } from "../strategy.ts";

export const open: Strategy = async (context) => {
  const accessToken = context.config.secret("token");
  if (hostOf(context, "pat") === undefined) return undefined;
  if (accessToken === undefined) {
    if (context.chosen) throw lacks(context, "pat", "token is missing");
    return undefined;
  }
  const token: AccessToken = { accessToken, tokenType: "Bearer", expiresAtMs: undefined };
  return bearer(() => Promise.resolve(token));
};
