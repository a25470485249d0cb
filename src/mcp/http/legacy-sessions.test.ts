// Sessions of the older era: questions and cancellations reach the right call, and nobody gets into another's session.
import { describe, expect, test } from "bun:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { inputRequired, inputResponse, Server } from "@modelcontextprotocol/server";
import { selectTools } from "../../tools/selection.ts";
import { testDeps } from "../../tools/testing.ts";
import { createEventStore } from "./event-store.ts";
import { createLegacySessions, type SessionCaller } from "./legacy-sessions.ts";
import { serveHttp, type HttpServer } from "./serve-http.ts";

interface Watched {
  readonly started: PromiseWithResolvers<void>;
  readonly cancelled: PromiseWithResolvers<void>;
}

/** One tool that asks, one that hangs until it is taken back. */
function asking({ started, cancelled }: Watched): Server {
  const server = new Server({ name: "test", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({
    tools: ["ask", "hang"].map((name) => ({ name, inputSchema: { type: "object" as const } })),
  }));
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    if (params.name === "hang") {
      started.resolve();
      await new Promise((resolve) => mcpReq.signal.addEventListener("abort", resolve, { once: true }));
      cancelled.resolve();
      return { content: [] };
    }
    const view = inputResponse(mcpReq.inputResponses, "sure");
    if (view.kind === "elicit") return { content: [{ type: "text", text: `the answer is ${view.action}` }] };
    const requestedSchema = { type: "object" as const, properties: { yes: { type: "boolean" as const } } };
    return inputRequired({ inputRequests: { sure: inputRequired.elicit({ message: "Sure?", requestedSchema }) } });
  });
  return server;
}

function serveAsking(watched: Watched): HttpServer {
  return serveHttp({
    deps: testDeps(),
    version: "1",
    selection: selectTools(),
    open: () => ({ open: () => Promise.reject(new Error("no workspace")), forget: () => undefined }),
    admission: { hosts: ["127.0.0.1"], origins: [], key: undefined, forwarded: undefined },
    address: "127.0.0.1",
    port: 0,
    workspaceHost: undefined,
    build: () => asking(watched),
  });
}

interface Place extends AsyncDisposable, Watched {
  readonly client: Client;
  readonly url: string;
  readonly session: string;
}

async function place(): Promise<Place> {
  const watched = { started: Promise.withResolvers<void>(), cancelled: Promise.withResolvers<void>() };
  const server = serveAsking(watched);
  const client = new Client(
    { name: "test", version: "1" },
    { versionNegotiation: { mode: "legacy" }, capabilities: { elicitation: { form: {} } } },
  );
  client.setRequestHandler("elicitation/create", () => ({ action: "accept" as const, content: { yes: true } }));
  const requestInit = { headers: { authorization: "Bearer owner" } };
  const transport = new StreamableHTTPClientTransport(new URL(server.url), { requestInit });
  await client.connect(transport);
  return {
    ...watched,
    client,
    url: server.url,
    session: transport.sessionId ?? "",
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.close();
    },
  };
}

async function send(url: string, message: object | undefined, headers: Record<string, string>): Promise<Response> {
  return await fetch(url, {
    method: message === undefined ? "DELETE" : "POST",
    body: message === undefined ? null : JSON.stringify(message),
    proxy: "",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
      ...headers,
    },
  });
}

const list = { jsonrpc: "2.0", id: 9, method: "tools/list", params: {} };

describe("in a session", () => {
  test("a tool's question reaches the person, and the answer the call", async () => {
    await using here = await place();
    expect(here.session).not.toBe("");
    const { content } = await here.client.callTool({ name: "ask", arguments: {} });
    expect(content).toEqual([{ type: "text", text: "the answer is accept" }]);
  });

  test("a cancellation reaches the call that it is about", async () => {
    await using here = await place();
    const caller = new AbortController();
    const call = here.client.callTool({ name: "hang", arguments: {} }, { signal: caller.signal }).catch(() => "gone");
    await here.started.promise;
    caller.abort();
    await here.cancelled.promise;
    expect(await call).toBe("gone");
  });

  test("its end ends the calls in it, and it is not found afterwards", async () => {
    await using here = await place();
    const call = here.client.callTool({ name: "hang", arguments: {} }).catch(() => "gone");
    await here.started.promise;
    const own = { authorization: "Bearer owner", "mcp-session-id": here.session };
    expect((await send(here.url, undefined, own)).status).toBe(200);
    await here.cancelled.promise;
    expect((await send(here.url, list, own)).status).toBe(404);
    await here.client.close();
    expect(await call).toBe("gone");
  });
});

describe("another's session", () => {
  test("is neither ended nor used: who names it is answered without it", async () => {
    await using here = await place();
    const other = { authorization: "Bearer other", "mcp-session-id": here.session };
    expect((await send(here.url, undefined, other)).status).toBe(405);
    const answer = await send(here.url, list, other);
    expect([answer.status, answer.headers.get("mcp-session-id")]).toEqual([200, null]);
    // It still stands for whom it is.
    const { content } = await here.client.callTool({ name: "ask", arguments: {} });
    expect(content).toEqual([{ type: "text", text: "the answer is accept" }]);
  });

  test("takes no answer of somebody else to a question", async () => {
    await using here = await place();
    const other = { authorization: "Bearer other", "mcp-session-id": here.session };
    const forged = { jsonrpc: "2.0", id: 0, result: { action: "accept", content: { yes: true } } };
    const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
    const call = here.client.callTool({ name: "hang", arguments: {} }).catch(() => "gone");
    await here.started.promise;
    await send(here.url, forged, other);
    await send(here.url, cancel, other);
    const state = await Promise.race([here.cancelled.promise.then(() => "cancelled"), send(here.url, list, other)]);
    expect(state).not.toBe("cancelled");
    await here.client.close();
    void call;
  });
});

describe("without a session", () => {
  test("a client is answered: one of before a restart, and one that never had any", async () => {
    await using here = await place();
    for (const headers of [{ "mcp-session-id": crypto.randomUUID() }, {}]) {
      const answer = await send(here.url, list, { authorization: "Bearer owner", ...headers });
      expect([answer.status, (await answer.text()).includes('"hang"')]).toEqual([200, true]);
    }
  });

  test("other tools than those of the session are asked for by the headers of each request", async () => {
    await using here = await place();
    const headers = { authorization: "Bearer owner", "mcp-session-id": here.session, "x-mcp-readonly": "true" };
    expect((await send(here.url, list, headers)).headers.get("mcp-session-id")).toBeNull();
  });

  test("a refused initialize leaves nothing open", async () => {
    await using here = await place();
    const broken = { jsonrpc: "2.0", id: 1, method: "initialize", params: {} };
    const answer = await send(here.url, broken, { authorization: "Bearer owner" });
    expect((await answer.text()).includes('"error"')).toBe(true);
  });
});

describe("how many and how long", () => {
  const open = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    },
  };
  const owner = {};
  const caller: SessionCaller = {
    owner,
    wish: "",
    authInfo: { token: "t", clientId: "", scopes: [] },
    build: () => new Server({ name: "test", version: "1" }, { capabilities: { tools: {} } }),
  };
  const post = (message: object, session?: string): Request =>
    new Request("http://127.0.0.1/mcp", {
      method: "POST",
      body: JSON.stringify(message),
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(session === undefined ? {} : { "mcp-session-id": session }),
      },
    });
  const ping = { jsonrpc: "2.0", id: 2, method: "ping" };

  test("one that is not used is let go, and those that were not used for longest go first", async () => {
    const time = { ms: 0 };
    const clock = { now: () => time.ms, sleep: () => Promise.resolve() };
    const sessions = createLegacySessions({ clock, mostBytes: 1_000_000, idleMs: 1_000, most: 2 });
    const opened = async (): Promise<string> =>
      (await sessions.answer(post(open), caller))?.headers.get("mcp-session-id") ?? "";
    const [first, second] = [await opened(), await opened()];
    expect((await sessions.answer(post(ping, first), caller))?.status).toBe(200);
    const third = await opened();
    expect(await sessions.answer(post(ping, second), caller)).toBeUndefined();
    expect((await sessions.answer(post(ping, first), caller))?.status).toBe(200);
    time.ms = 5_000;
    await opened();
    expect(await sessions.answer(post(ping, third), caller)).toBeUndefined();
    await sessions.close();
  });
});

describe("what a broken stream missed", () => {
  test("comes again in its order, of that stream alone", async () => {
    const store = createEventStore();
    const message = (id: number) => ({ jsonrpc: "2.0" as const, id, result: {} });
    const first = await store.storeEvent("a", {} as never);
    await store.storeEvent("a", message(1));
    await store.storeEvent("b", message(2));
    await store.storeEvent("a", message(3));
    const again: unknown[] = [];
    expect(await store.replayEventsAfter(first, { send: async (_id, one) => void again.push(one) })).toBe("a");
    expect(again).toEqual([message(1), message(3)]);
  });

  test("is kept within bounds", async () => {
    const store = createEventStore();
    const big = "x".repeat(100_000);
    const first = await store.storeEvent("a", {} as never);
    for (let id = 0; id < 300; id++) await store.storeEvent("a", { jsonrpc: "2.0", id, result: { big } });
    const again: unknown[] = [];
    await store.replayEventsAfter(first, { send: async (_id, one) => void again.push(one) });
    expect(again.length).toBeGreaterThan(1);
    expect(again.length).toBeLessThan(10);
    expect(await store.getStreamIdForEventId?.("no event")).toBeUndefined();
  });
});
