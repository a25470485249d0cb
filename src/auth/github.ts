// The JWT that GitHub Actions gives a job that has the permission `id-token: write`.
import { MortarError } from "../platform/errors.ts";
import { Secret } from "../platform/secret.ts";
import type { IdTokenSource } from "./federation.ts";
import { errorWords, jsonOf, send } from "./http.ts";
import type { StrategyContext } from "./strategy.ts";

/** The job's source of JWTs, or undefined outside of such a job. */
export function githubIdToken({ config, deps }: StrategyContext): IdTokenSource | undefined {
  const requestUrl = config.get("actions_id_token_request_url");
  const requestToken = config.secret("actions_id_token_request_token");
  if (requestUrl === undefined || requestToken === undefined) return undefined;
  return async (audience, signal) => {
    const url = new URL(requestUrl);
    url.searchParams.set("audience", audience);
    const what = "GitHub's token service";
    const headers = { authorization: `Bearer ${requestToken.reveal()}` };
    const answer = await send(deps, { url: url.href, headers, what, signal });
    const body = jsonOf(answer, what);
    const { value } = body;
    if (answer.status === 200 && typeof value === "string" && value !== "") return new Secret(value);
    throw new MortarError("auth_failed", `${what} gave no token: ${errorWords(body) ?? `HTTP ${answer.status}`}`, {
      hint: "The job needs `permissions: id-token: write`.",
    });
  };
}
