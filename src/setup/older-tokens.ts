// Personal access tokens that the FMAPI setup script has left in the workspace: nobody needs them after a setup.
import type { Credentials } from "../auth/credentials.ts";
import type { Deps } from "../platform/deps.ts";
import { toMortarError } from "../platform/errors.ts";
import type { Client } from "../workspace/client.ts";
import { createPersonalTokensApi, type PersonalToken } from "../workspace/personal-tokens.ts";

const comment = /^Claude Code FMAPI\b/;
const limitMs = 10_000;

/**
 * Those of the caller. None where the workspace does not tell, and none for a profile that signs in by a token of its own:
 * it may be one of them. Throws an abort alone.
 */
export async function olderTokens(
  { log }: Pick<Deps, "log">,
  {
    client,
    authType,
    signal,
  }: { readonly client: Client; readonly authType: Credentials["authType"]; readonly signal: AbortSignal },
): Promise<readonly PersonalToken[]> {
  if (authType === "pat") return [];
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    return (await createPersonalTokensApi(client).list({ signal: limit })).filter((token) =>
      comment.test(token.comment),
    );
  } catch (thrown) {
    signal.throwIfAborted();
    log.debug(`The tokens of the workspace are not known: ${toMortarError(thrown).message}`);
    return [];
  }
}

/** Gives how many were revoked. What cannot be is said. Throws an abort alone. */
export async function revokeTokens(
  { log }: Pick<Deps, "log">,
  tokens: readonly PersonalToken[],
  { client, signal }: { readonly client: Client; readonly signal: AbortSignal },
): Promise<number> {
  let count = 0;
  for (const { id } of tokens) {
    try {
      await createPersonalTokensApi(client).revoke(id, { signal });
      count += 1;
    } catch (thrown) {
      signal.throwIfAborted();
      log.warn(`A token of the older program stays: ${toMortarError(thrown).message}`);
    }
  }
  return count;
}
