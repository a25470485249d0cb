// Federation with a JWT from an environment variable: DATABRICKS_OIDC_TOKEN, or the one that oidc_token_env names.
import { MortarError } from "../../platform/errors.ts";
import { Secret } from "../../platform/secret.ts";
import { openFederation } from "../federation.ts";
import { lacks, type Strategy } from "../strategy.ts";

export const open: Strategy = async (context) => {
  const variable = context.config.get("oidc_token_env") ?? "DATABRICKS_OIDC_TOKEN";
  const read = (): string | undefined => context.deps.env[variable] || undefined;
  if (read() === undefined) {
    if (context.chosen) throw lacks(context, "env-oidc", `the variable ${variable} is not set`);
    return undefined;
  }
  return openFederation(context, "env-oidc", async () => {
    const value = read();
    if (value !== undefined) return new Secret(value);
    throw new MortarError("auth_failed", `env-oidc: the variable ${variable} is not set`);
  });
};
