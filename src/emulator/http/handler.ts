// One request from the socket to the answer: guard, fault, credentials, route, log.
import { redact } from "../../platform/log.ts";
import type { FaultRule, Faults } from "../faults.ts";
import type { World } from "../world.ts";
import { bearerToken, tokenOf } from "./authenticate.ts";
import { createCall, type CallParts } from "./call.ts";
import { playFault } from "./fault-response.ts";
import { guardRequest } from "./guard.ts";
import { requireScope } from "./token-scopes.ts";
import type { RequestLog } from "./request-log.ts";
import { ApiFault, type Caller, type Route } from "./route.ts";
import type { Found, Router } from "./router.ts";
import { errorStyleOf, faultResponse, toResponse } from "./wire.ts";

export interface HandlerParts {
  readonly world: World;
  readonly router: Router;
  /** Routes below `/__emulator`, for the admin token alone. */
  readonly control: Router;
  readonly faults: Faults;
  readonly requests: RequestLog;
  isAdmin(token: string | undefined): boolean;
}

export interface HttpHandler {
  handle(request: Request, port: number): Promise<Response>;
  /** Waits until no request is being handled, or until `limitMs` have passed. */
  drain(limitMs: number): Promise<void>;
}

/** What happened on the way, for the log. */
interface Notes {
  fault?: string;
  unknown?: true;
  error?: string;
}

interface Visit {
  readonly request: Request;
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly notes: Notes;
}

export function createHandler(parts: HandlerParts): HttpHandler {
  const active = new Set<Promise<Response>>();
  return {
    handle: async (request, port) => {
      const answering = visit(parts, request, port);
      active.add(answering);
      try {
        return await answering;
      } finally {
        active.delete(answering);
      }
    },
    drain: async (limitMs) => {
      const limit = new AbortController();
      const all = Promise.allSettled(active).then(() => limit.abort());
      await Promise.race([all, parts.world.clock.sleep(limitMs, limit.signal).catch(() => undefined)]);
    },
  };
}

async function visit(parts: HandlerParts, request: Request, port: number): Promise<Response> {
  const { world, requests } = parts;
  const startedAt = world.clock.now();
  const requestId = crypto.randomUUID();
  const url = addressOf(request);
  // A Host header that is no name, or none at all (HTTP/1.0): there is no address to speak of.
  if (url === undefined) return faultResponse(new ApiFault(400, "BAD_REQUEST", "The Host is malformed."), "standard");
  const notes: Notes = {};
  const signal = AbortSignal.any([request.signal, world.signal]);
  let response: Response;
  try {
    guardRequest(request.headers, port);
    response = await answer(parts, { request, url, signal, notes });
  } catch (thrown) {
    if (!(thrown instanceof ApiFault)) notes.error = describe(thrown);
    response = faultResponse(thrown, errorStyleOf(url.pathname));
  }
  response.headers.set("x-request-id", requestId);
  response.headers.set("x-databricks-org-id", world.workspaceId);
  if (response.status === 401) response.headers.set("www-authenticate", 'Bearer realm="DatabricksRealm"');
  if (!isControl(url)) {
    requests.add({
      at: startedAt,
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      status: response.status,
      durationMs: world.clock.now() - startedAt,
      requestId,
      userAgent: redact(request.headers.get("user-agent") ?? ""),
      ...notes,
    });
  }
  return response;
}

function addressOf(request: Request): URL | undefined {
  return URL.canParse(request.url) ? new URL(request.url) : undefined;
}

async function answer(parts: HandlerParts, visit: Visit): Promise<Response> {
  if (isControl(visit.url)) return control(parts, visit);
  const { request, url, signal, notes } = visit;
  const rule: FaultRule | undefined = parts.faults.take({
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
  });
  const handle = (): Promise<Response> => handleRoute(parts, visit);
  if (rule === undefined) return handle();
  notes.fault = rule.kind;
  return playFault(rule, { path: url.pathname, clock: parts.world.clock, signal, answer: () => guarded(handle, url) });
}

/** A fault is laid over what the client would have got, a refusal included. */
async function guarded(handle: () => Promise<Response>, url: URL): Promise<Response> {
  try {
    return await handle();
  } catch (thrown) {
    return faultResponse(thrown, errorStyleOf(url.pathname));
  }
}

async function handleRoute({ world, router }: HandlerParts, { request, url, signal, notes }: Visit): Promise<Response> {
  const found = find(router, request.method, url.pathname);
  if (found.kind === "route" && found.route.open === true) {
    return run(found.route, world, { request, url, params: found.params, caller: nobody, signal });
  }
  if (found.kind === "unknown") notes.unknown = true;
  if (found.kind === "unknown" && url.pathname.startsWith("/.well-known/")) throw noApi(request.method, url.pathname);
  const { caller, grantedTo } = tokenOf(request.headers, world);
  if (found.kind === "unknown") {
    throw new ApiFault(501, "NOT_IMPLEMENTED", `The emulator has no route for ${request.method} ${url.pathname}`);
  }
  if (found.kind === "otherMethod") throw noApi(request.method, url.pathname);
  if (grantedTo !== undefined) requireScope(grantedTo, request.method, url.pathname);
  return run(found.route, world, { request, url, params: found.params, caller, signal });
}

async function control({ world, control: router, isAdmin }: HandlerParts, visit: Visit): Promise<Response> {
  const { request, url, signal } = visit;
  const found = find(router, request.method, url.pathname);
  const open = found.kind === "route" && found.route.open === true;
  if (!open && !isAdmin(bearerToken(request.headers))) {
    throw new ApiFault(403, "PERMISSION_DENIED", "The emulator's control routes need its admin token.");
  }
  if (found.kind !== "route") throw noApi(request.method, url.pathname);
  return run(found.route, world, { request, url, params: found.params, caller: world.owner, signal });
}

async function run(route: Route, world: World, parts: Omit<CallParts, "bodyLimitBytes">): Promise<Response> {
  const bodyLimitBytes = route.open === true ? (route.openBodyBytes ?? openBodyBytes) : Number.POSITIVE_INFINITY;
  return toResponse(await route.handler(createCall({ ...parts, bodyLimitBytes }), world));
}

// Whoever is on this machine may call what needs no token: a sign-in's form is small.
const openBodyBytes = 1024 * 1024;

function find(router: Router, method: string, path: string): Found {
  try {
    return router.find(method, path);
  } catch (cause) {
    if (cause instanceof URIError) throw new ApiFault(400, "BAD_REQUEST", "The path is not properly encoded.");
    throw cause;
  }
}

const nobody: Caller = { userName: "", userId: "", isServicePrincipal: false };

function noApi(method: string, path: string): ApiFault {
  const short = path.replace(/^\/api\/\d+\.\d+/, "");
  return new ApiFault(404, "ENDPOINT_NOT_FOUND", `No API found for '${method} ${short}'`);
}

function isControl(url: URL): boolean {
  return url.pathname === "/__emulator" || url.pathname.startsWith("/__emulator/");
}

function describe(thrown: unknown): string {
  return redact(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)).slice(0, 2_000);
}
