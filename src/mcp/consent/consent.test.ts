// Which clients are asked: as a process, with a client that writes its own lines.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { serve, testToken, type TestServer } from "../../workspace/testing.ts";
import { rawServer, type RawServer } from "../testing.ts";

let workspace: TestServer;

beforeAll(() => {
  workspace = serve(() => ({}));
});

afterAll(() => workspace[Symbol.asyncDispose]());

const env = (): Record<string, string> => ({ DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: testToken });
const call = { name: "delete_secret", arguments: { scope: "s", key: "k" } };
const deleted = (): number => workspace.received.filter(({ path }) => path.endsWith("/secrets/delete")).length;

async function legacy(capabilities: object, args: readonly string[] = []): Promise<RawServer> {
  const server = rawServer({ args: ["--toolsets", "secrets", ...args], env: env() });
  const params = { protocolVersion: "2025-11-25", capabilities, clientInfo: { name: "raw", version: "1" } };
  await server.send({ jsonrpc: "2.0", id: "init", method: "initialize", params });
  await server.next(({ id }) => id === "init");
  await server.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  await server.send({ jsonrpc: "2.0", id: 7, method: "tools/call", params: call });
  return server;
}

describe("in the older era", () => {
  test.each([
    ["says no mode", { elicitation: {} }],
    ["shows forms", { elicitation: { form: {} } }],
    ["shows forms and opens pages", { elicitation: { form: {}, url: {} } }],
  ])("a client that %s is asked, and its call waits", async (_what, capabilities) => {
    const before = deleted();
    await using server = await legacy(capabilities);
    const asked = await server.next(({ method }) => method === "elicitation/create");
    expect(asked["params"]).toMatchObject({
      message: expect.stringContaining("Delete the secret “k” of the scope “s” for good?"),
      requestedSchema: { type: "object", required: ["confirm"] },
    });
    expect(deleted()).toBe(before);
    const result = { action: "accept", content: { confirm: true } };
    await server.send({ jsonrpc: "2.0", id: asked["id"], result });
    expect(await server.next(({ id }) => id === 7)).not.toHaveProperty(["result", "isError"]);
    expect(deleted()).toBe(before + 1);
  });

  test.each([
    ["an error", { error: { code: -32_603, message: "no" } }],
    ["an answer that is none", { result: { action: "perhaps" } }],
    ["a yes without its content", { result: { action: "accept" } }],
  ])("%s is no yes", async (_what, answer) => {
    const before = deleted();
    await using server = await legacy({ elicitation: {} });
    const asked = await server.next(({ method }) => method === "elicitation/create");
    await server.send({ jsonrpc: "2.0", id: asked["id"], ...answer });
    const told = await server.next(({ id }) => id === 7);
    expect(JSON.stringify(told)).toContain("error_code: not_confirmed");
    expect(deleted()).toBe(before);
  });

  test("an answer to no question, before there is one, is no yes", async () => {
    const before = deleted();
    await using server = await legacy({ elicitation: {} });
    for (const id of [0, 1, 2, "0"]) {
      await server.send({
        jsonrpc: "2.0",
        id: `${id}-made-up`,
        result: { action: "accept", content: { confirm: true } },
      });
    }
    await server.next(({ method }) => method === "elicitation/create");
    expect(deleted()).toBe(before);
  });

  test("a call that is taken back while the person thinks does nothing", async () => {
    const before = deleted();
    await using server = await legacy({ elicitation: {} });
    const asked = await server.next(({ method }) => method === "elicitation/create");
    await server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } });
    await server.next(({ method }) => method === "notifications/cancelled");
    await server.send({ jsonrpc: "2.0", id: asked["id"], result: { action: "accept", content: { confirm: true } } });
    await server.send({ jsonrpc: "2.0", id: 8, method: "ping" });
    await server.next(({ id }) => id === 8);
    expect(deleted()).toBe(before);
  });

  test("a client that only opens pages cannot ask", async () => {
    const before = deleted();
    await using server = await legacy({ elicitation: { url: {} } }, ["--confirm", "always"]);
    const told = await server.next(({ id }) => id === 7);
    expect(JSON.stringify(told)).toContain("this client cannot ask");
    expect(deleted()).toBe(before);
  });
});

test("what a client of the older era writes into its arguments is no answer", async () => {
  const before = deleted();
  await using server = rawServer({ args: ["--toolsets", "secrets", "--confirm", "always"], env: env() });
  await server.initialize();
  const answered = {
    ...call,
    inputResponses: { confirm: { action: "accept", content: { confirm: true } } },
    requestState: "v1.x",
    _meta: { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } },
  };
  await server.send({ jsonrpc: "2.0", id: 7, method: "tools/call", params: answered });
  const told = await server.next(({ id }) => id === 7);
  expect(told["result"] === undefined || JSON.stringify(told).includes("not_confirmed")).toBe(true);
  expect(deleted()).toBe(before);
});
