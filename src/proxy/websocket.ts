// Responses over WebSocket: the workspace's end is opened first, so that a refusal is an HTTP answer the client understands.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { companyProxy } from "./company-proxy.ts";
import { dialectError } from "./errors/shape.ts";
import type { Admitted } from "./handler.ts";
import { authorise, cleanRequestHeaders } from "./headers.ts";
import { createBridge, type Bridge, type UpstreamEnd } from "./socket-bridge.ts";
import { authorizationOf } from "./tokens.ts";
import { isOnThisMachine } from "./transport.ts";

export function wantsWebSocket(headers: Headers): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

export interface OpenSocket {
  readonly bridge: Bridge;
  /** What the workspace chose of the client's subprotocols; empty for none. */
  readonly protocol: string;
}

/**
 * Opens the workspace's end for a client that asks for an upgrade. Gives the answer for the client where there is none:
 * 426 where the workspace has no WebSocket there, on which clients go on over HTTP. Throws as sending a request does.
 */
export async function openSocket(
  deps: Pick<Deps, "clock" | "env">,
  request: Request,
  { admitted, onEnd }: { readonly admitted: Admitted; readonly onEnd: (bridge: Bridge) => void },
): Promise<OpenSocket | Response> {
  const { address, exchange, search } = admitted;
  const { upstream, dialect, signal } = exchange;
  if (dialect.name !== "responses") return noSocket(dialect.name);
  const headers = socketHeaders(request.headers);
  const protocols = subprotocols(request.headers);
  const family = await upstream.family(signal);
  let refusal: SocketRefused | undefined;
  for (const base of dialect.upstream[family]) {
    const url = `${upstream.origin}${upstream.prefix}${base}${address.path}${search}`;
    const connect = (credentials: Record<string, string>): Promise<OpenSocket> =>
      connectTo(deps, url, { headers, protocols, credentials, signal, onEnd });
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
  readonly signal: AbortSignal;
  readonly onEnd: (bridge: Bridge) => void;
}

// The DOM's types know neither the options nor the methods that Bun's has beside the standard's.
type BunSocket = Bun.WebSocket & UpstreamEnd;
type BunSocketConstructor = new (url: string, options: Bun.WebSocketOptions) => BunSocket;

function connectTo(deps: Pick<Deps, "clock" | "env">, url: string, connecting: Connecting): Promise<OpenSocket> {
  const { protocols, signal, onEnd } = connecting;
  const headers = new Headers(connecting.headers);
  authorise(headers, connecting.credentials);
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
    const bridge: Bridge = createBridge(socket, { clock: deps.clock, onEnd: () => onEnd(bridge) });
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

function socketHeaders(given: Headers): Headers {
  const headers = new Headers(given);
  cleanRequestHeaders(headers);
  for (const name of ofHandshake) headers.delete(name);
  return headers;
}

/** The client's, without those in which OpenAI's browser clients carry a key. */
function subprotocols(headers: Headers): string[] {
  return (headers.get("sec-websocket-protocol") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("openai-insecure-api-key"));
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
