// Asking the workspace who a sign-in belongs to: the proof that it works.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { printable } from "../platform/log.ts";
import type { Credentials } from "./credentials.ts";
import { isAccountHost } from "./host.ts";
import { errorWords, jsonOf, send } from "./http.ts";
import { idOf } from "./well-known.ts";

export interface Me {
  /** The user's name, or a service principal's application id. */
  readonly user: string | undefined;
  readonly workspaceId: string | undefined;
}

const limitMs = 10_000;

/**
 * Who the credentials belong to. An account console has no such question: there a token is all the proof. Throws
 * `token_rejected` when the workspace does not take them, `bad_response`, `unreachable`, `timeout`.
 * Source: docs.databricks.com/api/workspace/currentuser/me.
 */
export async function whoAmI(
  deps: Deps,
  credentials: Pick<Credentials, "host" | "headers">,
  options: { signal?: AbortSignal | undefined; timeoutMs?: number } = {},
): Promise<Me> {
  const headers = await credentials.headers({ signal: options.signal });
  if (isAccountHost(credentials.host)) return { user: undefined, workspaceId: undefined };
  const what = "the workspace";
  const answer = await send(deps, {
    url: `${credentials.host}/api/2.0/preview/scim/v2/Me`,
    headers,
    what,
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? limitMs,
    retry: false,
  });
  const body = jsonOf(answer, what);
  const workspaceId = idOf(answer.headers.get("x-databricks-org-id"));
  // A sign-in with narrow scopes is a good one, although it may not read its own name.
  if (answer.status === 403 && /scope/i.test(errorWords(body) ?? "")) return { user: undefined, workspaceId };
  if (answer.status !== 200) {
    const code = answer.status === 401 || answer.status === 403 ? "token_rejected" : "workspace_error";
    throw new MortarError(
      code,
      `${credentials.host} does not take the sign-in: ${errorWords(body) ?? `HTTP ${answer.status}`}`,
      {
        httpStatus: answer.status,
        hint: code === "token_rejected" ? "Sign in again with `mortar auth login --force`." : "Try again in a while.",
      },
    );
  }
  return { user: typeof body["userName"] === "string" ? printable(body["userName"]).trim() : undefined, workspaceId };
}
