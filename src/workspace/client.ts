// One HTTP client under every API of the workspace: headers, retries, one forced refresh, time limits, errors.
import type { Clock } from "../platform/deps.ts";
import type { JsonObject } from "../platform/json.ts";
import type { Logger } from "../platform/log.ts";
import type { Query } from "./query.ts";

/** What every call of every API takes. */
export interface CallOptions {
  /** Ends the request, the wait before a retry, and the wait for a token. */
  readonly signal?: AbortSignal | undefined;
}

export interface ClientRequest extends CallOptions {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** From the root of the host: `/api/2.2/jobs/get`. Segments are already percent-encoded. */
  readonly path: string;
  readonly query?: Query | undefined;
  /** A JSON body (`rawInteger` values become bare digits), or bytes to send as they are. */
  readonly body?: object | Uint8Array<ArrayBuffer> | undefined;
  /** Whether sending it twice does what sending it once does. Default: true for all but POST and PATCH. */
  readonly idempotent?: boolean | undefined;
  /** The limit of one attempt in milliseconds. Default 60,000. */
  readonly timeoutMs?: number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
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
}
