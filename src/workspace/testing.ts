// For tests: a server on a free port that answers as it is told and keeps what it was sent, and a clock that jumps.
import type { Clock } from "../platform/deps.ts";
import { isObject, parseJson, type JsonObject } from "../platform/json.ts";
import { silentLogger } from "../platform/log.ts";
import { toMortarError, type MortarError } from "../platform/errors.ts";
import type { ClientCredentials } from "./client.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  /** With its question mark; empty when there is none. */
  readonly search: string;
  readonly headers: Headers;
  /** The body as it came. */
  readonly body: string;
}

/** What a test answers: a Response, or an object to send as JSON. */
export type Reply = Response | object;
export type Responder = (request: Received, index: number) => Reply | Promise<Reply>;

export interface TestServer extends AsyncDisposable {
  readonly host: string;
  readonly received: readonly Received[];
}

/** Answers every request by `respond`, which also gets the number of the request from 0. */
export function serve(respond: Responder): TestServer {
  const received: Received[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: async (request) => {
      const url = new URL(request.url);
      const { method, headers } = request;
      const body = await request.text();
      const entry = { method, path: url.pathname, search: url.search, headers, body };
      received.push(entry);
      const reply = await respond(entry, received.length - 1);
      return reply instanceof Response ? reply : Response.json(reply);
    },
  });
  return {
    host: `http://127.0.0.1:${server.port}`,
    received,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** Answers the requests one after the other; the last answer stays. A Response can be sent once, so these are functions. */
export function inTurn(...replies: readonly (() => Reply)[]): Responder {
  return (_request, index) => replies[Math.min(index, replies.length - 1)]?.() ?? {};
}

/** A refusal in the workspace's usual shape. */
export function refusal(
  status: number,
  errorCode: string,
  message: string,
  headers?: Record<string, string>,
): Response {
  return Response.json({ error_code: errorCode, message }, { status, ...(headers === undefined ? {} : { headers }) });
}

export interface TestClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly sleeps: readonly number[];
}

/** A clock whose waits are over at once and move the time. `onSleep` may hold a wait or abort something meanwhile. */
export function testClock(onSleep?: (ms: number) => void | Promise<void>): TestClock {
  const sleeps: number[] = [];
  let nowMs = Date.UTC(2026, 0, 1);
  return {
    sleeps,
    now: () => nowMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      await onSleep?.(ms);
      signal?.throwIfAborted();
      nowMs += ms;
    },
  };
}

export const testToken = "dapi0123456789abcdef0123456789abcdef";

/** Credentials with a token that stays (a personal one). */
export function fixedCredentials(host: string, more: Partial<ClientCredentials> = {}): ClientCredentials {
  return {
    host,
    authType: "pat",
    workspaceId: undefined,
    headers: async () => ({ Authorization: `Bearer ${testToken}` }),
    ...more,
  };
}

export interface WorkspaceParts {
  readonly clock?: Clock | undefined;
  readonly credentials?: Partial<ClientCredentials> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A workspace object that talks to the host. */
export function workspaceAt(host: string, parts: WorkspaceParts = {}): Workspace {
  const { clock = testClock(), env = {} } = parts;
  return createWorkspace({
    deps: { fetch: (input, init) => fetch(input, init), clock, log: silentLogger, env, os: "linux" },
    credentials: fixedCredentials(host, parts.credentials),
    userAgent: { version: "1.2.3" },
  });
}

/** The error that a promise ends with. Throws when it ends well. */
export async function failureOf(promise: Promise<unknown>): Promise<MortarError> {
  const outcome = await promise.then(
    () => "no error",
    (thrown: unknown) => toMortarError(thrown),
  );
  if (typeof outcome === "string") throw new Error("It was expected to fail, and did not");
  return outcome;
}

/** The JSON object that a request carried. */
export function sentJson(request: Received | undefined): JsonObject {
  const value = parseJson(request?.body ?? "");
  if (!isObject(value)) throw new Error("No JSON object was sent");
  return value as JsonObject;
}

/** All of a stream at once. */
export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(body));
}
