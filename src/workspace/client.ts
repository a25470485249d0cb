// One HTTP client under every API of the workspace: headers, retries, one forced refresh, time limits, errors.
import type { Credentials } from "../auth/credentials.ts";
import { requireSecure } from "../auth/host.ts";
import { loginCommand } from "../auth/login-command.ts";
import type { Clock, Deps } from "../platform/deps.ts";
import type { JsonObject } from "../platform/json.ts";
import type { Logger } from "../platform/log.ts";
import { assertSuccess, bodyText, jsonOf, redirectError, type Answer } from "./answer.ts";
import { errorOfProblem, secretsOf } from "./api-error.ts";
import { parseProblem } from "./error-body.ts";
import { encodeQuery, type Query } from "./query.ts";
import { exhausted, retryAfterMs, retryDelay, type Failure, type FailureKind } from "./retry.ts";
import {
  abortOf,
  createStreamTransport,
  createTransport,
  type Attempt,
  type StreamAnswer,
  type StreamTransport,
  type Transport,
} from "./transport.ts";

/** What every call of every API takes. */
export interface CallOptions {
  /** Ends the request, the wait before a retry, and the wait for a token. */
  readonly signal?: AbortSignal | undefined;
}

export interface ClientRequest extends CallOptions {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** From the root of the host: `/api/2.2/jobs/get`. Segments are already percent-encoded. */
  readonly path: `/${string}`;
  readonly query?: Query | undefined;
  /** Beside those of every request; none of them a secret. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A JSON body (`rawInteger` values become bare digits), or bytes to send as they are: a Blob from its file, unread. */
  readonly body?: object | Uint8Array<ArrayBuffer> | Blob | undefined;
  /** Whether sending it twice does what sending it once does. Default: true for all but POST and PATCH. */
  readonly idempotent?: boolean | undefined;
  /** The limit of one attempt in milliseconds. Default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** The largest body of a successful answer, in bytes, uncompressed; a larger one is `too_large`. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
}

export interface Client {
  /** `https://host`, without a slash at the end. */
  readonly host: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Sends a request whose answer is a JSON object. Throws MortarError; integers beyond 2^53 are strings of digits. */
  json(request: ClientRequest): Promise<JsonObject>;
  /** Sends a request whose answer says nothing beyond success: an empty body is as good as `{}`. Throws MortarError. */
  run(request: ClientRequest): Promise<void>;
  /** Sends a request and gives the successful answer as it came. Throws MortarError. */
  send(request: ClientRequest): Promise<Answer>;
  /**
   * Sends a request and gives the successful answer as soon as it begins; `maxBytes` does not count, and `timeoutMs` is the
   * longest silence. Throws MortarError; once it has begun, nothing is tried again.
   */
  stream(request: ClientRequest): Promise<StreamAnswer>;
  /**
   * The headers that prove the sign-in: for an address that the workspace itself has named as its own, such as an app's, and
   * over https alone. Throws what signing in throws.
   */
  proof(options?: CallOptions): Promise<Readonly<Record<string, string>>>;
}

export type ClientCredentials = Pick<Credentials, "host" | "authType" | "workspaceId" | "headers"> & {
  readonly profile?: string | undefined;
  readonly handedOn?: boolean | undefined;
};

export interface ClientOptions {
  readonly deps: Pick<Deps, "fetch" | "clock" | "log">;
  readonly credentials: ClientCredentials;
  readonly userAgent: string;
  /** A number in [0, 1) for the jitter of retries. */
  readonly random?: (() => number) | undefined;
  /** How long a request and its retries may take in all, in milliseconds: after that it ends as it is. Default five minutes. */
  readonly budgetMs?: number | undefined;
}

const defaultTimeoutMs = 60_000;
// The largest that an API sends whole are 25 MiB of rows (SQL, INLINE) and 10 MB of a notebook in base64.
const defaultMaxBytes = 64 * 1024 * 1024;

/** Makes the client. Sends nothing. */
export function createClient(options: ClientOptions): Client {
  const { credentials, deps } = options;
  const host = credentials.host.replace(/\/+$/, "");
  const line: Line = {
    host,
    credentials,
    userAgent: options.userAgent,
    clock: deps.clock,
    log: deps.log,
    random: options.random ?? Math.random,
    budgetMs: options.budgetMs,
    transport: createTransport(deps.fetch),
    streamTransport: createStreamTransport(deps.fetch),
  };
  const send = (request: ClientRequest): Promise<Answer> => exchange(line, request, sendOnce);
  return {
    host,
    clock: deps.clock,
    log: deps.log,
    send,
    json: async (request) => jsonOf(await send(request), host),
    run: async (request) => assertSuccess(await send(request), host),
    stream: (request) => exchange(line, request, streamOnce),
    proof: ({ signal } = {}) => credentials.headers({ signal }),
  };
}

/** What one client holds between calls. */
interface Line {
  readonly host: string;
  readonly credentials: ClientCredentials;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly budgetMs: number | undefined;
  readonly transport: Transport;
  readonly streamTransport: StreamTransport;
}

/** The successful answer, or why there is none. Throws only on the caller's abort. */
type Once<T> = (line: Line, request: ClientRequest, headers: Record<string, string>) => Promise<T | Failure>;

async function exchange<T extends object>(line: Line, request: ClientRequest, once: Once<T>): Promise<T> {
  // The last line of defence: whoever resolved the host has said so already.
  if (URL.canParse(line.host)) requireSecure(line.host);
  const startedMs = line.clock.now();
  const counts: Partial<Record<FailureKind, number>> = {};
  let sent = await headersFor(line, request, false);
  let refreshed = false;
  while (true) {
    const outcome = await once(line, request, sent);
    if (!isFailure(outcome)) return outcome;
    if (outcome.tokenRefused && !refreshed) {
      refreshed = true;
      const fresh = await headersFor(line, request, true);
      // A personal token cannot be refreshed: the same header would only be refused again.
      if (sameHeaders(sent, fresh)) throw outcome.error;
      sent = fresh;
      continue;
    }
    const count = (counts[outcome.kind] ?? 0) + 1;
    counts[outcome.kind] = count;
    const elapsedMs = line.clock.now() - startedMs;
    const delayMs = retryDelay(outcome, {
      count,
      elapsedMs,
      idempotent: isIdempotent(request),
      random: line.random(),
      budgetMs: line.budgetMs,
    });
    if (delayMs === undefined) throw exhausted(outcome, elapsedMs);
    const why = outcome.error.message.replace(/\s+/g, " ").slice(0, 300);
    line.log.debug(`${request.method} ${request.path}: ${why}; again in ${delayMs} ms`);
    await pause(line, { delayMs, startedMs, failure: outcome, signal: request.signal });
    sent = await headersFor(line, request, false);
  }
}

const sendOnce: Once<Answer> = async (line, request, headers) => {
  const startedMs = line.clock.now();
  const outcome = await line.transport(attemptOf(line, request, headers));
  if (!("bytes" in outcome)) return outcome;
  logged(line, request, { status: outcome.status, startedMs });
  if (outcome.status >= 200 && outcome.status < 300) return outcome;
  return refusal(line, request, { answer: outcome, headers });
};

const streamOnce: Once<StreamAnswer> = async (line, request, headers) => {
  const startedMs = line.clock.now();
  const outcome = await line.streamTransport(attemptOf(line, request, headers));
  if (isFailure(outcome)) return outcome;
  logged(line, request, { status: outcome.status, startedMs });
  return "bytes" in outcome ? refusal(line, request, { answer: outcome, headers }) : outcome;
};

function attemptOf(line: Line, request: ClientRequest, headers: Record<string, string>): Attempt {
  return {
    method: request.method,
    url: `${line.host}${request.path}${encodeQuery(request.query)}`,
    headers,
    body: bodyOf(request),
    timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
    maxBytes: request.maxBytes ?? defaultMaxBytes,
    signal: request.signal,
  };
}

function isFailure(outcome: object): outcome is Failure {
  return "tokenRefused" in outcome;
}

function logged(line: Line, { method, path }: ClientRequest, begun: { status: number; startedMs: number }): void {
  line.log.debug(`${method} ${path}: ${begun.status} in ${line.clock.now() - begun.startedMs} ms`);
}

interface Refused {
  readonly answer: Answer;
  /** The headers of the request: what is secret in them must not come out in the error. */
  readonly headers: Record<string, string>;
}

function refusal(line: Line, request: ClientRequest, { answer, headers }: Refused): Failure {
  const secrets = secretsOf(headers);
  if (answer.status < 400) return final(redirectError(answer, line.host, secrets));
  const problem = parseProblem(answer.status, answer.headers, bodyText(answer));
  const { profile = "", handedOn } = line.credentials;
  const signIn = handedOn === true ? undefined : loginCommand({ host: line.host, profile });
  const error = errorOfProblem(problem, { path: request.path, host: line.host, signIn }, secrets);
  const tokenRefused = answer.status === 401 || (answer.status === 403 && error.code === "token_rejected");
  const waitMs = retryAfterMs(answer.headers, line.clock.now()) ?? problem.retryDelayMs;
  return { error, kind: kindOf(answer.status, problem), retryAfterMs: waitMs, tokenRefused };
}

function kindOf(status: number, problem: ReturnType<typeof parseProblem>): FailureKind {
  if (status === 429 || status === 503) return "turned-away";
  if (status === 502 || status === 504) return "server";
  if (status !== 500) return "final";
  // A 500 of API 1.2 often states a fact (`ContextNotFound`): only what is known to pass is asked again.
  const passing = /Timed out after |deadline exceeded|does not have any associated worker environments/i;
  const unsaid = problem.errorCode === undefined && !problem.fromApi;
  const internal = problem.errorCode === "INTERNAL_ERROR" || problem.errorCode === "TEMPORARILY_UNAVAILABLE";
  return unsaid || internal || passing.test(problem.message) ? "server" : "final";
}

function final(error: Failure["error"]): Failure {
  return { error, kind: "final", retryAfterMs: undefined, tokenRefused: false };
}

async function headersFor(line: Line, request: ClientRequest, forceRefresh: boolean): Promise<Record<string, string>> {
  if (request.signal?.aborted === true) throw abortOf(request.signal);
  const { workspaceId } = line.credentials;
  const isBytes = request.body instanceof Uint8Array || request.body instanceof Blob;
  const proof = await line.credentials.headers({ signal: request.signal, forceRefresh });
  const named = Object.keys(proof).some((name) => name.toLowerCase() === "x-databricks-workspace-id");
  return {
    ...request.headers,
    ...proof,
    ...(workspaceId === undefined || named ? {} : { "X-Databricks-Workspace-Id": workspaceId }),
    "User-Agent": line.userAgent,
    Accept: request.headers?.["Accept"] ?? "application/json",
    ...(request.body === undefined
      ? {}
      : { "Content-Type": isBytes ? "application/octet-stream" : "application/json" }),
  };
}

function bodyOf({ body }: ClientRequest): Attempt["body"] {
  const isBytes = body instanceof Uint8Array || body instanceof Blob;
  return body === undefined || isBytes ? body : JSON.stringify(body);
}

function isIdempotent(request: ClientRequest): boolean {
  return request.idempotent ?? (request.method !== "POST" && request.method !== "PATCH");
}

function sameHeaders(left: Record<string, string>, right: Record<string, string>): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

interface Pause {
  readonly delayMs: number;
  readonly startedMs: number;
  readonly failure: Failure;
  readonly signal: AbortSignal | undefined;
}

/** Where a time limit ends the wait, being turned away is the reason, and how long the workspace asked to wait is said. */
async function pause({ clock }: Line, { delayMs, startedMs, failure, signal }: Pause): Promise<void> {
  try {
    await clock.sleep(delayMs, signal);
  } catch (thrown) {
    if (signal?.aborted !== true) throw thrown;
    const isLimit = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
    throw isLimit && failure.kind === "turned-away" ? exhausted(failure, clock.now() - startedMs) : abortOf(signal);
  }
}
