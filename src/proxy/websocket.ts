// Responses over WebSocket: the workspace's end is opened first, so that a refusal is an HTTP answer the client understands.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { companyProxy } from "./company-proxy.ts";
import { dialectError } from "./errors/shape.ts";
import { holdsKey } from "./guard.ts";
import type { Admitted, Handler } from "./handler.ts";
import { authorise, cleanRequestHeaders } from "./headers.ts";
import { createBridge, type Bridge, type UpstreamEnd } from "./socket-bridge.ts";
import type { PassFilters } from "./socket-turns.ts";
import { authorizationOf } from "./tokens.ts";
import { isOnThisMachine } from "./transport.ts";
import type { Exchange, ModelRequest } from "./types.ts";

export function wantsWebSocket(headers: Headers): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

export interface OpenSocket {
  readonly bridge: Bridge;
  /** What the workspace chose of the client's subprotocols; empty for none. */
  readonly protocol: string;
}

export interface OpeningSocket {
  readonly admitted: Admitted;
  /** What the requests on it have to pass. */
  readonly filters: Pick<Handler, "refusal" | "pass">;
  readonly onEnd: (bridge: Bridge) => void;
}

/**
 * Opens the workspace's end for a client that asks for an upgrade. Gives the answer for the client where there is none:
 * 426 where the workspace has no WebSocket there, on which clients go on over HTTP. Throws as sending a request does.
 */
export async function openSocket(
  deps: Pick<Deps, "clock" | "env">,
  request: Request,
  { admitted, filters, onEnd }: OpeningSocket,
): Promise<OpenSocket | Response> {
  const { address, exchange, search, keys } = admitted;
  const { upstream, dialect, signal } = exchange;
  if (dialect.name !== "responses") return noSocket(dialect.name);
  const refused = filters.refusal(exchange);
  if (refused !== undefined) return refused;
  const headers = socketHeaders(request.headers, keys);
  const protocols = subprotocols(request.headers, keys);
  const pass = (ended: AbortSignal): PassFilters =>
    filtersFor(filters, exchangeOn(exchange, ended), { path: address.path, search, headers });
  const family = await upstream.family(signal);
  let refusal: SocketRefused | undefined;
  for (const base of dialect.upstream[family]) {
    const url = `${upstream.origin}${upstream.prefix}${base}${address.path}${search}`;
    const connect = (credentials: Record<string, string>): Promise<OpenSocket> =>
      connectTo(deps, url, { headers, protocols, credentials, upstream, signal, pass, onEnd });
    try {
      return await withToken(upstream, signal, connect);
    } catch (thrown) {
      if (!(thrown instanceof SocketRefused)) throw thrown;
      refusal = thrown;
      if (thrown.status !== 404) break;
    }
  }
  return refusalOf(dialect.name, refusal?.status ?? 502);
}

/** The exchange of each request on the socket. What the handshake's request knows is not asked of it again: it is gone. */
function exchangeOn({ id, profile, lease, dialect, upstream, session, agent }: Exchange, ended: AbortSignal): Exchange {
  return { id, profile, lease, dialect, upstream, session, agent, signal: ended };
}

function filtersFor(
  { pass }: OpeningSocket["filters"],
  exchange: Exchange,
  { path, search, headers }: Pick<ModelRequest, "path" | "search" | "headers">,
): PassFilters {
  return (body, send) =>
    pass(exchange, { method: "POST", path, search, headers: new Headers(headers), body }, (request) =>
      send(request.body),
    );
}

/** One refresh when the token is refused, as for any other request. */
async function withToken(
  upstream: Admitted["exchange"]["upstream"],
  signal: AbortSignal,
  connect: (credentials: Record<string, string>) => Promise<OpenSocket>,
): Promise<OpenSocket> {
  const credentials = await upstream.headers({ signal });
  try {
    return await connect(credentials);
  } catch (thrown) {
    const used = authorizationOf(credentials);
    const refused = thrown instanceof SocketRefused && (thrown.status === 401 || thrown.status === 403);
    if (!refused || used === undefined) throw thrown;
    const fresh = await upstream.headers({ refused: used, signal });
    if (authorizationOf(fresh) === used) throw thrown;
    return connect(fresh);
  }
}

/** Refreshes a token that the workspace refuses after the handshake; false where there is no other. */
async function isRenewed(
  upstream: Exchange["upstream"],
  credentials: Readonly<Record<string, string>>,
): Promise<boolean> {
  const used = authorizationOf(credentials);
  return used !== undefined && authorizationOf(await upstream.headers({ refused: used })) !== used;
}

class SocketRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The workspace answered ${status}`);
    this.status = status;
  }
}

interface Connecting {
  readonly headers: Headers;
  readonly protocols: readonly string[];
  readonly credentials: Readonly<Record<string, string>>;
  readonly upstream: Exchange["upstream"];
  readonly signal: AbortSignal;
  readonly pass: (ended: AbortSignal) => PassFilters;
  readonly onEnd: (bridge: Bridge) => void;
}

// The DOM's types know neither the options nor the methods that Bun's has beside the standard's.
type BunSocket = Bun.WebSocket & UpstreamEnd;
type BunSocketConstructor = new (url: string, options: Bun.WebSocketOptions) => BunSocket;

function connectTo(deps: Pick<Deps, "clock" | "env">, url: string, connecting: Connecting): Promise<OpenSocket> {
  const { protocols, credentials, upstream, signal, onEnd } = connecting;
  const headers = new Headers(connecting.headers);
  authorise(headers, credentials);
  const proxy = isOnThisMachine(url) ? undefined : companyProxy(new URL(url), deps.env);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = new (WebSocket as unknown as BunSocketConstructor)(url.replace(/^http/, "ws"), {
      headers,
      perMessageDeflate: false,
      ...(protocols.length === 0 ? {} : { protocols: [...protocols] }),
      ...(proxy === undefined ? {} : { proxy }),
    });
    socket.binaryType = "nodebuffer";
    const ended = new AbortController();
    const bridge: Bridge = createBridge(socket, {
      clock: deps.clock,
      pass: connecting.pass(ended.signal),
      renewed: () => isRenewed(upstream, credentials),
      onEnd: () => {
        ended.abort();
        onEnd(bridge);
      },
    });
    const opening = new AbortController();
    const during = { signal: opening.signal };
    const fail = (error: Error): void => {
      opening.abort();
      socket.terminate();
      reject(error);
    };
    signal.addEventListener("abort", () => fail(new DOMException("The client has gone", "AbortError")), during);
    socket.addEventListener("error", (event) => fail(failureOf(url, event)), during);
    socket.addEventListener("close", () => fail(failureOf(url, undefined)), during);
    socket.addEventListener(
      "open",
      () => {
        opening.abort();
        resolve({ bridge, protocol: socket.protocol });
      },
      during,
    );
    // From the start: the first message may come with the handshake's answer.
    socket.addEventListener("message", ({ data }) => bridge.fromUpstream(data as string | Buffer<ArrayBuffer>));
    socket.addEventListener("close", ({ code, reason }) => bridge.upstreamClosed(code, reason));
  });
}

/** Bun gives the status of a refused upgrade in the words of its error, and nothing else of the answer. */
function failureOf(url: string, event: Event | undefined): Error {
  const words = event !== undefined && "message" in event ? String(event.message) : "";
  const status = /status code: (\d{3})/.exec(words)?.[1];
  if (status !== undefined) return new SocketRefused(Number(status));
  const { origin } = new URL(url);
  return new MortarError("unreachable", `Cannot open a WebSocket to ${origin}`, {
    hint: "Check the network, VPN and proxy (HTTPS_PROXY, NO_PROXY), and try again.",
  });
}

const ofHandshake = [
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
];

function socketHeaders(given: Headers, keys: Admitted["keys"]): Headers {
  const headers = new Headers(given);
  cleanRequestHeaders(headers, keys);
  for (const name of ofHandshake) headers.delete(name);
  return headers;
}

/** The client's, without those in which OpenAI's browser clients carry a key. */
function subprotocols(headers: Headers, keys: Admitted["keys"]): string[] {
  return (headers.get("sec-websocket-protocol") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("openai-insecure-api-key") && !holdsKey(name, keys));
}

function noSocket(dialect: Parameters<typeof dialectError>[0]): Response {
  const message = "There is no WebSocket at this address; send the request over HTTP";
  return dialectError(dialect, { status: 426, message, headers: { upgrade: "websocket" } });
}

/** Where the path knows no WebSocket the client is told so; what else the workspace answered is passed on. */
function refusalOf(dialect: Parameters<typeof dialectError>[0], status: number): Response {
  if ([400, 404, 405, 426, 501].includes(status)) return noSocket(dialect);
  const message = `The workspace refused the WebSocket (HTTP ${status})`;
  return dialectError(dialect, { status: status >= 400 ? status : 502, message });
}
