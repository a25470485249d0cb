// The routes of the proxy itself: /health, /shutdown and /leases.
import type { Secret } from "../../platform/secret.ts";
import { portOf } from "./client.ts";
import { isLeaseId, sessionMode, type Lease } from "./lease.ts";
import { toolOnPort } from "./older-ports.ts";
import { isChallenge, proofOf } from "./proof.ts";
import type { ProxyRecord } from "./record.ts";

/** How a proxy is asked to end: `shutdown` in its own time, `now` at once, `replaced` by a newer one that listens already. */
export type EndWish = "shutdown" | "now" | "replaced";

export interface ControlState {
  readonly version: string;
  /** The key as it lies on the disk: it may just have been replaced. */
  key(): Promise<Secret>;
  record(): ProxyRecord | undefined;
  leases(): readonly Lease[];
  inFlight(): number;
  /** Milliseconds since the epoch. */
  lastActiveMs(): number;
  /** Whether a newer one has its place: it only finishes what it carries. */
  isRetiring(): boolean;
  /** Why the settings of now do not count. */
  settingsTrouble(): string | undefined;
  /** The profile of requests that name none, and when its token ends, where that is known soon. */
  rootToken(): Promise<RootToken>;
  /** Reads the leases again and listens where they want it; the address for one of them. Throws where it cannot. */
  accept(id: string | undefined): Promise<string | undefined>;
  release(id: string): Promise<void>;
  end(wish: EndWish): void;
}

export interface RootToken {
  readonly profile: string;
  /** Milliseconds since the epoch. */
  readonly endsAtMs: number | undefined;
}

interface Context {
  readonly path: string;
  readonly authorised: boolean;
}

/** Answers the proxy's own routes; undefined for all others, and for those that need a key that was not given. */
export function createControl(state: ControlState) {
  return async (request: Request, { path, authorised }: Context): Promise<Response | undefined> => {
    if (path === "/health") return json(await healthBody(state, request, authorised));
    if (path === "/shutdown") return shutdown(state, request, authorised);
    if (path === "/leases" && authorised) return leases(state, request);
    return undefined;
  };
}

/** The fields that older tools look for; what only the user may know needs the key. */
async function healthBody(
  state: ControlState,
  request: Request,
  authorised: boolean,
): Promise<Record<string, unknown>> {
  const url = new URL(request.url);
  const port = portOf(url.origin);
  const record = state.record();
  const challenge = url.searchParams.get("challenge") ?? "";
  return {
    ...(record?.kind === "service" ? { daemon: true, ...(authorised ? await daemonFields(state) : {}) } : {}),
    pid: process.pid,
    status: "ok",
    tool: toolOnPort(port),
    version: state.version,
    program: "mortar",
    ...(state.isRetiring() ? { retiring: true } : {}),
    ...(isChallenge(challenge) ? { proof: proofOf(await state.key(), challenge, { pid: process.pid, port }) } : {}),
    ...(authorised && record !== undefined
      ? {
          proxy: record,
          in_flight: state.inFlight(),
          last_active_ms: state.lastActiveMs(),
          settings_trouble: state.settingsTrouble() ?? null,
          leases: state.leases().map((lease) => publicLease(lease)),
        }
      : {}),
  };
}

/** What a daemon of older programs said to everybody, and this one to the holder of its key. Times as those wrote them. */
async function daemonFields(state: ControlState): Promise<Record<string, unknown>> {
  const { profile, endsAtMs } = await state.rootToken();
  if (endsAtMs === undefined || Number.isNaN(new Date(endsAtMs).getTime())) return { profile };
  return { profile, token_valid_until: new Date(endsAtMs).toISOString().replace(/\.\d+Z$/, "Z") };
}

function publicLease({ id, pid, agent, profile, listen }: Lease): Record<string, unknown> {
  return { id, pid, agent, profile, ...(listen === undefined ? {} : { port: listen.port }) };
}

/**
 * POST: with a lease it ends that lease, and with the key alone one that stands for whoever has no process to go by. The
 * proxy ends when no lease is left, unless somebody wants it to stay; with the key, `?stop` and `?stop=now` end it all the
 * same.
 */
async function shutdown(state: ControlState, request: Request, authorised: boolean): Promise<Response | undefined> {
  if (request.method !== "POST") return json({ error: "POST only" }, { status: 405, headers: { allow: "POST" } });
  const query = new URL(request.url).searchParams;
  const lease = query.get("lease") ?? "";
  const isHeld = isLeaseId(lease) && state.leases().some(({ id }) => id === lease);
  if (!isHeld && !authorised) return undefined;
  const wish = authorised ? wishOf(query) : undefined;
  const nameless =
    wish === undefined && authorised ? state.leases().find(({ agent }) => agent === sessionMode) : undefined;
  const ended = isHeld ? lease : nameless?.id;
  // A daemon of older programs has no such route, by which their hooks know that it is not theirs to end.
  if (state.record()?.kind === "service" && wish === undefined && ended === undefined) return notFound();
  if (ended !== undefined) await state.release(ended);
  const remaining = state.leases().length;
  const mayEnd = state.record()?.kind === "demand" && remaining === 0;
  const exiting = wish !== undefined || mayEnd;
  if (exiting) state.end(wish ?? "shutdown");
  return json({ remaining, exiting });
}

function notFound(): Response {
  return new Response("404 page not found\n", {
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}

function wishOf(query: URLSearchParams): EndWish | undefined {
  const stop = query.get("stop");
  if (stop === null) return undefined;
  return stop === "now" || stop === "replaced" ? stop : "shutdown";
}

async function leases(state: ControlState, request: Request): Promise<Response> {
  if (request.method !== "POST") return json({ error: "POST only" }, { status: 405, headers: { allow: "POST" } });
  const id = new URL(request.url).searchParams.get("id") ?? undefined;
  try {
    const url = await state.accept(id);
    return json({ pid: process.pid, url: url ?? null });
  } catch (thrown) {
    return json({ error: thrown instanceof Error ? thrown.message : String(thrown) }, { status: 409 });
  }
}

function json(body: Record<string, unknown>, init: ResponseInit = {}): Response {
  return Response.json(body, { ...init, headers: { ...init.headers, "cache-control": "no-store" } });
}
