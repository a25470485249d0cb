// Sessions of the older era over HTTP (MCP 2025-11-25, streamable HTTP): with one, a client's answers to our questions and its
// cancellations reach the call that they are about. Who has none is answered all the same, each request by itself.
import { WebStandardStreamableHTTPServerTransport, type AuthInfo, type Server } from "@modelcontextprotocol/server";
import type { Clock } from "../../platform/deps.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { canElicit } from "../consent/consent.ts";
import { createEventStore } from "./event-store.ts";

export interface SessionCaller {
  /** Who calls, one object while he is remembered: a session answers nobody else. */
  readonly owner: object;
  /** Which tools he asks for: with others he is answered without the session. */
  readonly wish: string;
  readonly authInfo: AuthInfo;
  build(): Server;
}

export interface LegacySessions {
  /** The answer to a request that opens a session or belongs to one of its caller; undefined for every other. */
  answer(request: Request, caller: SessionCaller): Promise<Response | undefined>;
  close(): Promise<void>;
}

export interface LegacySessionsOptions {
  readonly clock: Clock;
  /** The longest body of a request. */
  readonly mostBytes: number;
  /** How long one that is not used is kept, in milliseconds. Default one hour. */
  readonly idleMs?: number;
  /** How many are kept; the one that was not used for longest goes first. Default 500. */
  readonly most?: number;
}

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly owner: object;
  readonly wish: string;
  usedMs: number;
}

const sessionHeader = "mcp-session-id";
/** Ends the id of a session whose client can ask its person, which the id still says when the session is no more. */
const askingMark = "-asks";
/** Ids of sessions that their clients ended: those must be answered with 404. */
const mostEnded = 10_000;
/** An initialize is small. */
const mostOpeningBytes = 65_536;

export function createLegacySessions(options: LegacySessionsOptions): LegacySessions {
  const { clock, mostBytes, idleMs = 3_600_000, most = 500 } = options;
  // In the order of their last use, the oldest first.
  const sessions = new Map<string, Session>();
  const ended = new Set<string>();
  const end = (id: string): void => {
    sessions.delete(id);
    ended.add(id);
    for (const oldest of ended) if (ended.size > mostEnded) ended.delete(oldest);
  };
  const clear = (): void => {
    for (const [id, { transport, usedMs }] of sessions) {
      if (clock.now() - usedMs <= idleMs && sessions.size < most) return;
      sessions.delete(id);
      void transport.close();
    }
  };
  const open = async (request: Request, caller: SessionCaller, parsedBody: unknown): Promise<Response> => {
    clear();
    const { owner, wish, authInfo } = caller;
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => `${crypto.randomUUID()}${opensAsking(parsedBody) ? askingMark : ""}`,
      onsessioninitialized: (id) => void sessions.set(id, { transport, owner, wish, usedMs: clock.now() }),
      onsessionclosed: end,
      eventStore: createEventStore(),
      maxRequestBodySize: mostBytes,
    });
    await caller.build().connect(transport);
    const response = await transport.handleRequest(request, { parsedBody, authInfo });
    // An initialize that was refused leaves nothing behind.
    if (transport.sessionId === undefined) await transport.close();
    return response;
  };
  return {
    answer: async (request, caller) => {
      const id = request.headers.get(sessionHeader);
      if (id === null) {
        const opening = await readOpening(request);
        return opening === undefined ? undefined : await open(request, caller, opening);
      }
      if (ended.has(id)) return notFound();
      const session = sessions.get(id);
      // From before a restart, or with another token since: without a session there is still an answer.
      if (session === undefined || session.owner !== caller.owner || session.wish !== caller.wish) return undefined;
      session.usedMs = clock.now();
      sessions.delete(id);
      sessions.set(id, session);
      return await session.transport.handleRequest(request, { authInfo: caller.authInfo });
    },
    close: async () => {
      const all = [...sessions.values()];
      sessions.clear();
      await Promise.allSettled(all.map(({ transport }) => transport.close()));
    },
  };
}

/** The message of a request that opens a session; undefined for every other, whose body stays unread. */
async function readOpening(request: Request): Promise<unknown> {
  const { method, headers } = request;
  // The newer era names its method in a header and has no sessions.
  if (method !== "POST" || headers.has("mcp-method")) return undefined;
  if (Number(headers.get("content-length") ?? 0) > mostOpeningBytes) return undefined;
  const message = tryJson(await request.clone().text());
  return isObject(message) && message["method"] === "initialize" ? message : undefined;
}

function opensAsking(message: unknown): boolean {
  const params = isObject(message) ? message["params"] : undefined;
  return isObject(params) && canElicit(params["capabilities"]);
}

/** Whether a request names a session whose client could ask its person, be it there or not. */
export function namesAskingSession(headers: Headers): boolean {
  return headers.get(sessionHeader)?.endsWith(askingMark) === true;
}

function notFound(): Response {
  const error = { code: -32_001, message: "The session has ended: initialize again" };
  return Response.json({ jsonrpc: "2.0", error, id: null }, { status: 404 });
}
