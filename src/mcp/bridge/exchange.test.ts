// Calls through the bridge between servers and agents of both eras: questions, progress, cancellation, errors, lost sessions.
import { afterEach, describe, expect, test } from "bun:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  createMcpHandler,
  InMemoryTransport,
  inputRequired,
  inputResponse,
  ProtocolError,
  Server,
} from "@modelcontextprotocol/server";
import { WebStandardStreamableHTTPServerTransport, type ServerContext } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { createExchanges } from "./exchange.ts";
import { buildBridge } from "./server.ts";
import { createUpstream, type Upstream } from "./upstream.ts";

type Era = "modern" | "legacy";

const open: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const form = {
  type: "object" as const,
  properties: { yes: { type: "boolean" as const } },
  required: ["yes"],
};

/** What the server behind the bridge saw. */
interface Seen {
  cancelled: boolean;
  started: boolean;
  sessions: number;
  /** Streams that its clients keep open for what it tells them. */
  streams: number;
  meta: unknown;
}

function farServer(era: Era, seen: Seen, tools: string[]): Server {
  const server = new Server(
    { name: "far", version: "1" },
    { capabilities: { tools: { listChanged: true } }, instructions: "Far." },
  );
  // A page a tool.
  server.setRequestHandler("tools/list", ({ params }) => {
    const at = Number(params?.cursor ?? 0);
    const next = at + 1 < tools.length ? { nextCursor: String(at + 1) } : {};
    return { tools: [{ name: tools[at] ?? "", inputSchema: { type: "object" as const } }], ...next };
  });
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    seen.meta = mcpReq._meta;
    if (params.name === "ask") return era === "modern" ? askLater(mcpReq) : await askNow(mcpReq);
    if (params.name === "wait") return await wait(mcpReq, seen);
    if (params.name === "count") return await count(mcpReq);
    throw new ProtocolError(-31_007, "far away", { why: "far" });
  });
  return server;
}

async function askNow(request: ServerContext["mcpReq"]) {
  const answers: string[] = [];
  for (const message of ["One?", "Two?"]) {
    const params = { mode: "form", message, requestedSchema: form };
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    const { action, content } = await request.send({ method: "elicitation/create", params });
    answers.push(`${action} ${String(content?.["yes"])}`);
  }
  return { content: [{ type: "text" as const, text: answers.join(", ") }] };
}

function askLater(request: ServerContext["mcpReq"]) {
  const answer = inputResponse(request.inputResponses, "q");
  const state = request.requestState<string>();
  const before = state === undefined ? [] : state.split(";");
  if (answer.kind === "elicit") before.push(`${answer.action} ${String(answer.content?.["yes"])}`);
  if (before.length === 2) return { content: [{ type: "text" as const, text: before.join(", ") }] };
  const message = before.length === 0 ? "One?" : "Two?";
  return inputRequired({
    inputRequests: { q: inputRequired.elicit({ message, requestedSchema: form }) },
    ...(before.length === 0 ? {} : { requestState: before.join(";") }),
  });
}

async function wait({ signal }: ServerContext["mcpReq"], seen: Seen): Promise<never> {
  seen.started = true;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  seen.cancelled = true;
  throw new Error("cancelled");
}

async function count({ _meta, notify }: ServerContext["mcpReq"]) {
  for (const progress of [1, 2]) {
    const params = { progressToken: _meta?.progressToken ?? "", progress, total: 2, message: `step ${progress}` };
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await notify({ method: "notifications/progress", params });
  }
  return { content: [{ type: "text" as const, text: "counted" }] };
}

interface Far {
  readonly url: URL;
  readonly seen: Seen;
  /** Forgets every session, as a restart does. */
  restart(): void;
  servers: readonly Server[];
}

function serveFar(era: Era, tools: string[]): Far {
  const seen: Seen = { cancelled: false, started: false, sessions: 0, streams: 0, meta: undefined };
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const servers: Server[] = [];
  const modern = createMcpHandler(() => farServer(era, seen, tools));
  const legacy = async (request: Request): Promise<Response> => {
    const id = request.headers.get("mcp-session-id");
    const known = id === null ? undefined : sessions.get(id);
    if (known !== undefined) {
      const response = await known.handleRequest(request);
      if (request.method === "GET") seen.streams += 1;
      return response;
    }
    if (id !== null)
      return Response.json(
        { jsonrpc: "2.0", error: { code: -32_001, message: "no session" }, id: null },
        { status: 404 },
      );
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (made) => {
        seen.sessions += 1;
        sessions.set(made, transport);
      },
    });
    const server = farServer(era, seen, tools);
    servers.push(server);
    await server.connect(transport);
    return await transport.handleRequest(request);
  };
  const http = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: (request) => (era === "modern" ? modern.fetch(request) : legacy(request)),
  });
  open.push(() => http.stop(true));
  return { url: new URL(`http://127.0.0.1:${http.port}/mcp`), seen, servers, restart: () => sessions.clear() };
}

interface Stage {
  readonly far: Far;
  readonly client: Client;
  readonly questions: string[];
  readonly upstream: Upstream;
}

interface StageOptions {
  readonly far: Era;
  readonly near: Era;
  readonly tools?: string[];
  /** Whether the agent can ask its person. */
  readonly asks?: boolean;
  readonly onTools?: (names: readonly string[]) => void;
}

async function stage({
  far: era,
  near,
  tools = ["ask", "wait", "count", "fail"],
  asks = true,
  onTools,
}: StageOptions): Promise<Stage> {
  const far = serveFar(era, tools);
  const exchanges = createExchanges();
  const end = new AbortController();
  let serving: Server | undefined;
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const upstream = createUpstream({
    word: "far",
    prefix: "far",
    open: () => Promise.resolve({ transport: new StreamableHTTPClientTransport(far.url) }),
    era: "auto",
    version: "1",
    clock,
    patienceMs: 10_000,
    signal: end.signal,
    ask: exchanges.ask,
    onChange: () => void serving?.sendToolListChanged(),
  });
  await upstream.connect();
  expect(upstream.failure()).toBeUndefined();
  const filter = { only: [], exclude: [], readOnly: false };
  const parts = { version: "1", host: "https://w", upstreams: [upstream], filter, exchanges };
  const [here, there] = InMemoryTransport.createLinkedPair();
  const handle = serveStdio(() => (serving = buildBridge(parts)), { transport: there });
  const questions: string[] = [];
  const client = new Client(
    { name: "agent", version: "1" },
    {
      capabilities: asks ? { elicitation: { form: {} } } : {},
      versionNegotiation: { mode: near === "modern" ? { pin: "2026-07-28" } : "legacy" },
      ...(onTools === undefined
        ? {}
        : { listChanged: { tools: { onChanged: (_error, all) => onTools((all ?? []).map(({ name }) => name)) } } }),
    },
  );
  if (asks) {
    client.setRequestHandler("elicitation/create", ({ params }) => {
      questions.push(params.message);
      return { action: "accept", content: { yes: questions.length === 1 } };
    });
  }
  await client.connect(here as unknown as Parameters<Client["connect"]>[0]);
  open.push(async () => {
    exchanges.close();
    await client.close();
    await handle.close();
    end.abort();
    await upstream.close();
  });
  return { far, client, questions, upstream };
}

const eras = (["modern", "legacy"] as const).flatMap((far) =>
  (["modern", "legacy"] as const).map((near) => [far, near] as const),
);

describe.each(eras)("a server of the %s era and an agent of the %s one", (far, near) => {
  test("the list is followed to its last page", async () => {
    const { client } = await stage({ far, near });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["ask", "wait", "count", "fail"]);
    expect(client.getInstructions()).toContain("far: Far.");
  });

  test("questions in the middle of a call reach the person, and each answer its question", async () => {
    const { client, questions } = await stage({ far, near });
    const { content } = await client.callTool({ name: "ask", arguments: {} });
    expect(questions).toEqual(["One?", "Two?"]);
    expect(content).toEqual([{ type: "text", text: "accept true, accept false" }]);
  });

  test("an agent that cannot ask is told so", async () => {
    const { client } = await stage({ far, near, asks: false });
    const outcome: unknown = await client.callTool({ name: "ask", arguments: {} }).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(outcome instanceof Error ? outcome.message : outcome)).toContain("cannot ask");
  });

  test("progress comes through, and what the agent says beside its arguments", async () => {
    const { client, far: server } = await stage({ far, near });
    const told: unknown[] = [];
    await client.callTool(
      { name: "count", arguments: {}, _meta: { warehouse_id: "w1" } },
      { onprogress: ({ progress, total, message }) => told.push([progress, total, message]) },
    );
    expect(told).toEqual([
      [1, 2, "step 1"],
      [2, 2, "step 2"],
    ]);
    expect(server.seen.meta).toMatchObject({ warehouse_id: "w1" });
  });

  test("a call that is cancelled is cancelled over there", async () => {
    const { client, far: server } = await stage({ far, near });
    const end = new AbortController();
    const call = client.callTool({ name: "wait", arguments: {} }, { signal: end.signal }).catch(() => "ended");
    await until(() => server.seen.started);
    end.abort();
    expect(await call).toBe("ended");
    await until(() => server.seen.cancelled);
  });

  test("an error of the protocol stays what it is", async () => {
    const { client } = await stage({ far, near });
    const thrown: unknown = await client.callTool({ name: "fail", arguments: {} }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: -31_007, data: { why: "far" } });
  });
});

test("a server that has forgotten the session is greeted again, and the call is made once", async () => {
  const { client, far } = await stage({ far: "legacy", near: "modern" });
  far.restart();
  expect((await client.callTool({ name: "count", arguments: {} })).content).toEqual([
    { type: "text", text: "counted" },
  ]);
  expect(far.seen.sessions).toBe(2);
});

test("a server whose tools change is listed anew", async () => {
  const tools = ["count"];
  const seen: string[][] = [];
  const { far } = await stage({ far: "legacy", near: "legacy", tools, onTools: (names) => seen.push([...names]) });
  tools.push("wait");
  // The stream on which it is told opens after the greeting.
  await until(() => far.seen.streams > 0);
  await far.servers.at(-1)?.sendToolListChanged();
  await until(() => seen.some((names) => names.includes("wait")));
});

test("an answer to no question of ours is refused", async () => {
  const { client } = await stage({ far: "legacy", near: "modern" });
  const params = { name: "ask", arguments: {}, requestState: "held:made-up", inputResponses: {} };
  const thrown: unknown = await client.callTool(params as never).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: -32_602 });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- waits for a condition
  while (!(await holds())) await Bun.sleep(5);
}
