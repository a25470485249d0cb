import { expect, test } from "bun:test";
import { failureOf, serve, workspaceAt } from "./testing.ts";

const context = { clusterId: "c-1", contextId: "9" };

test("contexts: create, look, destroy", async () => {
  await using server = serve(({ path }) => (path.endsWith("/status") ? { id: "9", status: "Pending" } : { id: "9" }));
  const { commands } = workspaceAt(server.host);
  expect(await commands.createContext("c-1", "python")).toEqual({ contextId: "9" });
  expect(await commands.contextStatus(context)).toBe("Pending");
  await commands.destroyContext(context);
  expect(server.received.map(({ method, path, search, body }) => `${method} ${path}${search} ${body}`)).toEqual([
    'POST /api/1.2/contexts/create {"clusterId":"c-1","language":"python"}',
    "GET /api/1.2/contexts/status?clusterId=c-1&contextId=9 ",
    'POST /api/1.2/contexts/destroy {"clusterId":"c-1","contextId":"9"}',
  ]);
});

test("an id that comes as a number beyond 2^53 keeps its digits", async () => {
  await using server = serve(() => new Response('{"id":9007199254740993}'));
  const { commands } = workspaceAt(server.host);
  expect(await commands.createContext("c", "sql")).toEqual({ contextId: "9007199254740993" });
});

test("commands: execute, look, cancel", async () => {
  await using server = serve(({ path }) => (path.endsWith("/status") ? { id: "k", status: "Running" } : { id: "k" }));
  const { commands } = workspaceAt(server.host);
  const command = { ...context, ...(await commands.execute(context, { language: "python", command: "1+1\n" })) };
  expect(await commands.status(command)).toEqual({ commandId: "k", state: "Running", results: undefined });
  await commands.cancel(command);
  expect(server.received.map(({ method, path, search, body }) => `${method} ${path}${search} ${body}`)).toEqual([
    'POST /api/1.2/commands/execute {"clusterId":"c-1","contextId":"9","language":"python","command":"1+1\\n"}',
    "GET /api/1.2/commands/status?clusterId=c-1&contextId=9&commandId=k ",
    'POST /api/1.2/commands/cancel {"clusterId":"c-1","contextId":"9","commandId":"k"}',
  ]);
});

const command = { ...context, commandId: "k" };

test.each<[string, object, object]>([
  ["text", { resultType: "text", data: "2" }, { resultType: "text", data: "2", truncated: false, fileNames: [] }],
  [
    "a table",
    {
      resultType: "table",
      data: [[1, "a", null]],
      schema: [
        { name: "n", type: '"long"', metadata: "{}" },
        { name: "s", type: { type: "array" } },
      ],
      isJsonSchema: true,
      truncated: true,
    },
    {
      data: [[1, "a", null]],
      schema: [
        { name: "n", type: '"long"' },
        { name: "s", type: '{"type":"array"}' },
      ],
      isJsonSchema: true,
      truncated: true,
    },
  ],
  [
    "an image",
    { resultType: "image", fileName: "data:image/png;base64,xx" },
    { fileNames: ["data:image/png;base64,xx"] },
  ],
  [
    "images",
    { resultType: "images", fileNames: ["/plots/1.png", "/plots/2.png"] },
    { fileNames: ["/plots/1.png", "/plots/2.png"] },
  ],
  ["an error", { resultType: "error", summary: "S", cause: "C" }, { resultType: "error", summary: "S", cause: "C" }],
])("a result that is %s", async (_name, results, expected) => {
  await using server = serve(() => ({ id: "k", status: "Finished", results }));
  const status = await workspaceAt(server.host).commands.status(command);
  expect(status.state).toBe("Finished");
  expect(status.results).toMatchObject(expected);
});

test("results without a type are none yet", async () => {
  await using server = serve(() => ({ id: "k", status: "Running", results: {} }));
  expect((await workspaceAt(server.host).commands.status(command)).results).toBeUndefined();
});

test.each([400, 404, 500])(
  "a context that is gone (%d) says to create a new one, and is not asked for again",
  async (status) => {
    await using server = serve(() => Response.json({ error: "ContextNotFound: 9" }, { status }));
    const { commands } = workspaceAt(server.host);
    for (const call of [
      () => commands.execute(context, { language: "python", command: "1" }),
      () => commands.status(command),
    ]) {
      const error = await failureOf(call());
      expect(error.code).toBe("not_found");
      expect(error.hint).toContain("Create a new one");
    }
    expect(server.received.length).toBe(2);
  },
);

test("a cluster that does not run says to start it", async () => {
  await using server = serve(() => Response.json({ error: "ClusterNotReadyException: Terminated" }, { status: 500 }));
  const error = await failureOf(workspaceAt(server.host).commands.createContext("c", "python"));
  expect(error.code).toBe("invalid_state");
  expect(server.received.length).toBe(1);
});

test("running code is never repeated after a lost answer", async () => {
  await using server = serve(() => new Response("", { status: 502 }));
  await failureOf(workspaceAt(server.host).commands.execute(context, { language: "python", command: "x" }));
  expect(server.received.length).toBe(1);
});
