// Resources, prompts, completion and skills under the official client: both eras, standard input and HTTP.
import { describe, expect, test } from "bun:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { selectTools } from "../tools/selection.ts";
import { me } from "../tools/testing.ts";
import { serveHttp } from "./http/serve-http.ts";
import { stage, type Stage } from "./testing-offers.ts";
import { officialClient, rawServer, type Era } from "./testing.ts";

const eras: readonly Era[] = ["modern", "legacy"];

interface Reached extends AsyncDisposable {
  readonly client: Client;
}

async function overHttp(era: Era, place: Stage, headers: Record<string, string> = {}): Promise<Reached> {
  const server = serveHttp({
    deps: place.around.deps,
    version: "1",
    selection: selectTools(),
    open: () => place.around.source,
    admission: { hosts: ["127.0.0.1"], origins: [], key: undefined, forwarded: undefined },
    address: "127.0.0.1",
    port: 0,
    workspaceHost: undefined,
  });
  const mode = era === "modern" ? { pin: "2026-07-28" as const } : ("legacy" as const);
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  const requestInit = { headers: { authorization: "Bearer someone", ...headers } };
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit }));
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.close();
    },
  };
}

describe.each(eras.map((era) => [era] as const))("in the %s era", (era) => {
  test("over standard input all of it is declared and answers", async () => {
    await using place = await officialClient(era);
    const { client } = place;
    expect(client.getServerCapabilities()).toMatchObject({
      resources: {},
      prompts: {},
      completions: {},
      extensions: { "io.modelcontextprotocol/skills": { directoryRead: true } },
    });
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ name }) => name)).toContain("table");
    const uri = "skill://databricks-jobs/SKILL.md";
    expect(resources.map((resource) => resource.uri)).toContain(uri);
    expect((await client.readResource({ uri })).contents[0]).toMatchObject({ uri, mimeType: "text/markdown" });
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toContain("review_sql");
    const { messages } = await client.getPrompt({ name: "review_sql", arguments: { sql: "SELECT 42" } });
    expect(JSON.stringify(messages)).toContain("SELECT 42");
    const ref = { type: "ref/prompt", name: "profile_costs" } as const;
    const { completion } = await client.complete({ ref, argument: { name: "days", value: "3" } });
    expect(completion.values).toEqual(["30", "365"]);
    const missing = await client.readResource({ uri: "nothing://here" }).catch((thrown: unknown) => thrown);
    expect(missing).toMatchObject({ code: -32_602 });
  });

  test("over HTTP it is read as the caller, and narrowed by headers", async () => {
    await using place = stage({
      ...me,
      "GET /api/2.2/jobs/get": () => ({ job_id: 5, settings: { name: "nightly" } }),
    });
    await using whole = await overHttp(era, place);
    const { contents } = await whole.client.readResource({ uri: "databricks://job/5" });
    expect(JSON.stringify(contents)).toContain("nightly");
    await using narrow = await overHttp(era, place, { "x-mcp-toolsets": "notebooks", "x-mcp-readonly": "true" });
    const { resourceTemplates } = await narrow.client.listResourceTemplates();
    expect(resourceTemplates.map(({ name }) => name)).toEqual(["notebook", "run", "skill"]);
    expect((await narrow.client.listPrompts()).prompts).toEqual([]);
    const off = await narrow.client.readResource({ uri: "databricks://job/5" }).catch((thrown: unknown) => thrown);
    expect(off).toMatchObject({ code: -32_602, message: expect.stringContaining("switched off") });
  });
});

test("the methods of skills carry cache hints in the newer era, and none in the older", async () => {
  await using server = rawServer();
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  await server.send({ jsonrpc: "2.0", id: 1, method: "skills/list", params: { _meta: meta } });
  const { result } = await server.next(({ id }) => id === 1);
  expect(result).toMatchObject({ resultType: "complete", ttlMs: 3_600_000, cacheScope: "private" });
  await using older = rawServer();
  await older.initialize();
  const uri = "skill://databricks-jobs";
  await older.send({ jsonrpc: "2.0", id: 2, method: "resources/directory/read", params: { uri } });
  const answer = await older.next(({ id }) => id === 2);
  expect(Object.keys(answer["result"] as object)).toEqual(["resources"]);
});
