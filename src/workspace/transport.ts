// One HTTP attempt through ofetch: no retries, no redirects, a time limit, and every failure named.
import { createFetch } from "ofetch";
import { isLoopback } from "../auth/host.ts";
import type { Fetch } from "../platform/deps.ts";
import { isAbort, MortarError } from "../platform/errors.ts";
import type { Answer } from "./answer.ts";
import { readBody } from "./body.ts";
import { networkFault } from "./network-error.ts";
import type { Failure } from "./retry.ts";

export interface Attempt {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly timeoutMs: number;
  /** The largest body of a successful answer, in bytes. */
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** Gives the answer, whatever its status, or the failure to get one. Throws only what ends the call: the caller's abort. */
export type Transport = (attempt: Attempt) => Promise<Answer | Failure>;

// What a refusal says fits into this; the rest of it is not read.
const refusalBytes = 1024 * 1024;

export function createTransport(fetch: Fetch): Transport {
  const http = createFetch({ fetch: fetch as typeof globalThis.fetch, Headers, AbortController });
  return async (attempt) => {
    const headers = sendable(attempt.headers);
    if (headers === undefined) return unsendable();
    const limit = limitOf(attempt);
    try {
      const response = await http.raw(attempt.url, {
        method: attempt.method,
        headers,
        ...(attempt.body === undefined ? {} : { body: attempt.body }),
        // A company's proxy knows nothing of this machine's loopback address, and must not see a token for it.
        ...(isLocal(attempt.url) ? { proxy: false } : {}),
        redirect: "manual",
        retry: false,
        ignoreResponseError: true,
        responseType: "stream",
        signal: limit.signal,
      });
      const { status } = response;
      const succeeded = status >= 200 && status < 300;
      const body = await readBody(response._data, succeeded ? attempt.maxBytes : refusalBytes);
      return body.cut && succeeded ? tooLarge(attempt) : { status, headers: response.headers, bytes: body.bytes };
    } catch (thrown) {
      if (attempt.signal?.aborted === true) throw abortOf(attempt.signal);
      return limit.signal.aborted ? timeoutFailure(attempt) : networkFailure(attempt, thrown);
    } finally {
      limit.release();
    }
  };
}

/** What a call that its caller aborted throws: the caller's own MortarError, or an AbortError. */
export function abortOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof MortarError || isAbort(reason)) return reason as Error;
  return new DOMException("The operation was aborted", "AbortError");
}

function isLocal(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url));
}

/** The headers, or undefined where a value holds what no header can carry (a line end, a typographic quote). */
function sendable(headers: Attempt["headers"]): Headers | undefined {
  try {
    return new Headers(headers);
  } catch {
    return undefined;
  }
}

function unsendable(): Failure {
  const error = new MortarError(
    "config_invalid",
    "The token or another setting holds a character that cannot be sent",
    {
      hint: "Look for quotes, line ends or invisible characters in the profile and in DATABRICKS_* variables.",
    },
  );
  return { error, kind: "final", retryAfterMs: undefined, tokenRefused: false };
}

function tooLarge(attempt: Attempt): Failure {
  const mebibytes = Math.floor(attempt.maxBytes / 1024 / 1024);
  const error = new MortarError("too_large", `${originOf(attempt)} sent an answer of more than ${mebibytes} MiB`, {
    hint: "Ask for less at a time: fewer rows, a smaller folder, a limit.",
  });
  return { error, kind: "final", retryAfterMs: undefined, tokenRefused: false };
}

// In real time, not on the injected clock: a socket that hangs does not follow a clock that somebody moves.
function limitOf(attempt: Attempt): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const timer = setTimeout(stop, attempt.timeoutMs);
  if (attempt.signal?.aborted === true) stop();
  attempt.signal?.addEventListener("abort", stop, { once: true });
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      attempt.signal?.removeEventListener("abort", stop);
    },
  };
}

function timeoutFailure(attempt: Attempt): Failure {
  const seconds = Math.round(attempt.timeoutMs / 100) / 10;
  const error = new MortarError("timeout", `${originOf(attempt)} did not answer within ${seconds} seconds`, {
    hint: "Check the connection to the workspace and try again.",
  });
  return { error, kind: "timeout", retryAfterMs: undefined, tokenRefused: false };
}

function networkFailure(attempt: Attempt, thrown: unknown): Failure {
  const source = rootOf(thrown);
  const { kind, says, hint, code } = networkFault(source);
  const called = code === "" ? "" : ` (${code})`;
  const error = new MortarError("unreachable", `Cannot reach ${originOf(attempt)}: ${says}${called}`, {
    hint,
    cause: source,
  });
  return { error, kind, retryAfterMs: undefined, tokenRefused: false };
}

// ofetch's own error carries the request's options, Authorization included: only what fetch threw goes on.
function rootOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.name === "FetchError" ? thrown.cause : thrown;
}

function originOf(attempt: Attempt): string {
  return URL.canParse(attempt.url) ? new URL(attempt.url).origin : "the workspace";
}
