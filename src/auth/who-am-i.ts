// Asking the workspace who a sign-in belongs to: the proof that it works.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { printable } from "../platform/log.ts";
import type { Credentials } from "./credentials.ts";
import { isAccountHost } from "./host.ts";
import { errorWords, jsonOf, send, type Answer } from "./http.ts";
import { loginCommand } from "./login-command.ts";
import { idOf } from "./well-known.ts";

export interface Me {
  /** The user's name, or a service principal's application id. */
  readonly user: string | undefined;
  readonly workspaceId: string | undefined;
}

const limitMs = 10_000;

interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/**
 * Who the credentials belong to. An account console has no such question: there a token is all the proof. A token that
 * is refused before its time is renewed once. Throws `token_rejected` when the workspace does not take them, what the
 * renewal throws, `bad_response`, `unreachable`, `timeout`.
 * Source: docs.databricks.com/api/workspace/currentuser/me.
 */
export async function whoAmI(
  deps: Deps,
  credentials: Pick<Credentials, "host" | "headers"> & { readonly profile?: string | undefined },
  options: AskOptions = {},
): Promise<Me> {
  const { signal } = options;
  const headers = await credentials.headers({ signal });
  if (isAccountHost(credentials.host)) return { user: undefined, workspaceId: undefined };
  let answer = await ask(deps, credentials.host, headers, options);
  if (answer.status === 401) {
    const renewed = await credentials.headers({ signal, forceRefresh: true });
    // A personal token cannot be renewed: the same header would only be refused again.
    if (renewed["Authorization"] !== headers["Authorization"]) {
      answer = await ask(deps, credentials.host, renewed, options);
    }
  }
  const body = jsonOf(answer, what);
  const workspaceId = idOf(answer.headers.get("x-databricks-org-id"));
  // A sign-in with narrow scopes is a good one, although it may not read its own name.
  if (answer.status === 403 && /scope/i.test(errorWords(body) ?? "")) return { user: undefined, workspaceId };
  if (answer.status !== 200) {
    const code = answer.status === 401 || answer.status === 403 ? "token_rejected" : "workspace_error";
    const again = `${loginCommand({ host: credentials.host, profile: credentials.profile ?? "" })} --force`;
    throw new MortarError(
      code,
      `${credentials.host} does not take the sign-in: ${errorWords(body) ?? `HTTP ${answer.status}`}`,
      {
        httpStatus: answer.status,
        hint: code === "token_rejected" ? `Sign in again with \`${again}\`.` : "Try again in a while.",
      },
    );
  }
  return { user: typeof body["userName"] === "string" ? printable(body["userName"]).trim() : undefined, workspaceId };
}

const what = "the workspace";

function ask(
  deps: Deps,
  host: string,
  headers: Record<string, string>,
  { signal, timeoutMs = limitMs }: AskOptions,
): Promise<Answer> {
  return send(deps, { url: `${host}/api/2.0/preview/scim/v2/Me`, headers, what, signal, timeoutMs, retry: false });
}
