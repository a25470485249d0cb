// The Databricks CLI's plaintext logins, read only: for a machine that has them and not the CLI.
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { readTextIfPresent } from "../platform/files.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { Secret } from "../platform/secret.ts";
import { parseExpiry } from "./databricks-cli.ts";
import type { HeldToken } from "./freshness.ts";
import { isAccountHost } from "./host.ts";
import type { ResolvedConfig } from "./resolve.ts";

const version = 1;

/**
 * The access token that the CLI left for the profile, or for the host where older versions put it; undefined when there
 * is none. Its refresh token is not read. Source: databricks-sdk-go credentials/u2m/cache.
 */
export async function leftByCli(
  { paths, log }: Pick<Deps, "paths" | "log">,
  config: ResolvedConfig,
): Promise<HeldToken | undefined> {
  if (paths.home === undefined) return undefined;
  const text = await readTextIfPresent(join(paths.home, ".databricks", "token-cache.json"));
  const file = text === undefined ? undefined : parsed(text);
  if (!isObject(file)) return undefined;
  const { tokens } = file;
  if (file["version"] !== version || !isObject(tokens)) {
    log.debug(`The Databricks CLI's token-cache.json is not of version ${version} and is passed over`);
    return undefined;
  }
  const entry = [config.profile, hostKey(config)]
    .map((key) => (key !== undefined && Object.hasOwn(tokens, key) ? tokens[key] : undefined))
    .find(isObject);
  const token = entry?.["access_token"];
  const expiresAtMs = parseExpiry(entry?.["expiry"]);
  if (typeof token !== "string" || token === "" || expiresAtMs === undefined) return undefined;
  return { token: { accessToken: new Secret(token), tokenType: "Bearer", expiresAtMs }, obtainedAtMs: 0 };
}

function hostKey(config: ResolvedConfig): string | undefined {
  const host = config.get("host");
  const accountId = config.get("account_id");
  return host !== undefined && isAccountHost(host) && accountId !== undefined
    ? `${host}/oidc/accounts/${accountId}`
    : host;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
