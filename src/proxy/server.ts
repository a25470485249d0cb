// The proxy as a server: listeners on the loopback address that share one handler, what is in flight, and an orderly end.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { errnoOf } from "../platform/files.ts";
import { dialectError } from "./errors/shape.ts";
import { defaultBodyLimits, type BodyLimits } from "./body.ts";
import { ownHosts } from "./guard.ts";
import { createHandler, type HandlerOptions } from "./handler.ts";
import { healthResponse } from "./health.ts";
import type { Bridge } from "./socket-bridge.ts";
import { openSocket, wantsWebSocket } from "./websocket.ts";

export interface ProxyOptions extends Omit<HandlerOptions, "bodyLimits"> {
  readonly version: string;
  readonly bodyLimits?: Partial<BodyLimits> | undefined;
}

export interface ListenOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** 127.0.0.1 unless given; a loopback address. */
  readonly hostname?: "127.0.0.1" | "::1" | undefined;
  /** PEM texts: the listener then speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Lets a newer proxy listen on the port before this one has let go of it. Off unless it says true. */
  readonly reusePort?: boolean | undefined;
}

export interface Listener {
  readonly port: number;
  /** `http://127.0.0.1:49153`, `https://` with TLS. */
  readonly url: string;
  /** Stops to listen here; requests that are under way go on. */
  close(): Promise<void>;
}

export interface RunningProxy {
  /** Throws `conflict` when the port is taken, `io` when it may not be used, `config_invalid` for a bad certificate. */
  listen(options: ListenOptions): Listener;
  /** Requests and streams under way, over all listeners. `/health` does not count. */
  inFlight(): number;
  /** When a request last came or was seen under way, in milliseconds since the epoch. `/health` does not count. */
  lastActiveMs(): number;
  /** From now on every answer ends its connection: clients that keep theirs open come back to whoever listens then. */
  sendAway(): void;
  /** Stops to listen, waits up to `graceMs` for what is under way, then breaks it off. Can be called again to hurry. */
  stop(options: { readonly graceMs: number }): Promise<void>;
}

/** Makes a proxy. It listens nowhere until it is told to. */
export async function startProxy(deps: Deps, options: ProxyOptions): Promise<RunningProxy> {
  const control: HandlerOptions["control"] = async (request, context) => {
    const own = await options.control?.(request, context);
    if (own !== undefined || context.path !== "/health") return own;
    return healthResponse({ version: options.version, pid: process.pid });
  };
  const handler = createHandler(deps, {
    ...options,
    control,
    bodyLimits: { ...defaultBodyLimits, ...options.bodyLimits },
  });
  const servers = new Set<Server>();
  const bridges = new Set<Bridge>();
  let activeMs = deps.clock.now();
  let sendsAway = false;
  const upgrade = async (
    request: Request,
    server: Server,
    hosts: ReadonlySet<string>,
  ): Promise<Response | undefined> => {
    try {
      const admitted = await handler.admit(request, hosts);
      if (admitted instanceof Response) return admitted;
      const open = await openSocket(deps, request, {
        admitted,
        filters: handler,
        onEnd: (bridge) => bridges.delete(bridge),
      });
      return open instanceof Response ? open : upgraded(request, server, { ...open, bridges });
    } catch (thrown) {
      return handler.failed(request, thrown);
    }
  };
  // Questions after its health are no use of it, however many there are.
  let asking = 0;
  const health = async (request: Request, hosts: ReadonlySet<string>): Promise<Response> => {
    asking += 1;
    try {
      return await handler.handle(request, hosts);
    } finally {
      asking -= 1;
    }
  };
  const serve: Serve = (request, server, hosts) => {
    const isQuestion = isHealth(request.url);
    if (!isQuestion) activeMs = deps.clock.now();
    if (wantsWebSocket(request.headers)) return upgrade(request, server, hosts);
    const answer = isQuestion ? health(request, hosts) : handler.handle(request, hosts);
    return sendsAway ? answer.then(endingConnection) : answer;
  };
  const inFlight = (): number => {
    let count = -asking;
    for (const server of servers) count += server.pendingRequests;
    for (const bridge of bridges) count += bridge.busy ? 1 : 0;
    return Math.max(0, count);
  };
  return {
    inFlight,
    lastActiveMs: () => {
      if (inFlight() > 0) activeMs = deps.clock.now();
      return activeMs;
    },
    sendAway: () => {
      sendsAway = true;
    },
    listen: (wanted) => {
      const server = open(wanted, serve);
      servers.add(server);
      const port = server.port ?? 0;
      const name = wanted.hostname === "::1" ? "[::1]" : "127.0.0.1";
      return {
        port,
        url: `${wanted.tls === undefined ? "http" : "https"}://${name}:${port}`,
        close: async () => {
          await server.stop();
          servers.delete(server);
        },
      };
    },
    stop: ({ graceMs }) => stopAll(deps, { servers: [...servers], bridges, graceMs }),
  };
}

function endingConnection(response: Response): Response {
  response.headers.set("connection", "close");
  return response;
}

type Server = Bun.Server<Bridge>;

/** Turns the connection into a WebSocket; the workspace's end is closed again where the client has left meanwhile. */
function upgraded(
  request: Request,
  server: Server,
  { bridge, protocol, bridges }: { bridge: Bridge; protocol: string; bridges: Set<Bridge> },
): Response | undefined {
  bridges.add(bridge);
  const headers = protocol === "" ? {} : { headers: { "sec-websocket-protocol": protocol } };
  if (server.upgrade(request, { data: bridge, ...headers })) return undefined;
  bridge.break();
  return dialectError("responses", { status: 400, message: "The WebSocket handshake is not complete" });
}

function isHealth(url: string): boolean {
  return /^(?:https?:\/\/[^/]*)?\/health(?:\?|$)/.test(url);
}

type Serve = (request: Request, server: Server, hosts: ReadonlySet<string>) => Promise<Response | undefined>;

// A message holds a whole conversation.
const socketMessageBytes = 128 * 1024 * 1024;

const websocket: Bun.WebSocketHandler<Bridge> = {
  idleTimeout: 0,
  maxPayloadLength: socketMessageBytes,
  backpressureLimit: socketMessageBytes,
  closeOnBackpressureLimit: true,
  open: (socket) => socket.data.opened(socket),
  message: (socket, data) => socket.data.fromClient(data as string | Buffer<ArrayBuffer>),
  drain: (socket) => socket.data.drained(),
  close: (socket, code, reason) => socket.data.clientClosed(code, reason),
};

function open(wanted: ListenOptions, serve: Serve): Server {
  const { port, hostname = "127.0.0.1", tls, reusePort = false } = wanted;
  let hosts: ReadonlySet<string> = new Set();
  try {
    const server = Bun.serve({
      hostname,
      port,
      // A stream is silent for as long as a model thinks.
      idleTimeout: 0,
      // The body's limit is our own: it answers in the dialect's shape, and lets a stream pass.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
      // `development: false` lets Bun share the port with whoever asks for it, unless it is told not to.
      reusePort,
      ...(tls === undefined ? {} : { tls: { cert: tls.cert, key: tls.key } }),
      error: brokenAnswer,
      fetch: (request, server) => serve(request, server, hosts),
      websocket,
    });
    hosts = ownHosts(server.port ?? 0, tls !== undefined);
    return server;
  } catch (cause) {
    throw cannotListen(wanted, cause);
  }
}

/**
 * The answer where the workspace's broke between its head and its first byte, so that nothing has gone out yet. Bun does
 * not say whose request it was; this shape is read by the clients of every dialect.
 */
function brokenAnswer(): Response {
  return dialectError("anthropic", {
    status: 502,
    message: "The connection to the workspace broke before it answered. Try again.",
  });
}

function cannotListen({ port, tls }: ListenOptions, cause: unknown): MortarError {
  const code = errnoOf(cause);
  if (code === "EACCES" || code === "EPERM") {
    return new MortarError("io", `Cannot listen on 127.0.0.1:${port}: permission denied`, {
      hint: "Ports below 1024 are for the system. Choose another one with --port.",
      cause,
    });
  }
  if (code === "EADDRINUSE" || tls === undefined) {
    return new MortarError("conflict", `Cannot listen on 127.0.0.1:${port}: the port is in use`, {
      hint: "Choose another one with --port, or leave it out for a free one.",
      cause,
    });
  }
  return new MortarError("config_invalid", "The certificate and key of the proxy cannot be used", {
    hint: "Give a PEM certificate with --tls-cert and its unencrypted PEM key with --tls-key.",
    cause,
  });
}

interface Stopping {
  readonly servers: readonly Server[];
  readonly bridges: ReadonlySet<Bridge>;
  readonly graceMs: number;
}

async function stopAll(deps: Pick<Deps, "clock">, { servers, bridges, graceMs }: Stopping): Promise<void> {
  for (const bridge of bridges) bridge.finish();
  const drained = Promise.all(servers.map((server) => server.stop()));
  const limit = new AbortController();
  const inTime = await Promise.race([
    drained.then(() => true),
    deps.clock.sleep(graceMs, limit.signal).then(
      () => false,
      () => true,
    ),
  ]);
  limit.abort();
  if (inTime) return;
  for (const bridge of bridges) bridge.break();
  await Promise.all(servers.map((server) => server.stop(true)));
}
