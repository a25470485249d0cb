// Who I am, as every room above sees it: the headers that prove it, and the token behind them.
import type { Deps } from "../platform/deps.ts";
import type { Secret } from "../platform/secret.ts";

export interface AccessToken {
  readonly accessToken: Secret;
  /** As it stands in the Authorization header: `Bearer`. */
  readonly tokenType: string;
  /** Milliseconds since the epoch; undefined for a token that does not say when it ends. */
  readonly expiresAtMs: number | undefined;
}

export interface TokenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Ask for a new token even when the present one still seems good: the workspace refused it. */
  readonly forceRefresh?: boolean | undefined;
}

export interface Credentials {
  /** Scheme, name and port of the workspace: `https://dbc-1.cloud.databricks.com`, without a slash at the end. */
  readonly host: string;
  /** The strategy in use, by the name that `auth_type` has for it: `pat`, `databricks-cli`, ... */
  readonly authType: string;
  readonly profile: string | undefined;
  readonly workspaceId: string | undefined;
  /** The token came with a caller's request: no command on this machine gets a better one. */
  readonly handedOn?: boolean | undefined;
  /** All headers that an authenticated request carries, `X-Databricks-Workspace-Id` included where it is known. */
  headers(options?: TokenOptions): Promise<Record<string, string>>;
  /** The access token. Throws `unsupported` for a strategy that has none (`basic`). */
  token(options?: TokenOptions): Promise<AccessToken>;
}

export interface CredentialsOptions {
  /** The --profile flag. It wins over what the environment says of host and sign-in. */
  readonly profile?: string | undefined;
  readonly host?: string | undefined;
  /** Which account, on a host that serves several: an account console, or a unified host. */
  readonly accountId?: string | undefined;
  /** `ignore` leaves DATABRICKS_* of the environment aside: agents leak it into their children. */
  readonly environment?: "use" | "ignore" | undefined;
  /** `ignore` does not let the repository's databricks.yml choose among the profiles where nothing else names one. */
  readonly bundle?: "use" | "ignore" | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the credentials that the options, the environment and ~/.databrickscfg name. Throws `not_signed_in`,
 * `config_missing` and `config_invalid` with what to do; nothing is fetched for a personal access token, but what the
 * host says of itself (kept on disk for an hour).
 */
export async function openCredentials(deps: Deps, options: CredentialsOptions = {}): Promise<Credentials> {
  const [{ loadConfig, neutralEnvironment }, { openResolved }] = await Promise.all([
    import("./load.ts"),
    import("./open.ts"),
  ]);
  const config = await loadConfig(deps, options);
  const seen = options.environment === "ignore" ? { ...deps, env: neutralEnvironment(deps.env) } : deps;
  return (await openResolved(seen, config, options)).credentials;
}
