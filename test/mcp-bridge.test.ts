// `mortar mcp bridge` through the binary: the workspace's managed servers and an app's, in both eras, with sign-ins that end.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { signIn } from "./support/agent-stage.ts";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

// Apps start as processes, and a warehouse takes its time.
setDefaultTimeout(60_000);

let machine: Machine;
let workspace: TestWorkspace;
let session: Session;
let token: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  session = await openSession(machine, ["--yes", "--toolsets", "default,genie,apps,workspace,vector_search"]);
  token = /^token\s*=\s*(\S+)/m.exec(await readFile(join(machine.home, ".databrickscfg"), "utf8"))?.[1] ?? "";
});

afterAll(async () => {
  await session.close();
  await workspace.stop();
  await machine.dispose();
});

interface Bridge extends AsyncDisposable {
  readonly client: Client;
  readonly names: readonly string[];
  readonly stderr: () => string;
  call(
    name: string,
    given: Record<string, unknown>,
  ): Promise<{ isError: boolean; text: string; data: Record<string, unknown> }>;
}

async function bridge(words: readonly string[], era: "auto" | "legacy" = "auto", at = machine): Promise<Bridge> {
  const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: era } });
  const args = ["mcp", "bridge", ...words];
  const transport = new StdioClientTransport({ command: binary, args, env: at.env, stderr: "pipe" });
  let said = "";
  transport.stderr?.on("data", (piece: Buffer) => (said += piece.toString()));
  await client.connect(transport);
  const { tools } = await client.listTools();
  return {
    client,
    names: tools.map(({ name }) => name),
    stderr: () => said,
    call: async (name, given) => {
      const result = await client.callTool({ name, arguments: given });
      const content = result.content as readonly { text?: string }[];
      const text = content.map((block) => block.text ?? "").join("\n");
      return {
        isError: result.isError === true,
        text,
        data: (result.structuredContent ?? {}) as Record<string, unknown>,
      };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

async function done(name: string, given: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { isError, text, data } = await session.call(name, given);
  expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
  return data;
}

const sqlTools = ["execute_sql", "execute_sql_read_only", "poll_sql_result"];
const cells = (data: Record<string, unknown>): unknown =>
  (data["result"] as { data_array: { values: { string_value?: string }[] }[] }).data_array.map(({ values }) =>
    values.map((value) => value.string_value),
  );

describe.each(["auto", "legacy"] as const)("an agent of the %s era", (era) => {
  test("runs SQL on a warehouse of the workspace", async () => {
    await using it = await bridge(["sql"], era);
    expect(it.names).toEqual(sqlTools);
    expect(it.client.getInstructions()).toContain(workspace.host);
    const table = `main.default.bridged_${era}`;
    expect((await it.call("execute_sql", { query: `CREATE TABLE ${table} AS SELECT 6 * 7 AS a` })).isError).toBe(false);
    const read = await it.call("execute_sql_read_only", { query: `SELECT a FROM ${table}` });
    expect(cells(read.data)).toEqual([["42"]]);
    const refused = await it.call("execute_sql_read_only", { query: `DROP TABLE ${table}` });
    expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining("PERMISSION_DENIED")]);
    const unknown = await it.client.callTool({ name: "drop_all" }).catch((thrown: unknown) => thrown);
    expect(String(unknown)).toContain("Unknown tool: drop_all");
  });
});

test("functions, a Genie space and SQL are one server", async () => {
  await done("execute_sql", { sql: "CREATE FUNCTION main.default.twice(n INT) RETURNS INT RETURN n * 2" });
  const { warehouses } = await workspaceJson<{ warehouses: { id: string }[] }>("/api/2.0/sql/warehouses");
  const space = await workspaceJson<{ space_id: string }>("/api/2.0/genie/spaces", {
    warehouse_id: warehouses[0]?.id,
    title: "Shop",
    serialized_space: JSON.stringify({
      version: 1,
      instructions: {
        example_question_sqls: [{ id: "0".repeat(32), question: ["How many?"], sql: ["SELECT 5 AS many"] }],
      },
    }),
  });
  await using it = await bridge(["sql", `genie:${space.space_id}`, "functions:main.default.twice"]);
  const ask = `query_space_${space.space_id}`;
  const poll = `poll_response_${space.space_id}`;
  expect(it.names).toEqual([...sqlTools, ask, poll, "main__default__twice"]);
  expect(it.client.getInstructions()).toContain("Shop");
  expect((await it.call("main__default__twice", { n: 21 })).data).toEqual({ format: "SCALAR", value: "42" });
  const asked = (await it.call(ask, { query: "How many?" })).data;
  const place = { conversation_id: asked["conversationId"], message_id: asked["messageId"] };
  let answer = asked;
  while (answer["status"] !== "COMPLETED") {
    expect(answer["status"]).not.toBe("FAILED");
    answer = (await it.call(poll, place)).data;
  }
  expect(JSON.stringify(answer)).toContain('"string_value":"5"');
  const listed = await machine.json(["mcp", "bridge", "--list"]);
  expect(listed.data["servers"]).toContainEqual({ server: `genie:${space.space_id}`, about: "Shop" });
});

test("a search index is a tool under both of its paths", async () => {
  await done("execute_sql", {
    sql: "CREATE TABLE main.default.pieces AS SELECT * FROM VALUES (1, 'ripe banana'), (2, 'diesel engine') AS t(id, body)",
  });
  await done("create_vector_search_endpoint", { endpoint: "search" });
  const spec = { source_table: "main.default.pieces", text_column: "body", embedding_model: "databricks-gte-large-en" };
  const index = "main.default.pieces_index";
  await done("create_vector_index", { index, endpoint: "search", primary_key: "id", ...spec });
  for (const word of ["ai-search:main.default", `vector-search:${index}`]) {
    // oxlint-disable-next-line no-await-in-loop -- one bridge at a time
    await using it = await bridge([word, "--read-only"]);
    expect(it.names).toEqual(["main__default__pieces_index"]);
    // oxlint-disable-next-line no-await-in-loop -- as above
    const { data } = await it.call("main__default__pieces_index", { query: "banana" });
    expect((data["results"] as { body: string }[])[0]?.body).toBe("ripe banana");
  }
});

async function workspaceJson<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(`${workspace.host}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}

describe("filters", () => {
  test("--read-only leaves what says that it only reads, and nothing else can be called", async () => {
    await using it = await bridge(["sql", "--read-only"]);
    expect(it.names).toEqual(["execute_sql_read_only", "poll_sql_result"]);
    const called = await it.call("execute_sql", { query: "SELECT 1" }).catch((thrown: unknown) => thrown);
    expect(String(called)).toContain("Unknown tool");
  });

  test("--tools and --exclude-tools, and a name that nobody has is told", async () => {
    await using it = await bridge([
      "sql",
      "--tools",
      "execute_sql,poll_sql_result,nope",
      "--exclude-tools",
      "execute_sql",
    ]);
    expect(it.names).toEqual(["poll_sql_result"]);
    expect(it.stderr()).toContain("nope");
  });

  test("names that two servers have carry their server's", async () => {
    await using it = await bridge(["sql", "/api/2.0/mcp/sql", "--tools", "execute_sql"]);
    expect(it.names).toEqual(["sql_execute_sql", "api_2_0_mcp_sql_execute_sql"]);
    expect(cells((await it.call("sql_execute_sql", { query: "SELECT 1" })).data)).toEqual([["1"]]);
  });

  test("Mortar's own tools stand beside them, apart where names are alike", async () => {
    await using it = await bridge(["sql", "--with-own", "--toolsets", "sql"]);
    expect(it.names).toContain("query_sql");
    expect(it.names).toContain("mortar_execute_sql");
    expect(it.names).toContain("sql_execute_sql");
    expect((await it.call("query_sql", { sql: "SELECT 40 + 2" })).data).toMatchObject({ rows: [[42]] });
  });
});

describe("what goes wrong", () => {
  test("a server that is not there does not take the others with it", async () => {
    await using it = await bridge(["genie:nobody", "sql"]);
    expect(it.names).toEqual(sqlTools);
    expect(it.client.getInstructions()).toContain("genie:nobody is away");
    expect(it.stderr()).toContain("genie:nobody is left out");
  });

  test("nor does one that does not answer", async () => {
    await workspace.control("POST", "faults", {
      method: "POST",
      path: "/api/2.0/mcp/functions/**",
      kind: "latency",
      delay_ms: 60_000,
      times: 0,
    });
    try {
      await using it = await bridge(["functions:main.default", "sql", "--connect-timeout", "1"]);
      expect(it.names).toEqual(sqlTools);
      expect(it.client.getInstructions()).toContain("functions:main.default is away");
    } finally {
      await workspace.control("DELETE", "faults");
    }
  });

  test("where none answers it ends, and waits for nothing any more", async () => {
    const never = { method: "POST", path: "/api/2.0/mcp/**", kind: "latency", delay_ms: 50_000, times: 0 };
    await workspace.control("POST", "faults", never);
    try {
      const ended = await machine.run(["mcp", "bridge", "sql", "--connect-timeout", "1"]);
      expect([ended.exitCode, ended.stderr]).toEqual([6, expect.stringContaining("does not answer in time")]);
    } finally {
      await workspace.control("DELETE", "faults");
    }
    // Less than the servers take to answer.
  }, 30_000);

  test("one that is slow comes later, and the agent is told", async () => {
    const late = { method: "POST", path: "/api/2.0/mcp/functions/**", kind: "latency", delay_ms: 3_000 };
    await workspace.control("POST", "faults", late);
    // A client of the newer era tries the server in a process of its own before, which would meet the fault.
    await using it = await bridge(["functions:main.default", "sql", "--connect-timeout", "1"], "legacy");
    expect(it.names).toEqual(sqlTools);
    let names: readonly string[] = [];
    it.client.setNotificationHandler("notifications/tools/list_changed", async () => {
      names = (await it.client.listTools(undefined, { cacheMode: "refresh" })).tools.map(({ name }) => name);
    });
    while (names.length === 0) await Bun.sleep(10);
    expect(names).toContain("main__default__twice");
  });

  test.each([
    ["a word that is no server", ["sqll"], 2, "is no server"],
    ["no server", [], 2, "which server"],
    ["only servers that are not there", ["genie:nobody"], 5, "genie:nobody"],
    ["another host", ["https://evil.example/mcp", "sql"], 2, "neither the workspace nor an app of it"],
    ["a host without encryption", ["http://evil.example/mcp"], 2, "https"],
  ] as const)("%s ends it", async (_what, words, code, said) => {
    const { exitCode, stdout, stderr } = await machine.run(["mcp", "bridge", ...words]);
    expect([exitCode, stdout, stderr]).toEqual([code, "", expect.stringContaining(said)]);
  });

  test("who is not signed in is told before anything is served", async () => {
    const stranger = await createMachine();
    const none = await stranger.run(["mcp", "bridge", "sql"]);
    expect([none.exitCode, none.stdout, none.stderr]).toEqual([3, "", expect.stringContaining("mortar auth login")]);
    const env = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: "dapi-of-a-stranger" };
    const bad = await stranger.run(["mcp", "bridge", "sql"], { env });
    expect([bad.exitCode, bad.stdout]).toEqual([3, ""]);
    await stranger.dispose();
  });

  test("no token is sent where a server points to", async () => {
    const seen: string[] = [];
    const thief = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ headers }) => {
        seen.push(headers.get("authorization") ?? "");
        return new Response("no");
      },
    });
    const front = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url);
        if (pathname.startsWith("/api/2.0/mcp/")) return Response.redirect(`http://127.0.0.1:${thief.port}/`, 307);
        const body = request.method === "GET" ? undefined : await request.arrayBuffer();
        const headers = { authorization: request.headers.get("authorization") ?? "" };
        return fetch(`${workspace.host}${pathname}${search}`, {
          method: request.method,
          headers,
          ...(body ? { body } : {}),
        });
      },
    });
    try {
      const env = { DATABRICKS_HOST: `http://127.0.0.1:${front.port}`, DATABRICKS_TOKEN: token };
      const { exitCode, stderr } = await machine.run(["mcp", "bridge", "sql"], { env });
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining("Redirects are not followed")]);
      const elsewhere = await machine.run(["mcp", "bridge", `http://127.0.0.1:${thief.port}/mcp`], { env });
      expect(elsewhere.exitCode).toBe(2);
      expect(seen).toEqual([]);
    } finally {
      await Promise.all([thief.stop(true), front.stop(true)]);
    }
  });
});

test.skipIf(process.platform === "win32")(
  "a token that ends in the middle is refreshed once, and no call is lost",
  async () => {
    const own = await createMachine();
    const other = await startWorkspace(own);
    try {
      await signIn({ machine: own, workspace: other });
      await using it = await bridge(["sql"], "auto", own);
      expect((await it.call("execute_sql", { query: "SELECT 1" })).isError).toBe(false);
      await other.control("DELETE", "requests");
      await other.control("POST", "tokens/expire", { kind: "access" });
      expect(cells((await it.call("execute_sql", { query: "SELECT 2" })).data)).toEqual([["2"]]);
      const seen = await other.requests();
      expect(seen.map(({ path, status }) => `${path} ${status}`)).toEqual([
        "/api/2.0/mcp/sql 401",
        "/oidc/v1/token 200",
        "/api/2.0/mcp/sql 200",
      ]);
    } finally {
      await other.stop();
      await own.dispose();
    }
  },
);

describe.skipIf(process.platform === "win32")("Mortar as an app on Databricks Apps", () => {
  let url = "";

  beforeAll(async () => {
    await done("create_app", { name: "mcp-mortar" });
    const folder = join(machine.home, "app");
    await mkdir(folder);
    const command = [binary, "mcp", "serve", "--behind-databricks-apps", "--toolsets", "identity,sql"];
    await writeFile(join(folder, "app.yaml"), `command: ${JSON.stringify(command)}\n`);
    await done("upload_to_workspace", { source: folder, path: "~/mcp-mortar", overwrite: true });
    const deployed = await done("deploy_app", { name: "mcp-mortar", source_path: "~/mcp-mortar" });
    url = String(deployed["url"]);
  });

  const whoAmI = async (proof: string, more: Record<string, string> = {}): Promise<string> => {
    const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
    const headers = { authorization: `Bearer ${proof}`, ...more };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }));
    const { structuredContent } = await client.callTool({ name: "get_current_user", arguments: {} });
    await client.close();
    return JSON.stringify(structuredContent);
  };

  test("each caller acts as himself, whatever headers he makes up", async () => {
    const made = await workspace.control("POST", "service-principals", { display_name: "robot" });
    const id = String(made["client_id"]);
    const answer = await fetch(`${workspace.host}/oidc/v1/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${id}:${String(made["client_secret"])}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "all-apis" }),
    });
    const { access_token: robot } = (await answer.json()) as { access_token: string };
    const [mine, its, forged] = await Promise.all([
      whoAmI(token),
      whoAmI(robot),
      whoAmI(robot, { "x-forwarded-access-token": token, "x-forwarded-email": "me@example.com" }),
    ]);
    expect(mine).toContain("me@example.com");
    expect(its).toContain(id);
    expect(its).not.toContain("me@example.com");
    expect(forged).toBe(its);
    expect((await fetch(`${url}/mcp`, { method: "POST", body: "{}" })).status).toBe(401);
    const page = { authorization: `Bearer ${token}`, origin: "https://evil.example" };
    expect((await fetch(`${url}/mcp`, { method: "POST", body: "{}", headers: page })).status).toBe(403);
  });

  test("and an agent comes to it through the bridge, by its name and by its address", async () => {
    for (const word of ["app:mcp-mortar", `${url}/mcp`, url]) {
      // oxlint-disable-next-line no-await-in-loop -- one bridge at a time
      await using it = await bridge([word, "--tools", "get_current_user"]);
      expect(it.names).toEqual(["get_current_user"]);
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect((await it.call("get_current_user", {})).text).toContain("me@example.com");
    }
    const listed = await machine.json(["mcp", "bridge", "--list"]);
    expect(JSON.stringify(listed.data["servers"])).toContain("app:mcp-mortar");
  });

  test("is no app where no platform says so", async () => {
    const { exitCode, stderr } = await machine.run(["mcp", "serve", "--behind-databricks-apps"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("DATABRICKS_APP_PORT")]);
    const both = await machine.run(["mcp", "serve", "--behind-databricks-apps", "--port", "1"]);
    expect(both.exitCode).toBe(2);
  });
});

test("the protocol's inspector finds nothing to object to", async () => {
  const launcher = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js";
  const inspector = [process.execPath, "--bun", join(toolFolder("inspector"), launcher), "--cli"];
  const words = [binary, "mcp", "bridge", "sql", "--format", "json", "--method", "tools/list", "--strict"];
  const child = Bun.spawn([...inspector, ...words], {
    env: machine.env,
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect([await child.exited, stderr]).toEqual([0, ""]);
  expect(stdout).toContain('"execute_sql_read_only"');
});

test.skipIf(process.platform === "win32")(
  "real Claude Code gets a bridge, and its model runs SQL through it",
  async () => {
    const platform = `${process.platform}-${process.arch}`;
    const folder = join(toolFolder("claude-code"), "node_modules/@anthropic-ai", `claude-code-${platform}`);
    const env = {
      PATH: `${folder}:${machine.env["PATH"] ?? ""}`,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      ANTHROPIC_BASE_URL: `${workspace.host}/ai-gateway/anthropic`,
      ANTHROPIC_AUTH_TOKEN: token,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: "databricks-claude-haiku-5-5",
    };
    const words = ["mcp", "install", "--client", "claude", "--bridge", "sql,genie:nobody", "--name", "lake"];
    expect((await machine.json(words, { env })).data).toMatchObject({ status: "added", name: "lake" });
    expect((await machine.json(words, { env })).data).toMatchObject({ status: "unchanged" });
    const unnamed = await machine.run(words.slice(0, 6), { env });
    expect([unnamed.exitCode, unnamed.stderr]).toEqual([2, expect.stringContaining("--name")]);

    const name = "mcp__lake__execute_sql_read_only";
    const turn = { text: "I look.", tools: [{ name, input: { query: "SELECT 40 + 2 AS found_by_claude" } }] };
    await workspace.control("PUT", "scenario", { turns: [turn, { text: "Done." }] });
    const model = ["--model", "databricks-claude-sonnet-5-5", "--output-format", "stream-json", "--verbose"];
    const child = Bun.spawn([join(folder, "claude"), "-p", "Look.", "--allowedTools", name, ...model], {
      env: { ...machine.env, ...env },
      cwd: machine.home,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    const [said] = await Promise.all([new Response(child.stdout).text(), child.exited]);
    expect(said).toContain("found_by_claude");
    expect(said).toContain("string_value");
  },
);
