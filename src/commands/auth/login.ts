// `mortar auth login`: sign in with the browser.
import { loadConfig } from "../../auth/load.ts";
import { login, type LoginResult } from "../../auth/login.ts";
import { readLogin } from "../../auth/token-store.ts";
import type { Run } from "../../cli/context.ts";
import type { Deps } from "../../platform/deps.ts";
import { readSetup } from "../../setup/lasting.ts";
import type { loginFlags } from "./flags.ts";
import { isoOf, storageWords } from "./words.ts";

export const run: Run<typeof loginFlags> = async ({ deps, flags, positionals, profile, signal }) => {
  const again =
    positionals.length > 0 || profile !== undefined || flags.host !== undefined ? undefined : await setUpProfile(deps);
  const result = await login(deps, {
    word: positionals[0],
    profile: again?.profile ?? profile,
    host: flags.host,
    accountId: flags["account-id"],
    workspaceId: flags["workspace-id"],
    force: flags.force || again?.byPerson === true,
    noBrowser: flags["no-browser"],
    timeoutMs: flags.timeout,
    scopes: flags.scopes.length === 0 ? undefined : flags.scopes.join(","),
    clientId: flags["client-id"],
    callbackPort: flags["callback-port"],
    signal,
  });
  return { data: dataOf(result), text: textOf(result) };
};

/**
 * The profile that the agents of this machine are on, where one was set up: without a name that is the one to sign in to
 * again. A sign-in by a token of its own, or of a machine's, is only tried: no browser can renew it.
 */
async function setUpProfile(deps: Deps): Promise<{ readonly profile: string; readonly byPerson: boolean } | undefined> {
  const { profile } = await readSetup(deps);
  if (profile === undefined) return undefined;
  const config = await loadConfig(deps, { profile, environment: "ignore" }).catch(() => undefined);
  const host = config?.get("host");
  if (config === undefined || host === undefined) return undefined;
  return { profile, byPerson: (await readLogin(deps, { host, profile })) !== undefined };
}

function dataOf(result: LoginResult): unknown {
  return {
    host: result.host,
    profile: result.profile,
    user: result.user ?? null,
    auth_type: result.authType,
    already_signed_in: result.alreadySignedIn,
    expires_at: isoOf(result.expiresAtMs) ?? null,
    refresh_token_in: result.storage ?? null,
  };
}

function textOf({ host, profile, user, authType, alreadySignedIn, storage }: LoginResult): string {
  const who = user === undefined ? "" : ` as ${user}`;
  if (alreadySignedIn) {
    return `Already signed in to ${host}${who} (profile ${profile}, ${authType}). Use --force to sign in again.\n`;
  }
  const kept = storage === undefined || storage === "none" ? "" : ` The sign-in is kept in ${storageWords[storage]}.`;
  return `Signed in to ${host}${who}. Profile: ${profile}.${kept}\n`;
}
