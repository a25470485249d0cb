// One request of the sign-in: limited in time, never redirected, tried again where the server asks for it.
import type { Deps } from "../platform/deps.ts";
import { isAbort, MortarError } from "../platform/errors.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { printable, redact } from "../platform/log.ts";
import { isLoopback, requireSecure } from "./host.ts";

export interface AuthRequest {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams | string;
  /** Who is asked, for messages: "the token endpoint". */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Limit of one attempt, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Whether to try again after 429, 502, 503, 504 and broken connections. On unless it says false. */
  readonly retry?: boolean;
  /** Plain http to a fixed address outside (the cloud's own metadata service) is let through. */
  readonly allowPlain?: boolean;
}

export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type AuthDeps = Pick<Deps, "fetch" | "clock" | "log">;

const attemptLimitMs = 30_000;
const totalLimitMs = 60_000;
/** A name that does not exist stays so: whoever mistyped it should not wait. A busy server is worth more patience. */
const brokenTries = 3;
const refusedTries = 6;
const passing = new Set([429, 502, 503, 504]);
/** No answer of a sign-in comes near it; one that never ends must not fill the memory. */
const mostBytes = 4 * 1_048_576;

/**
 * Sends one request and reads the whole answer, whatever its status. Throws `unreachable`, `timeout` (milliseconds as
 * given), `config_invalid` for plain http beyond this machine, `bad_response` for an endless answer, and an abort.
 */
export async function send(deps: AuthDeps, request: AuthRequest): Promise<Answer> {
  if (request.allowPlain !== true) requireSecure(request.url, `address of ${request.what}`);
  const deadline = deps.clock.now() + totalLimitMs;
  for (let attempt = 0; ; attempt++) {
    const outcome = await attemptOnce(deps, request);
    const again = request.retry !== false && (outcome instanceof MortarError || passing.has(outcome.status));
    const waitMs = again ? waitBefore(outcome, attempt) : 0;
    const tries = outcome instanceof MortarError ? brokenTries : refusedTries;
    if (!again || deps.clock.now() + waitMs > deadline || attempt + 1 >= tries) {
      if (outcome instanceof MortarError) throw outcome;
      return outcome;
    }
    deps.log.debug(`${request.what}: trying again in ${waitMs} ms`);
    await deps.clock.sleep(waitMs, request.signal);
  }
}

async function attemptOnce(deps: AuthDeps, request: AuthRequest): Promise<Answer | MortarError> {
  request.signal?.throwIfAborted();
  const limitMs = request.timeoutMs ?? attemptLimitMs;
  const limit = AbortSignal.timeout(limitMs);
  const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
  try {
    const response = await deps.fetch(request.url, {
      method: request.method ?? "GET",
      headers: { accept: "application/json", ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: "manual",
      signal,
      ...(isDirect(request) ? { proxy: false } : {}),
    });
    const text = await readText(request, response);
    return { url: request.url, status: response.status, headers: response.headers, text };
  } catch (thrown) {
    request.signal?.throwIfAborted();
    if (thrown instanceof MortarError) throw thrown;
    if (limit.aborted || (thrown instanceof Error && thrown.name === "TimeoutError")) {
      throw new MortarError("timeout", `${sentence(request)} did not answer within ${Math.ceil(limitMs / 1000)} s`, {
        hint: "Check the network, a proxy (HTTPS_PROXY) and the host's name.",
      });
    }
    if (isAbort(thrown)) throw thrown;
    return unreachable(request, thrown);
  }
}

/** Bun asks HTTP_PROXY for this machine's own addresses too: a company's proxy would get the token in plain text. */
function isDirect(request: AuthRequest): boolean {
  return request.allowPlain === true || isLoopback(new URL(request.url));
}

async function readText(request: AuthRequest, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += bytes.length;
    if (size > mostBytes) {
      throw new MortarError(
        "bad_response",
        `${sentence(request)} answered with more than ${mostBytes / 1_048_576} MB`,
        {
          hint: "Is this the address of a workspace?",
          httpStatus: response.status,
        },
      );
    }
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}

function waitBefore(outcome: Answer | MortarError, attempt: number): number {
  const backoffMs = 500 * 2 ** attempt;
  if (outcome instanceof MortarError) return backoffMs;
  const seconds = Number(outcome.headers.get("retry-after") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? Math.max(backoffMs, seconds * 1_000) : backoffMs;
}

function unreachable(request: AuthRequest, cause: unknown): MortarError {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "no connection";
  return new MortarError("unreachable", `Could not reach ${request.what} at ${originOf(request.url)} (${reason})`, {
    hint: "Check the host's name, the network and a proxy (HTTPS_PROXY).",
    cause,
  });
}

/** The answer's JSON object. Throws `bad_response` for a redirect, a web page, or anything that is no JSON object. */
export function jsonOf(answer: Answer, what: string): Record<string, unknown> {
  const from = `${capital(what)} at ${originOf(answer.url)}`;
  if (answer.status >= 300 && answer.status < 400) {
    throw new MortarError("bad_response", `${from} redirects to ${targetOf(answer)} instead of answering`, {
      hint: "Is this the address of a workspace? A login page or a company proxy may stand before it.",
      httpStatus: answer.status,
    });
  }
  const parsed = parsedOrUndefined(answer.text);
  if (isObject(parsed)) return parsed;
  throw new MortarError("bad_response", `${from} answered with ${kindOf(answer.text)}, HTTP ${answer.status}`, {
    hint: "Is this the address of a workspace? A login page or a company proxy may stand before it.",
    httpStatus: answer.status,
  });
}

/** The server's own words in an OAuth error body, short and without anything like a secret. */
export function errorWords(body: Record<string, unknown>): string | undefined {
  for (const name of ["error_description", "message", "error_msg", "error"]) {
    const words = body[name];
    if (typeof words === "string" && words !== "") return redact(printable(words).trim().slice(0, 300));
  }
  return undefined;
}

export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "an invalid address";
}

function targetOf(answer: Answer): string {
  const location = answer.headers.get("location") ?? "";
  return URL.canParse(location, answer.url) ? new URL(location, answer.url).origin : "another page";
}

function kindOf(text: string): string {
  if (text.trim() === "") return "nothing";
  return /^\s*(<!doctype|<html|<\?xml|<head)/i.test(text) ? "a web page" : "something that is not JSON";
}

function parsedOrUndefined(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function sentence(request: AuthRequest): string {
  return `${capital(request.what)} at ${originOf(request.url)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
