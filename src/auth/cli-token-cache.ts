// The Databricks CLI's tokens, kept for their hour: asking it costs two processes, and a helper is asked at every turn.
import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { toMortarError } from "../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../platform/files.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { Secret } from "../platform/secret.ts";
import type { HeldToken } from "./freshness.ts";
import type { ResolvedConfig } from "./resolve.ts";

type CacheDeps = Pick<Deps, "paths" | "log">;

/** The kept token of the profile and host, or undefined; also when profiles or the CLI's logins changed since. */
export async function readCliToken(deps: CacheDeps, config: ResolvedConfig): Promise<HeldToken | undefined> {
  try {
    const record = parseJson((await readTextIfPresent(pathOf(deps, config))) ?? "null");
    if (!isObject(record) || record["seen"] !== (await seen(deps, config))) return undefined;
    const { access_token: token, obtained_at_ms: obtainedAtMs, expires_at_ms: expiresAtMs } = record;
    if (typeof token !== "string" || typeof obtainedAtMs !== "number" || typeof expiresAtMs !== "number") {
      return undefined;
    }
    return { token: { accessToken: new Secret(token), tokenType: "Bearer", expiresAtMs }, obtainedAtMs };
  } catch {
    return undefined;
  }
}

/** Keeps a token that says when it ends. A folder that cannot be written is no failure. */
export async function keepCliToken(deps: CacheDeps, config: ResolvedConfig, held: HeldToken): Promise<void> {
  if (held.token.expiresAtMs === undefined) return;
  const record = {
    seen: await seen(deps, config),
    obtained_at_ms: held.obtainedAtMs,
    expires_at_ms: held.token.expiresAtMs,
    access_token: held.token.accessToken.reveal(),
  };
  await writeAtomic(pathOf(deps, config), JSON.stringify(record), { mode: 0o600, forceMode: true }).catch(
    (thrown: unknown) => deps.log.debug(`The token is not kept: ${toMortarError(thrown).message}`),
  );
}

export async function dropCliToken(deps: CacheDeps, config: ResolvedConfig): Promise<void> {
  await rm(pathOf(deps, config), { force: true });
}

/** One name for each login of the CLI, for its file and its lock. */
export function cliTokenName(config: ResolvedConfig): string {
  const key = JSON.stringify([config.get("host"), config.profile, config.get("account_id"), config.configPath]);
  return createHash("sha256").update(key).digest("hex").slice(0, 24);
}

function pathOf({ paths }: CacheDeps, config: ResolvedConfig): string {
  return join(paths.cache, "tokens", `${cliTokenName(config)}.json`);
}

/** Changes when profiles are edited (a login does that) and when the CLI rewrites its logins. */
async function seen({ paths }: CacheDeps, config: ResolvedConfig): Promise<string> {
  const files = [
    config.configPath,
    ...(paths.home === undefined ? [] : [join(paths.home, ".databricks", "token-cache.json")]),
  ];
  const marks = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size }) => `${mtimeMs}:${size}`,
        () => "-",
      ),
    ),
  );
  return marks.join(" ");
}
