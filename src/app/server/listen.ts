// The app on its port: who may ask at all, and which part of the server answers.
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import type { Logger } from "../../platform/log.ts";
import type { Identity } from "./caller.ts";
import type { Dispatch } from "./dispatch.ts";
import { jsonHeaders, pageHeaders } from "./headers.ts";
import {
  againPage,
  hasKey,
  letIn,
  lockedPage,
  requireOwnName,
  requireOwnPage,
  type Door,
} from "./identity/admission.ts";
import type { AppMcp } from "./mcp.ts";
import type { AppPlace } from "./options.ts";
import type { Page } from "./page.ts";
import { plainStyle, plainStylePath } from "./plain-page.ts";
import { notFound, refusal, refusalOf } from "./refusals.ts";
import { mostUploadBytes } from "./request-body.ts";

/** All that answers, once it is there. */
export interface Answering {
  readonly identity: Identity;
  readonly dispatch: Dispatch;
  readonly mcp: AppMcp;
  readonly page: Page;
  readonly docs: () => { readonly html: string; readonly openApi: object };
}

export interface ListenOptions {
  readonly place: AppPlace;
  /** On one's own machine; undefined where the platform lets in. */
  readonly door: Omit<Door, "port"> | undefined;
  /** Requests wait for it: the port is taken before the database is opened. */
  readonly answering: Promise<Answering>;
  readonly log: Logger;
}

export interface Listening {
  readonly port: number;
  /** `http://127.0.0.1:8010`. */
  readonly origin: string;
  /** No new connections; those that are there go on. */
  retire(): void;
  /** Breaks off what is left. */
  stop(): Promise<void>;
}

/** How long who has not shown who he is may be silent. */
const patienceSeconds = 30;

/** Throws `conflict` for a port that is taken, `usage` for an address that is not of this machine. */
export function listen(options: ListenOptions): Listening {
  const { place, log } = options;
  const isShared = place.mode === "apps";
  const hostname = place.mode === "apps" ? "0.0.0.0" : place.address;
  const fetch = async (request: Request, server: Bun.Server<undefined>): Promise<Response> => {
    try {
      const unlimited = (): void => server.timeout(request, 0);
      const answered = await answer(request, options, { port: server.port ?? place.port, unlimited });
      // Without the query: a key may be in it.
      log.debug(`app: ${request.method} ${URL.parse(request.url)?.pathname ?? ""}: ${answered.status}`);
      return answered;
    } catch (thrown) {
      if (request.signal.aborted) return new Response(null, { status: 499 });
      return refusal(thrown, { log, isShared });
    }
  };
  try {
    const server = Bun.serve({
      hostname,
      port: place.port,
      fetch,
      idleTimeout: patienceSeconds,
      // Without it Bun would share the port with whoever asks for it next.
      reusePort: false,
      development: false,
      // What is larger is refused by us, in words, as far as it goes.
      maxRequestBodySize: mostUploadBytes + 1024 * 1024,
      error: () => refusalOf(500, { code: "internal", message: "Something went wrong in the server" }),
    });
    const port = server.port ?? place.port;
    return {
      port,
      origin: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`,
      retire: () => void server.stop(false),
      stop: () => server.stop(true),
    };
  } catch (thrown) {
    throw listenError(thrown, hostname, place.port);
  }
}

function listenError(thrown: unknown, hostname: string, port: number): MortarError {
  const name = errnoOf(thrown);
  if (name === "EADDRINUSE") {
    return new MortarError("conflict", `Port ${port} is taken by another program`, {
      hint: "Take another one by --port; 0 takes any that is free.",
    });
  }
  if (name === "EACCES") {
    return new MortarError("permission_denied", `Port ${port} may not be used by your user`, {
      hint: "Ports below 1024 are the system's on many machines: take another one by --port.",
    });
  }
  return new MortarError("usage", `Cannot listen on ${hostname}, port ${port}`, {
    hint: "--listen takes a loopback address of this machine: 127.0.0.1 or ::1.",
    cause: thrown,
  });
}

interface At {
  readonly port: number;
  readonly unlimited: () => void;
}

async function answer(request: Request, options: ListenOptions, { port, unlimited }: At): Promise<Response> {
  const { door, place } = options;
  const url = URL.parse(request.url);
  if (url === null) throw new MortarError("invalid_input", "The Host header is none");
  if (door !== undefined) {
    requireOwnName(request);
    const entered = letIn(request, url, { ...door, port });
    if (entered !== undefined) return entered;
  }
  const isData = /^\/(?:api|mcp)(?:\/|$)/.test(url.pathname);
  if (isData) requireOwnPage(request, { isShared: place.mode === "apps" });
  const { dispatch, mcp, ...pages } = await options.answering;
  if (isData) {
    const isApi = url.pathname.startsWith("/api");
    return isApi ? await dispatch(request, url, unlimited) : await mcp.answer(request, url, unlimited);
  }
  if (url.pathname === plainStylePath) {
    return new Response(plainStyle, { headers: { ...pageHeaders, "content-type": "text/css; charset=utf-8" } });
  }
  if (door !== undefined && !hasKey(request, door.key, port)) return locked(request);
  return await pageAnswer(request, url, pages);
}

/** A link elsewhere does not bring the cookie along; asked for by our own page, it comes. */
function locked({ headers }: Request): Response {
  const site = headers.get("sec-fetch-site");
  const isLink = headers.get("sec-fetch-mode") === "navigate" && (site === "cross-site" || site === "same-site");
  return isLink ? againPage() : lockedPage();
}

type Pages = Pick<Answering, "page" | "docs" | "identity">;

async function pageAnswer(request: Request, url: URL, { page, docs, identity }: Pages): Promise<Response> {
  const { pathname } = url;
  if (pathname === "/docs" || pathname === "/openapi.json") {
    await identity.callerOf(request);
    if (pathname === "/openapi.json") return Response.json(docs().openApi, { headers: jsonHeaders });
    return new Response(docs().html, { headers: { ...pageHeaders, "content-type": "text/html; charset=utf-8" } });
  }
  const found = await page.answer(request, url);
  if (found === undefined) throw notFound("page");
  return found;
}
