// The app's own address: who calls is asked for a token, and the app is told who it is, as the platform tells it.
import type { Socket } from "../http/upgrade.ts";
import { tokenOf } from "../http/authenticate.ts";
import { ApiFault, type Caller } from "../http/route.ts";
import { guardRequest } from "../http/guard.ts";
import { faultResponse } from "../http/wire.ts";
import type { World } from "../world.ts";
import type { AppLog } from "./log.ts";
import { userTokens } from "./user-tokens.ts";

export interface Front {
  readonly url: string;
  stop(): Promise<void>;
}

export interface FrontParts {
  readonly world: World;
  /** The app's name. */
  readonly name: string;
  readonly log: AppLog;
  /** The port that the app listens on; undefined while it does not run. */
  appPort(): number | undefined;
}

interface Follower {
  stop?: () => void;
}

export function openFront({ world, name, log, appPort }: FrontParts): Front {
  const tokenFor = userTokens(world, name);
  const server = Bun.serve<Follower>({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    development: false,
    reusePort: false,
    error: () => faultResponse(undefined, "standard"),
    fetch: async (request, serving) => {
      try {
        guardRequest(request.headers, serving.port ?? 0);
        const { caller, grantedTo } = tokenOf(request.headers, world);
        // An app's own address takes a sign-in of the workspace: what one app got of its user opens no other.
        if (grantedTo !== undefined)
          throw new ApiFault(401, "UNAUTHENTICATED", "This token is for an app's own calls.");
        const url = new URL(request.url);
        if (url.pathname === "/logz/stream") {
          if (serving.upgrade(request, { data: {} })) return undefined;
          return new Response("Upgrade Required", { status: 426, headers: { upgrade: "websocket" } });
        }
        const token = tokenFor(caller);
        return await forwarded(request, { port: appPort(), caller, token, url, signal: world.signal });
      } catch (thrown) {
        return faultResponse(thrown, "standard");
      }
    },
    websocket: {
      idleTimeout: 0,
      // The first message is what to search for; until then nothing is sent.
      message: (socket, message) => {
        socket.data.stop?.();
        socket.data.stop = follow(log, String(message), socket);
      },
      close: (socket) => socket.data.stop?.(),
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

function follow(log: AppLog, wanted: string, socket: Pick<Socket, "send">): () => void {
  const term = wanted.toLowerCase();
  const fits = ({ message }: { message: string }): boolean => message.toLowerCase().includes(term);
  const past = log.lines().filter(fits);
  if (past.length === 0) socket.send("\0");
  for (const line of past) socket.send(JSON.stringify(line));
  return log.follow((line) => {
    if (fits(line)) socket.send(JSON.stringify(line));
  });
}

interface Forwarding {
  readonly port: number | undefined;
  readonly caller: Caller;
  /** What the app may do as the caller with. */
  readonly token: string;
  readonly url: URL;
  readonly signal: AbortSignal;
}

/** What the platform itself adds: nothing of that name that a caller sends goes through. */
const own = /^(?:x-forwarded-|x-real-ip$|authorization$|host$|connection$)/i;

async function forwarded(request: Request, { port, caller, token, url, signal }: Forwarding): Promise<Response> {
  if (port === undefined) throw new ApiFault(503, "TEMPORARILY_UNAVAILABLE", "App Not Available");
  const headers = new Headers([...request.headers].filter(([name]) => !own.test(name)));
  headers.set("x-forwarded-user", caller.userId);
  headers.set("x-forwarded-email", caller.userName);
  headers.set("x-forwarded-preferred-username", caller.userName);
  headers.set("x-forwarded-access-token", token);
  headers.set("x-forwarded-host", url.host);
  headers.set("x-real-ip", "127.0.0.1");
  headers.set("x-request-id", crypto.randomUUID());
  const target = `http://127.0.0.1:${port}${url.pathname}${url.search}`;
  const body = request.method === "GET" || request.method === "HEAD" ? undefined : request.body;
  try {
    return await fetch(target, {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
      decompress: false,
      // A stream may be silent for long: the app itself says when it is over.
      timeout: false,
      signal: AbortSignal.any([request.signal, signal]),
    });
  } catch (thrown) {
    if (signal.aborted || request.signal.aborted) throw thrown;
    throw new ApiFault(502, "BAD_GATEWAY", "The app does not answer.");
  }
}
