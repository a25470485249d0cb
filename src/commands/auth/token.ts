// `mortar auth token`: an access token, as the Databricks CLI prints one.
import { openCredentials } from "../../auth/credentials.ts";
import type { Run } from "../../cli/context.ts";
import type { tokenFlags } from "./flags.ts";
import { isoOf, targetOf } from "./words.ts";

export const run: Run<typeof tokenFlags> = async (context) => {
  const { deps, flags, signal } = context;
  const credentials = await openCredentials(deps, {
    ...targetOf(context, flags.host),
    accountId: flags["account-id"],
    signal,
  });
  const token = await credentials.token({ signal, forceRefresh: flags["force-refresh"] });
  const expiry = isoOf(token.expiresAtMs);
  const data = {
    access_token: token.accessToken.reveal(),
    token_type: token.tokenType,
    ...(expiry === undefined ? {} : { expiry }),
  };
  // The same bytes as `databricks auth token`, but for the line end that a terminal wants.
  const text = flags.output === "text" ? data.access_token : JSON.stringify(data, null, 2);
  return { data, text: `${text}\n` };
};
