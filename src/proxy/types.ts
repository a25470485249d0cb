// What the parts of the proxy hand each other: a request on its way, the workspace it goes to, the steps it passes.
import type { Dialect } from "./dialects.ts";
import type { UpstreamFamily } from "./family.ts";

/** The workspace of one profile, as the proxy carries requests to it. */
export interface Upstream {
  readonly profile: string;
  /** Scheme, name and port of the workspace, or of what `--upstream` names; without a slash at the end. */
  readonly origin: string;
  /** Path that stands before every path of the family: what `--upstream` carries of a path, else empty. */
  readonly prefix: string;
  /** Probed once and cached, or forced. */
  family(signal?: AbortSignal): Promise<UpstreamFamily>;
  /**
   * Headers that authenticate a request. `refused` is the Authorization header that the workspace has just refused: its
   * token is refreshed, once for all that were refused with it. Throws `not_signed_in` and the like with what to run; empty for an upstream
   * that is not trusted with a token.
   */
  headers(options?: {
    refused?: string | undefined;
    signal?: AbortSignal | undefined;
  }): Promise<Record<string, string>>;
  /** An upstream that is not trusted with a token: requests go there without one. */
  readonly withoutToken?: boolean | undefined;
  /** When the token at hand ends, in milliseconds since the epoch. */
  readonly tokenEndsAtMs?: (() => number | undefined) | undefined;
  /** Both without waiting, where they are at hand: nearly every request is sent by them. */
  readonly atHand?: (() => AtHand | undefined) | undefined;
}

export interface AtHand {
  readonly family: UpstreamFamily;
  readonly headers: Readonly<Record<string, string>>;
}

/** What `--upstream` names: where requests of a session go in place of the profile's workspace. */
export interface UpstreamOverride {
  readonly url: string;
  /** Whether a host that is not the profile's gets the profile's token. */
  readonly trusted: boolean;
}

/** The workspace of a profile, opened once and then kept. Throws as signing in does, with what to run. */
export type OpenUpstream = (profile: string, override?: UpstreamOverride) => Promise<Upstream>;

/** What is known of a request before its body: who sends it, over which dialect, to which workspace. */
export interface Exchange {
  /** Unique in this process, for the log. */
  readonly id: string;
  readonly profile: string;
  /** The session whose own settings hold, where the address names one. */
  readonly lease?: string | undefined;
  readonly dialect: Dialect;
  readonly upstream: Upstream;
  /** What the agent calls its session, where it says so. */
  readonly session: string | undefined;
  /** The agent, from its User-Agent: `claude-cli`, `codex`, `GeminiCLI`, `opencode`. */
  readonly agent: string | undefined;
  /** Fires when the client has gone, or when the proxy stops at once. */
  readonly signal: AbortSignal;
}

/** A request as a step hands it to the next. Its headers hold no credential of the client, and none of ours yet. */
export interface ModelRequest {
  readonly method: string;
  /** Below the base of the dialect, encoded as it came: `/v1/messages`. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly search: string;
  readonly headers: Headers;
  /** Whole where it fits into memory, else a stream, which no step may read and which is never replayed. */
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

/** The rest of the way to the workspace. It answers every status; it throws what breaks before an answer. */
export type Send = (request: ModelRequest) => Promise<Response>;

/** One named step between agent and workspace: it may change the request, the answer, or answer by itself. */
export interface Filter {
  /** As `config show` and the settings name it: `count-tokens`. */
  readonly name: string;
  /** One sentence for people: what it does. */
  readonly summary: string;
  readonly byDefault: boolean;
  /** Stands first and looks on: it is called once for a request, whatever is mended behind it. */
  readonly watches?: boolean;
  /** Whether this request needs it. Asked for every request: it looks at the path and, at most, for a few bytes. */
  applies(exchange: Exchange, request: ModelRequest): boolean;
  /**
   * Whether it has something to do about an answer of 400 or more, or a web page, though the request did not need it. `handle` is then
   * called with that answer as what its first `next` gives: nothing is sent a second time for it alone.
   */
  mends?(exchange: Exchange, request: ModelRequest, status: number): boolean;
  handle(exchange: Exchange, request: ModelRequest, next: Send): Promise<Response>;
  /**
   * Asked before a WebSocket is opened for requests: the answer that refuses it, or nothing. Each request on it then passes
   * `handle` like any other, with the last event of its answer as the body; of an answer only a refusal can be changed.
   */
  refuses?(exchange: Exchange): Response | undefined;
}
