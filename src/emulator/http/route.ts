// What a route of the emulator is: a pattern, and a handler that gets the call and the world.
import type { JsonObject } from "../../platform/json.ts";
import type { World } from "../world.ts";

/** Who is calling: the owner of the bearer token. */
export interface Caller {
  readonly userName: string;
  readonly userId: string;
  readonly isServicePrincipal: boolean;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  /** Values of `{name}` and `{name...}` in the pattern, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly caller: Caller;
  /** Fires when the client goes away. */
  readonly signal: AbortSignal;
  readonly request: Request;
  /** The JSON object in the body; `{}` for an empty one. Throws ApiFault 400 MALFORMED_REQUEST. Integers beyond 2^53 are strings of digits. */
  json(): Promise<JsonObject>;
  bytes(): Promise<Uint8Array>;
}

/** JSON to send with status 200 (ids that `rawId` made become bare integers), or a whole Response. */
export type Answer = object | Response;
export type Handler = (call: Call, world: World) => Answer | Promise<Answer>;

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** `/api/2.2/jobs/get`, `/api/2.0/sql/statements/{id}`, `/api/2.0/fs/files/{path...}`. */
  readonly pattern: string;
  readonly handler: Handler;
  /** Answers without a token (discovery, OAuth). */
  readonly open?: boolean;
  /** The largest body that an open route takes; 1 MB unless given. */
  readonly openBodyBytes?: number;
}

/** A refusal in the workspace's own error shape. */
export class ApiFault extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly details: readonly object[];

  constructor(status: number, errorCode: string, message: string, details: readonly object[] = []) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.details = details;
  }
}
