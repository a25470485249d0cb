// Judges answers that are not errors of the API: redirects, web pages, garbage, nothing at all.
import { MortarError } from "../platform/errors.ts";
import { isObject, parseJson, type JsonObject } from "../platform/json.ts";
import { withoutSecrets } from "./api-error.ts";
import { htmlTitle, looksLikeHtml } from "./error-body.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const checkHost =
  "Check the host: it should be the workspace's own address, such as https://dbc-1234.cloud.databricks.com. Then sign in with `mortar auth login --host ADDRESS`.";

/** The body as text. */
export function bodyText(answer: Answer): string {
  return new TextDecoder().decode(answer.bytes);
}

/** The JSON object in a successful answer. Throws `bad_response` for a web page, garbage or nothing. */
export function jsonOf(answer: Answer, host: string): JsonObject {
  const body = bodyText(answer);
  const facts = { httpStatus: answer.status, requestId: answer.headers.get("x-request-id") ?? undefined };
  if (body.trim() === "")
    throw new MortarError("bad_response", `${host} answered with nothing`, { ...facts, hint: checkHost });
  if (looksLikeHtml(body)) {
    const title = htmlTitle(body);
    const called = title === undefined ? "" : ` ("${withoutSecrets(title, [])}")`;
    throw new MortarError("bad_response", `${host} answered with a web page${called} instead of JSON`, {
      ...facts,
      hint: `This is what a sign-in page or another web server does. ${checkHost}`,
    });
  }
  const value = parsed(body);
  if (isObject(value)) return value as JsonObject;
  throw new MortarError("bad_response", `${host} answered with something that is not a JSON object`, {
    ...facts,
    hint: `A proxy between here and the workspace may have changed the answer. ${checkHost}`,
  });
}

/** Throws `bad_response` when a body is there and is not a JSON object. */
export function assertSuccess(answer: Answer, host: string): void {
  if (answer.bytes.length > 0 && bodyText(answer).trim() !== "") jsonOf(answer, host);
}

/**
 * The error of a redirect. It is never followed: the token would travel to wherever it points. `secrets` are the header
 * values that must not appear in it.
 */
export function redirectError(answer: Answer, host: string, secrets: readonly string[]): MortarError {
  const facts = { httpStatus: answer.status };
  const target = locationOf(answer, host);
  if (target === undefined)
    return new MortarError("bad_response", `${host} answered with a redirect to nowhere`, {
      ...facts,
      hint: checkHost,
    });
  if (target.searchParams.get("error") === "private-link-validation-error")
    return new MortarError("unreachable", `${host} accepts connections only through a private link`, {
      ...facts,
      hint: "Connect from the network that the workspace's private link belongs to (company network or VPN).",
    });
  if (/\/(?:login|signin|sign-in|oidc|oauth2?|saml|sso|authorize)\b/i.test(target.pathname))
    return new MortarError("auth_failed", `${host} answered with its sign-in page instead of an API answer`, {
      ...facts,
      hint: checkHost,
    });
  const moved = target.origin === host ? target.pathname : target.origin;
  const shown = withoutSecrets(moved, secrets).slice(0, 200);
  return new MortarError("bad_response", `${host} points to ${shown}, and redirects are not followed`, {
    ...facts,
    hint: checkHost,
  });
}

function locationOf(answer: Answer, host: string): URL | undefined {
  const location = answer.headers.get("location");
  return location !== null && URL.canParse(location, host) ? new URL(location, host) : undefined;
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}
