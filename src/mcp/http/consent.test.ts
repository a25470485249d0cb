// Over HTTP each caller is asked for himself: nobody's yes is anybody else's.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { selectTools } from "../../tools/selection.ts";
import { testDeps } from "../../tools/testing.ts";
import { serve, testClock, workspaceAt, type TestServer } from "../../workspace/testing.ts";
import { serveHttp, type HttpServer } from "./serve-http.ts";

let workspace: TestServer;
let server: HttpServer;

beforeAll(() => {
  workspace = serve(({ path }) => (path.endsWith("/secrets/list") ? { secrets: [{ key: "k" }] } : {}));
  server = serveHttp({
    deps: testDeps(testClock()),
    version: "1",
    selection: selectTools({ toolsets: ["secrets"] }),
    open: () => ({ open: () => Promise.resolve(workspaceAt(workspace.host)), forget: () => undefined }),
    admission: { hosts: ["127.0.0.1"], origins: [], key: undefined, forwarded: undefined },
    address: "127.0.0.1",
    port: 0,
    workspaceHost: undefined,
  });
});

afterAll(async () => {
  await server.close();
  await workspace[Symbol.asyncDispose]();
});

interface Round {
  readonly result?: { readonly resultType: string; readonly requestState?: string };
  readonly error?: { readonly code: number };
}

async function round(token: string, requestState?: string): Promise<Round> {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
    "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
  };
  const answered = {
    requestState,
    inputResponses: { confirm: { action: "accept", content: { confirm: true } } },
  };
  const params = {
    name: "delete_secret",
    arguments: { scope: "s", key: "k" },
    _meta: meta,
    ...(requestState === undefined ? {} : answered),
  };
  const answer = await fetch(server.url, {
    method: "POST",
    proxy: "",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "delete_secret",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  const text = await answer.text();
  return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as Round;
}

const deleted = (): number => workspace.received.filter(({ path }) => path.endsWith("/secrets/delete")).length;

test("a question that one caller was asked is answered by nobody else", async () => {
  const { result } = await round("token-of-one");
  expect(result?.resultType).toBe("input_required");
  expect((await round("token-of-another", result?.requestState)).error?.code).toBe(-32_602);
  expect(deleted()).toBe(0);
  expect((await round("token-of-one", result?.requestState)).result?.resultType).toBe("complete");
  expect(deleted()).toBe(1);
});

async function older(message: object, headers: Record<string, string>): Promise<Response> {
  return await fetch(server.url, {
    method: "POST",
    proxy: "",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
  });
}

/** Opens a session of the older era as one, and calls in it as another: so does a client with a new token, or after an hour. */
async function afterwards(capabilities: object): Promise<string> {
  const opening = { protocolVersion: "2025-11-25", capabilities, clientInfo: { name: "t", version: "1" } };
  const opened = await older({ method: "initialize", params: opening }, { authorization: "Bearer token-of-before" });
  const session = opened.headers.get("mcp-session-id") ?? "";
  expect(session).not.toBe("");
  const params = { name: "delete_secret", arguments: { scope: "s", key: "k" } };
  const answer = await older(
    { method: "tools/call", params },
    { authorization: "Bearer token-since", "mcp-session-id": session },
  );
  return await answer.text();
}

test("what a session would have asked is not done unasked when the session is no more", async () => {
  const before = deleted();
  expect(await afterwards({ elicitation: {} })).toContain("not_confirmed");
  expect(deleted()).toBe(before);
  // Who never could ask is served as without a session.
  expect(await afterwards({})).not.toContain("not_confirmed");
  expect(deleted()).toBe(before + 1);
});
