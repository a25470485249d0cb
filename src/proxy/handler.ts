// One request from the socket to the answer: guard, address, exchange, the filters' chain.
import type { Deps } from "../platform/deps.ts";
import { isAbort, MortarError, toMortarError } from "../platform/errors.ts";
import type { Secret } from "../platform/secret.ts";
import { readAddress, type Address } from "./address.ts";
import { readBody, type BodyLimits } from "./body.ts";
import { dialectError, dialectErrorOf } from "./errors/shape.ts";
import { isWebPage } from "./errors/web-page.ts";
import { checkKey, pathHoldsKey, refuseForeign, type Refusal } from "./guard.ts";
import { cleanRequestHeaders, cleanResponseHeaders } from "./headers.ts";
import { createSend } from "./send.ts";
import type { Exchange, Filter, ModelRequest, OpenUpstream, Send, Upstream, UpstreamOverride } from "./types.ts";

/** What a session's lease says of its requests. */
export interface LeaseSettings {
  readonly profile: string;
  readonly upstream?: UpstreamOverride | undefined;
}

/** What `control` is told of a request: nothing of it has been forwarded, and its body is unread. */
export interface ControlContext {
  /** `/health`, `/shutdown`: as it came, without the query. */
  readonly path: string;
  /** Whether the request carries the local key. */
  readonly authorised: boolean;
}

export interface HandlerOptions {
  /** The local keys that are accepted now. */
  readonly key: () => readonly Secret[];
  /** A session's own settings; undefined when there is no such lease. */
  readonly lease?: ((id: string) => LeaseSettings | undefined) | undefined;
  /** The profile that the paths at the root mean. */
  readonly rootProfile: () => Promise<string>;
  /** Those that are enabled, the outermost first. */
  readonly filters: readonly Filter[];
  readonly openUpstream: OpenUpstream;
  /** Answers what is not a dialect's: `/health`, `/shutdown`. Called for them whether the key is there or not. */
  readonly control?: ((request: Request, context: ControlContext) => Promise<Response | undefined>) | undefined;
  readonly bodyLimits: BodyLimits;
}

/** A request that may pass, and where to. */
export interface Admitted {
  readonly address: Address;
  readonly exchange: Exchange;
  readonly search: string;
  /** The local keys, which go no further. */
  readonly keys: readonly Secret[];
}

export interface Handler {
  /** Answers every request; throws nothing. `hosts` are the listener's own names. */
  handle(request: Request, hosts: ReadonlySet<string>): Promise<Response>;
  /** The first part alone, for what is not answered with a Response: guard, address, exchange. */
  admit(request: Request, hosts: ReadonlySet<string>): Promise<Admitted | Response>;
  /** The answer for what was thrown. */
  failed(request: Request, thrown: unknown): Response;
  /** A filter's refusal of a WebSocket, where one refuses it. */
  refusal(exchange: Exchange): Response | undefined;
  /** A request that did not come over HTTP, through the filters that it needs. Throws what `send` throws. */
  pass(exchange: Exchange, model: ModelRequest, send: Send): Promise<Response>;
}

export function createHandler(deps: Pick<Deps, "fetch" | "log">, options: HandlerOptions): Handler {
  const send = createSend(deps);
  let count = 0;
  const enter = (request: Request, { address, search, keys }: Gated, upstream: Upstream): Admitted => {
    count += 1;
    return { address, search, keys, exchange: new RequestExchange(request, { address, upstream, number: count }) };
  };
  const failed: Handler["failed"] = (request, thrown) => failure(deps, request, thrown);
  return {
    failed,
    refusal: (exchange) => {
      for (const filter of options.filters) {
        const refusal = filter.refuses?.(exchange);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
    pass: (exchange, model, last) =>
      filtered(options.filters, { exchange, model, send: (_exchange, inner) => last(inner) }),
    admit: async (request, hosts) => {
      const gated = gate(options, request, hosts);
      return "address" in gated ? enter(request, gated, await upstreamOf(options, gated.address)) : gated;
    },
    handle: async (request, hosts) => {
      try {
        const gated = gate(options, request, hosts);
        if (!("address" in gated)) return await gated;
        const upstream = await upstreamOf(options, gated.address);
        const { address, exchange, search, keys } = enter(request, gated, upstream);
        const reading = readBody(request, options.bodyLimits);
        const { body, streamedBytes } = reading instanceof Promise ? await reading : reading;
        const { method, headers } = request;
        cleanRequestHeaders(headers, keys);
        // Else fetch would send chunks, and some servers want to know the length of an upload.
        if (streamedBytes !== undefined) headers.set("content-length", String(streamedBytes));
        const model: ModelRequest = { method, path: address.path, search, headers, body };
        const response = await filtered(options.filters, { exchange, model, send });
        cleanResponseHeaders(response.headers);
        return response;
      } catch (thrown) {
        return failed(request, thrown);
      }
    },
  };
}

/** A request that may pass. */
interface Gated {
  readonly address: Address;
  readonly search: string;
  readonly keys: readonly Secret[];
}

/** Everything that is checked before anything is waited for. */
function gate(
  options: HandlerOptions,
  request: Request,
  hosts: ReadonlySet<string>,
): Gated | Response | Promise<Response> {
  const { path, search: given } = splitUrl(request.url);
  const foreign = refuseForeign(request.headers, hosts);
  if (foreign !== undefined) return refused(path, foreign);
  const keys = options.key();
  const { refusal, search } = checkKey(request.headers, given, keys);
  const address = readAddress(path);
  if (address === undefined) return controlled(options, request, { path, refusal });
  if (refusal !== undefined) return refused(path, refusal);
  if (!methods.has(request.method)) return dialectError(address.dialect.name, notAllowed(request.method));
  if (pathHoldsKey(address.path, keys)) return dialectError(address.dialect.name, keyInPath);
  return { address, search, keys };
}

/** What is no dialect's is the lifecycle's, which decides by itself what needs the key. */
async function controlled(
  { control }: HandlerOptions,
  request: Request,
  { path, refusal }: { readonly path: string; readonly refusal: Refusal | undefined },
): Promise<Response> {
  const own = await control?.(request, { path, authorised: refusal === undefined });
  if (own !== undefined) return own;
  return refusal === undefined ? unknownPath(path) : refused(path, refusal);
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

interface Filtering {
  readonly exchange: Exchange;
  readonly model: ModelRequest;
  readonly send: ReturnType<typeof createSend>;
}

/**
 * The request on its way through the filters that it needs, which are mostly none. Those that only have to do with
 * refusals come in when there is one, and get it as if they had asked themselves. Not asynchronous itself: a turn of the
 * queue for each step is what a request costs most of here.
 */
function filtered(filters: readonly Filter[], filtering: Filtering): Promise<Response> {
  const { exchange, model, send } = filtering;
  const [outermost] = filters;
  if (outermost?.watches === true) {
    const others = filters.slice(1);
    if (!outermost.applies(exchange, model)) return filtered(others, filtering);
    return outermost.handle(exchange, model, (inner) => filtered(others, { exchange, model: inner, send }));
  }
  const wanted = filters.filter((filter) => filter.applies(exchange, model));
  const asked =
    wanted.length === 0
      ? send(exchange, model)
      : passThrough(wanted, exchange, (inner) => send(exchange, inner))(model);
  return asked.then((answer) =>
    answer.status < 400 && !isWebPage(answer) ? answer : mended(filters, wanted, { ...filtering, answer }),
  );
}

interface Refused extends Filtering {
  readonly answer: Response;
}

/** What the filters make of a refusal that the request did not need. */
async function mended(
  filters: readonly Filter[],
  wanted: readonly Filter[],
  { exchange, model, send, answer }: Refused,
): Promise<Response> {
  const mending = filters.filter(
    (filter) => wanted.includes(filter) || filter.mends?.(exchange, model, answer.status) === true,
  );
  if (mending.length === wanted.length) return answer;
  let first: Response | undefined = answer;
  const last: Send = (inner) => {
    const known = first;
    first = undefined;
    return known === undefined ? send(exchange, inner) : Promise.resolve(known);
  };
  return passThrough(mending, exchange, last)(model);
}

/** The filters before the end of the way, the first outermost. */
function passThrough(filters: readonly Filter[], exchange: Exchange, last: Send): Send {
  return filters.reduceRight<Send>((next, filter) => (inner) => filter.handle(exchange, inner, next), last);
}

function upstreamOf(options: HandlerOptions, { lease, profile }: Address): Promise<Upstream> {
  if (lease === undefined) {
    return profile === undefined ? options.rootProfile().then(options.openUpstream) : options.openUpstream(profile);
  }
  const settings = options.lease?.(lease);
  if (settings === undefined || settings.profile !== profile) {
    throw new MortarError("not_found", "The session that this address was made for has ended", {
      hint: "Start the agent again with mortar.",
    });
  }
  return options.openUpstream(profile, settings.upstream);
}

interface ExchangeParts {
  readonly address: Address;
  readonly upstream: Upstream;
  readonly number: number;
}

/** A class for its getters: what only some filters ask for is not looked for in every request. */
class RequestExchange implements Exchange {
  readonly profile: string;
  readonly dialect: Exchange["dialect"];
  readonly upstream: Upstream;
  readonly lease: string | undefined;
  readonly signal: AbortSignal;
  readonly #number: number;
  readonly #headers: Headers;

  constructor({ headers, signal }: Request, { address, upstream, number }: ExchangeParts) {
    this.profile = address.profile ?? upstream.profile;
    this.dialect = address.dialect;
    this.upstream = upstream;
    this.lease = address.lease;
    this.signal = signal;
    this.#number = number;
    this.#headers = headers;
  }

  get id(): string {
    return this.#number.toString(36);
  }

  get session(): string | undefined {
    return sessionOf(this.#headers);
  }

  get agent(): string | undefined {
    return agentOf(this.#headers);
  }
}

/** Claude Code, Codex (older and newer), OpenCode. */
const sessionHeaders = ["x-claude-code-session-id", "session_id", "session-id", "x-session-id", "conversation_id"];

function sessionOf(headers: Headers): string | undefined {
  for (const name of sessionHeaders) {
    const value = headers.get(name);
    if (value !== null && value !== "") return value;
  }
  return undefined;
}

function agentOf(headers: Headers): string | undefined {
  const given = headers.get("user-agent");
  if (given === null) return undefined;
  const end = given.search(/[/ ]/);
  const agent = end < 0 ? given : given.slice(0, end);
  return agent === "" ? undefined : agent;
}

/** Bun gives the address as the URL standard normalises it, dots resolved and slashes as they came; nothing is parsed again. */
function splitUrl(url: string): { readonly path: string; readonly search: string } {
  const hash = url.indexOf("#");
  const bare = hash < 0 ? url : url.slice(0, hash);
  // Without a usable Host there is the path alone.
  const start = bare.startsWith("/") ? 0 : bare.indexOf("/", bare.indexOf("://") + 3);
  const query = bare.indexOf("?", start);
  return query < 0
    ? { path: bare.slice(start), search: "" }
    : { path: bare.slice(start, query), search: bare.slice(query) };
}

function refused(path: string, { status, message }: Refusal): Response {
  return dialectError(readAddress(path)?.dialect.name, { status, message });
}

const keyInPath = { status: 400, message: "The proxy's key stands in the path, where the workspace would see it" };

function unknownPath(path: string): Response {
  const shown = path.length > 100 ? `${path.slice(0, 100)}...` : path;
  return dialectError(undefined, {
    status: 404,
    message: `The proxy has nothing at ${shown}. Its addresses are /p/PROFILE/anthropic, /codex/v1, /gemini, /mlflow/v1 and /otel`,
  });
}

function notAllowed(method: string): { readonly status: number; readonly message: string } {
  return { status: 405, message: `The proxy does not take ${method} requests` };
}

function failure({ log }: Pick<Deps, "log">, request: Request, thrown: unknown): Response {
  // Nobody is there to read it.
  if (request.signal.aborted || isAbort(thrown)) return new Response(null, { status: 499 });
  const { path } = splitUrl(request.url);
  const error = toMortarError(thrown);
  log.debug(`${request.method} ${path}: ${error.message}`);
  return dialectErrorOf(readAddress(path)?.dialect.name, error);
}
