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
  /** A Blob is sent as it is read, from its file where it is one. */
  readonly body: string | Uint8Array<ArrayBuffer> | Blob | undefined;
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
  const open = opener(fetch);
  return async (attempt) => {
    const headers = sendable(attempt);
    if (headers === undefined) return unsendable();
    const limit = limitOf(attempt);
    try {
      const { response, succeeded } = await open(attempt, headers, limit.signal);
      const { bytes, cut } = await readBody(response._data, succeeded ? attempt.maxBytes : refusalBytes);
      return cut && succeeded ? tooLarge(attempt) : { status: response.status, headers: response.headers, bytes };
    } catch (thrown) {
      return failureOf(attempt, limit.signal, thrown);
    } finally {
      limit.release();
    }
  };
}

/** An answer whose body comes as it arrives, of any size. */
export interface StreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  /**
   * Can be read once; leaving the loop closes the connection. Throws MortarError where it breaks off, and `timeout` where
   * nothing comes for as long as the attempt may take; the caller's abort as every call does.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Gives a success as a stream, a refusal whole. `maxBytes` bounds nothing here. */
export type StreamTransport = (attempt: Attempt) => Promise<StreamAnswer | Answer | Failure>;

export function createStreamTransport(fetch: Fetch): StreamTransport {
  const open = opener(fetch);
  return async (attempt) => {
    const headers = sendable(attempt);
    if (headers === undefined) return unsendable();
    const limit = limitOf(attempt);
    let streams = false;
    try {
      const { response, succeeded } = await open(attempt, headers, limit.signal);
      const { status } = response;
      streams = succeeded;
      if (succeeded) {
        limit.restart();
        return { status, headers: response.headers, body: chunksOf(attempt, limit, response._data) };
      }
      return { status, headers: response.headers, bytes: (await readBody(response._data, refusalBytes)).bytes };
    } catch (thrown) {
      return failureOf(attempt, limit.signal, thrown);
    } finally {
      if (!streams) limit.release();
    }
  };
}

/** The time that the reader takes for a chunk is his own: the limit is on the silence of the workspace. */
async function* chunksOf(attempt: Attempt, limit: Limit, body: ReadableStream<Uint8Array> | undefined) {
  try {
    for await (const chunk of body ?? []) {
      limit.pause();
      yield chunk;
      limit.restart();
    }
  } catch (thrown) {
    throw failureOf(attempt, limit.signal, thrown).error;
  } finally {
    limit.release();
  }
}

/** The failure that `thrown` stands for. Throws where the caller has ended the call. */
function failureOf(attempt: Attempt, limit: AbortSignal, thrown: unknown): Failure {
  if (attempt.signal?.aborted === true) throw abortOf(attempt.signal);
  return limit.aborted ? timeoutFailure(attempt) : networkFailure(attempt, thrown);
}

function opener(fetch: Fetch) {
  const http = createFetch({ fetch: fetch as typeof globalThis.fetch, Headers, AbortController });
  return async (attempt: Attempt, headers: Headers, signal: AbortSignal) => {
    const response = await http.raw(attempt.url, {
      method: attempt.method,
      headers,
      ...(attempt.body === undefined ? {} : { body: bodyOf(attempt.body) }),
      // A company's proxy knows nothing of this machine's loopback address, and must not see a token for it.
      ...(isLocal(attempt.url) ? { proxy: false } : {}),
      redirect: "manual",
      retry: false,
      ignoreResponseError: true,
      responseType: "stream",
      signal,
    });
    return { response, succeeded: response.status >= 200 && response.status < 300 };
  };
}

/** Over TLS, Bun 1.4.5 reads a file that is the body into memory as a whole; its stream it sends as it reads. */
function bodyOf(body: NonNullable<Attempt["body"]>): string | Uint8Array<ArrayBuffer> | ReadableStream {
  return body instanceof Blob ? body.stream() : body;
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
function sendable({ headers, body }: Attempt): Headers | undefined {
  try {
    // A stream whose length is not told is sent in chunks, which the storage behind a workspace may refuse.
    return new Headers(body instanceof Blob ? { ...headers, "Content-Length": String(body.size) } : headers);
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
function limitOf(attempt: Attempt): Limit {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => controller.abort();
  const pause = (): void => clearTimeout(timer);
  const restart = (): void => {
    pause();
    timer = setTimeout(stop, attempt.timeoutMs);
  };
  restart();
  if (attempt.signal?.aborted === true) stop();
  attempt.signal?.addEventListener("abort", stop, { once: true });
  return {
    signal: controller.signal,
    restart,
    pause,
    release: () => {
      pause();
      attempt.signal?.removeEventListener("abort", stop);
    },
  };
}

interface Limit {
  readonly signal: AbortSignal;
  /** Counts the whole time from now. */
  restart(): void;
  /** Counts nothing until it is restarted. */
  pause(): void;
  /** Leaves no timer and no listener behind. */
  release(): void;
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
