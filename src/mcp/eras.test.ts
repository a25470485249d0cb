// The server under the official client, in both eras of the protocol, on a workspace that answers as it is told.
import { describe, expect, test } from "bun:test";
import { catalog } from "../tools/catalog.ts";
import { loadGoldens } from "../tools/golden/load.ts";
import { everyTool, selectTools } from "../tools/selection.ts";
import { serve, testToken, type TestServer } from "../workspace/testing.ts";
import { officialClient, rawServer, type Era } from "./testing.ts";

function workspaceWithJobs(): TestServer {
  return serve(() => ({ jobs: [{ job_id: 77, settings: { name: "nightly" } }] }));
}

const signedIn = (server: TestServer): Record<string, string> => ({
  DATABRICKS_HOST: server.host,
  DATABRICKS_TOKEN: testToken,
});

const eras: readonly Era[] = ["modern", "legacy"];

describe.each(eras.map((era) => [era] as const))("in the %s era", (era) => {
  test.each([
    ["those of the default toolsets", [], selectTools()],
    ["every one", ["--toolsets", "all"], everyTool()],
  ] as const)(
    "lists its tools in their order, as written down, without a sign-in: %s",
    async (_which, args, expected) => {
      await using place = await officialClient(era, { args });
      const { tools } = await place.client.listTools();
      const names = expected.entries.map(({ name }) => name);
      expect(tools.map(({ name }) => name)).toEqual(names);
      const goldens = await loadGoldens(expected.toolsets);
      expect(tools).toEqual(goldens.filter(({ name }) => names.includes(name)) as unknown as typeof tools);
      expect(place.client.getServerVersion()).toMatchObject({ name: "mortar", title: "Databricks" });
      expect(place.client.getInstructions()).toContain("Databricks");
    },
  );

  test("a call gives both halves of a result, which the client checks against the schema", async () => {
    await using workspace = workspaceWithJobs();
    await using place = await officialClient(era, { env: signedIn(workspace) });
    await place.client.listTools();
    const result = await place.client.callTool({ name: "list_jobs", arguments: {} });
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toMatchObject({ columns: expect.arrayContaining(["job_id"]), count: 1 });
    expect(JSON.stringify(result.content)).toContain("77 | nightly");
  });

  test("a call without a sign-in is an error that says how to sign in", async () => {
    await using place = await officialClient(era);
    const result = await place.client.callTool({ name: "list_jobs", arguments: {} });
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toContain("mortar auth login");
  });

  test("wrong arguments are an error of the tool, an unknown tool one of the protocol", async () => {
    await using workspace = workspaceWithJobs();
    await using place = await officialClient(era, { env: signedIn(workspace) });
    const result = await place.client.callTool({ name: "list_jobs", arguments: { limt: 3 } });
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toContain("Did you mean");
    expect(workspace.received).toEqual([]);
    const refused = await place.client
      .callTool({ name: "list_jobz", arguments: {} })
      .catch((thrown: unknown) => thrown);
    expect(String(refused)).toContain("Did you mean list_jobs?");
  });

  test("an older name can be called, and is listed where that is asked for", async () => {
    await using workspace = workspaceWithJobs();
    await using plain = await officialClient(era, { env: signedIn(workspace) });
    expect((await plain.client.callTool({ name: "databricks_list_jobs", arguments: {} })).isError).toBeUndefined();
    await using renamed = await officialClient(era, { args: ["--names", "databricks"], env: signedIn(workspace) });
    const { tools } = await renamed.client.listTools();
    expect(tools.every(({ name }) => name.startsWith("databricks_"))).toBe(true);
    expect((await renamed.client.callTool({ name: "databricks_list_jobs", arguments: {} })).isError).toBeUndefined();
  });

  test("what the selection leaves out is neither listed nor called", async () => {
    await using place = await officialClient(era, { args: ["--read-only", "--toolsets", "jobs,clusters"] });
    const { tools } = await place.client.listTools();
    const left = catalog.filter(({ effect, toolset }) => effect === "read" && ["jobs", "clusters"].includes(toolset));
    expect(left.length).toBeGreaterThan(4);
    expect(tools.map(({ name }) => name)).toEqual(left.map(({ name }) => name));
    const refused = await place.client
      .callTool({ name: "databricks_cancel_run", arguments: { run_id: "1" } })
      .catch((thrown: unknown) => thrown);
    expect(String(refused)).toContain("--read-only");
    const off = await place.client
      .callTool({ name: "list_notebooks", arguments: { path: "/" } })
      .catch((thrown: unknown) => thrown);
    expect(String(off)).toContain("switched off");
  });

  test("a wait tells how far it is", async () => {
    let asked = 0;
    await using workspace = serve(() => ({
      run_id: 5,
      state:
        asked++ < 2 ? { life_cycle_state: "RUNNING" } : { life_cycle_state: "TERMINATED", result_state: "SUCCESS" },
      tasks: [],
    }));
    await using place = await officialClient(era, { env: signedIn(workspace) });
    const told: { readonly progress: number; readonly message?: string | undefined }[] = [];
    const result = await place.client.callTool(
      { name: "wait_for_run", arguments: { run_id: "5", poll_interval_seconds: 1 } },
      { onprogress: (progress) => void told.push(progress) },
    );
    expect(result.structuredContent).toMatchObject({ run_id: "5", result_state: "SUCCESS" });
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]?.message).toContain("RUNNING");
    for (let index = 1; index < told.length; index++)
      expect(told[index]?.progress).toBeGreaterThan(told[index - 1]?.progress ?? 0);
  });

  test("calls do not wait for each other", async () => {
    const held = Promise.withResolvers<void>();
    await using workspace = serve(async ({ path }) => {
      if (path.endsWith("/runs/get")) await held.promise;
      return path.endsWith("/runs/get")
        ? { run_id: 1, state: { life_cycle_state: "TERMINATED", result_state: "SUCCESS" }, tasks: [] }
        : { jobs: [] };
    });
    await using place = await officialClient(era, { env: signedIn(workspace) });
    let slowIsDone = false;
    const slow = place.client.callTool({ name: "get_job_run_status", arguments: { run_id: "1" } }).then(() => {
      slowIsDone = true;
    });
    const quick = await Promise.all(
      Array.from({ length: 20 }, () => place.client.callTool({ name: "list_jobs", arguments: {} })),
    );
    expect(quick.every(({ isError }) => isError === undefined)).toBe(true);
    expect(slowIsDone).toBe(false);
    held.resolve();
    await slow;
  });

  test("a call that is taken back reaches the workspace", async () => {
    const cancelled = Promise.withResolvers<string>();
    const asked = Promise.withResolvers<void>();
    await using workspace = serve(({ path, body }) => {
      if (path.endsWith("/commands/execute")) return { id: "c9" };
      if (path.endsWith("/commands/cancel")) cancelled.resolve(body);
      if (path.endsWith("/commands/status")) asked.resolve();
      return { id: "c9", status: "Running" };
    });
    await using place = await officialClient(era, { env: signedIn(workspace) });
    const caller = new AbortController();
    const call = place.client
      .callTool(
        { name: "execute_cell", arguments: { cluster_id: "k", context_id: "x", code: "1" } },
        { signal: caller.signal },
      )
      .catch(() => undefined);
    await asked.promise;
    caller.abort();
    await call;
    expect(JSON.parse(await cancelled.promise)).toEqual({ clusterId: "k", contextId: "x", commandId: "c9" });
  });
});

describe("the opening", () => {
  test("a probe of the newer era may be followed by the older one's initialize, as Claude Code does it", async () => {
    await using server = rawServer();
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    await server.send({ jsonrpc: "2.0", id: "probe", method: "server/discover", params: { _meta: meta } });
    const probe = await server.next(({ id }) => id === "probe");
    expect(probe["result"]).toMatchObject({ supportedVersions: ["2026-07-28"], capabilities: { tools: {} } });
    const answer = await server.initialize();
    expect(answer["result"]).toMatchObject({ protocolVersion: "2025-11-25", serverInfo: { name: "mortar" } });
    await server.send({ jsonrpc: "2.0", id: 3, method: "tools/list", params: {} });
    const list = await server.next(({ id }) => id === 3);
    expect((list["result"] as { tools: unknown[] }).tools).toHaveLength(selectTools().entries.length);
  });

  test("a method that is not known is refused, and the server goes on", async () => {
    await using server = rawServer();
    await server.initialize();
    await server.send({ jsonrpc: "2.0", id: 1, method: "no/such/method", params: {} });
    expect(await server.next(({ id }) => id === 1)).toMatchObject({ error: { code: -32_601 } });
    await server.send({ jsonrpc: "2.0", id: 2, method: "ping" });
    expect(await server.next(({ id }) => id === 2)).toMatchObject({ result: {} });
  });

  test("every version of the older era that clients speak is answered", async () => {
    for (const protocolVersion of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
      await using server = rawServer();
      const params = { protocolVersion, capabilities: {}, clientInfo: { name: "old", version: "1" } };
      await server.send({ jsonrpc: "2.0", id: 1, method: "initialize", params });
      expect(await server.next(({ id }) => id === 1)).toMatchObject({ result: { protocolVersion } });
    }
  });
});
