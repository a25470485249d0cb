// Which of Mortar's own logins a configuration means.
import type { ResolvedConfig } from "./resolve.ts";
import { listLogins, readLogin, type Login, type StoreDeps } from "./token-store.ts";

/** The login of the profile and its host; without a profile the host's, when there is exactly one. Throws `io`. */
export async function findLogin(deps: StoreDeps, config: ResolvedConfig): Promise<Login | undefined> {
  const host = config.get("host");
  if (host === undefined) return undefined;
  const own = await readLogin(deps, { host, profile: config.profile ?? "" });
  if (config.profile !== undefined) return own;
  const accountId = config.get("account_id");
  if (own !== undefined && isOfAccount(own, accountId)) return own;
  const ofHost = (await listLogins(deps)).filter((login) => login.host === host && isOfAccount(login, accountId));
  return ofHost.length === 1 ? ofHost[0] : undefined;
}

/** An account's endpoints have its id in their path; a workspace's have none. */
function isOfAccount({ tokenEndpoint }: Login, accountId: string | undefined): boolean {
  const own = /\/oidc\/accounts\/([^/]+)\//.exec(tokenEndpoint)?.[1];
  return own === undefined || accountId === undefined || own === accountId;
}
