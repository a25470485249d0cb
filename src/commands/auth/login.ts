// `mortar auth login`: sign in with the browser.
import { login, type LoginResult } from "../../auth/login.ts";
import type { Run } from "../../cli/context.ts";
import type { loginFlags } from "./flags.ts";
import { isoOf, storageWords } from "./words.ts";

export const run: Run<typeof loginFlags> = async ({ deps, flags, positionals, profile, signal }) => {
  const result = await login(deps, {
    word: positionals[0],
    profile,
    host: flags.host,
    accountId: flags["account-id"],
    workspaceId: flags["workspace-id"],
    force: flags.force,
    noBrowser: flags["no-browser"],
    timeoutMs: flags.timeout,
    scopes: flags.scopes.length === 0 ? undefined : flags.scopes.join(","),
    clientId: flags["client-id"],
    callbackPort: flags["callback-port"],
    signal,
  });
  return { data: dataOf(result), text: textOf(result) };
};

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
