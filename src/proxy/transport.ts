// One request to the workspace, as bytes: no redirect followed, nothing decoded, no time limit of ours, no other host.
import { isLoopback } from "../auth/host.ts";
import type { Deps, Fetch } from "../platform/deps.ts";
import { isAbort, MortarError } from "../platform/errors.ts";
import { networkFault } from "../workspace/network-error.ts";
import { authorise, withdraw } from "./headers.ts";
import type { ModelRequest } from "./types.ts";

export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** What the workspace wants to see beside them. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly body: ModelRequest["body"];
  readonly signal: AbortSignal;
  /** Whether it goes past the company's proxy: `isOnThisMachine`, for whoever asks that only once. */
  readonly direct?: boolean | undefined;
}

export type Transport = (request: WireRequest) => Promise<Response>;

/**
 * Sends. A connection that breaks before the answer begins is tried once more where the body can be sent again: a pooled
 * connection may have died while it was idle, and shows it only when it is written to. Throws `unreachable`, and what
 * the client's leaving throws.
 */
export function createTransport({ fetch, log }: Pick<Deps, "fetch" | "log">): Transport {
  const again = (request: WireRequest, thrown: unknown): Promise<Response> => {
    request.signal.throwIfAborted();
    // The body itself failed: it grew too large.
    if (thrown instanceof MortarError) throw thrown;
    const fault = networkFault(thrown);
    if (fault.kind !== "network" || request.body instanceof ReadableStream) throw unreachable(request, thrown);
    log.debug(`The connection broke before an answer (${fault.code}); sending again`);
    return send(fetch, request).catch((second: unknown) => {
      request.signal.throwIfAborted();
      throw unreachable(request, second);
    });
  };
  return (request) => send(fetch, request).catch((thrown: unknown) => again(request, thrown));
}

function send(
  fetch: Fetch,
  { url, method, headers, credentials, body, signal, direct = isOnThisMachine(url) }: WireRequest,
): Promise<Response> {
  const init: BunFetchRequestInit = {
    method,
    headers,
    body,
    signal,
    redirect: "manual",
    // The client asked for the encoding that it gets.
    decompress: false,
    // A model may think for longer than any limit that we could choose; the client has its own.
    timeout: false,
  };
  // fetch takes the headers over when it is called. A copy for the token would cost more than all else here, and the
  // steps before this one must not find one in what they have.
  authorise(headers, credentials);
  try {
    return fetch(url, direct ? { ...init, proxy: false } : init);
  } finally {
    withdraw(headers, credentials);
  }
}

// `http://127.evil.example` is parsed, and found to be elsewhere.
const maybeLocal = /^https?:\/\/(?:127\.|localhost|\[::1\])/i;

/** A company's proxy knows nothing of this machine's loopback address, and must not see a token for it. */
export function isOnThisMachine(url: string): boolean {
  return maybeLocal.test(url) && isLoopback(new URL(url));
}

/** What is thrown where an answer that is read before it is handed on breaks off; whoever has left stays one who has left. */
export function brokenOff(cause: unknown): unknown {
  if (isAbort(cause)) return cause;
  return new MortarError("unreachable", "The connection to the workspace broke before its answer was whole", {
    hint: networkFault(cause).hint,
    cause,
  });
}

function unreachable({ url }: WireRequest, cause: unknown): MortarError {
  const { says, hint, code } = networkFault(cause);
  const called = code === "" ? "" : ` (${code})`;
  return new MortarError("unreachable", `Cannot reach ${new URL(url).origin}: ${says}${called}`, { hint, cause });
}
