// The MCP server over HTTP, as a process of the binary, by the official client: both eras, keys, callers, web pages.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { basename, dirname, join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let token: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  const profile = await readFile(join(machine.home, ".databrickscfg"), "utf8");
  token = /^token\s*=\s*(\S+)/m.exec(profile)?.[1] ?? "";
});

afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly keyFile: string | null;
}

/** `mortar mcp serve --http WORDS...`, up to its address. */
async function serve(...words: readonly string[]): Promise<Served> {
  const child = Bun.spawn([binary, "mcp", "serve", "--http", "--json", ...words], {
    env: machine.env,
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of child.stdout) {
    text += decoder.decode(piece, { stream: true });
    if (text.endsWith("}\n")) break;
  }
  const { data } = JSON.parse(text) as { data: { url: string; key_file: string | null } };
  return {
    url: data.url,
    keyFile: data.key_file,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

async function connect(url: string, headers: Record<string, string>, era: "auto" | "legacy"): Promise<Client> {
  const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: era } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token.trim()}` });
const keyOf = async ({ keyFile }: Served): Promise<string> => (await readFile(keyFile ?? "", "utf8")).trim();

describe.each(["auto", "legacy"] as const)("a client of the %s era", (era) => {
  test("lists and calls tools as the profile, with the key", async () => {
    await using served = await serve();
    const client = await connect(served.url, bearer(await keyOf(served)), era);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("query_sql");
    const called = await client.callTool({ name: "query_sql", arguments: { sql: "SELECT 6 * 7 AS answer" } });
    expect(called.structuredContent).toMatchObject({ rows: [[42]] });
    await client.close();
  });
});

test("the key is this user's alone, and goes when the server ends", async () => {
  let file = "";
  {
    await using served = await serve();
    file = served.keyFile ?? "";
    if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);
  }
  expect(await stat(file).catch(() => undefined)).toBeUndefined();
});

test("nobody gets in without it, and no web page with it", async () => {
  await using served = await serve();
  const key = await keyOf(served);
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
  const post = async (headers: Record<string, string>): Promise<number> => {
    const common = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const answer = await fetch(served.url, { method: "POST", body, headers: { ...common, ...headers }, proxy: "" });
    await answer.body?.cancel();
    return answer.status;
  };
  expect(await post({})).toBe(401);
  expect(await post(bearer("wrong-key-of-some-length"))).toBe(401);
  expect(await post({ ...bearer(key), origin: "https://evil.example" })).toBe(403);
  expect(await post({ ...bearer(key), host: "evil.example" })).toBe(403);
  expect(await post(bearer(key))).toBe(200);
});

test("a client narrows the tools by headers, and cannot widen them", async () => {
  await using served = await serve("--read-only");
  const key = await keyOf(served);
  const headers = { ...bearer(key), "x-mcp-toolsets": "jobs", "x-mcp-readonly": "false" };
  const client = await connect(served.url, headers, "auto");
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names).toContain("list_jobs");
  expect(names).not.toContain("create_job");
  expect(names).not.toContain("list_clusters");
  await client.close();
});

describe("as each caller", () => {
  test("the token that is sent reaches the workspace, and no other", async () => {
    await using served = await serve("--auth", "caller");
    expect(served.keyFile).toBeNull();
    const mine = await connect(served.url, bearer(token), "auto");
    const ran = await mine.callTool({ name: "query_sql", arguments: { sql: "SELECT 1" } });
    expect(ran.isError ?? false).toBe(false);
    const stranger = await connect(served.url, bearer("dapi-of-a-stranger"), "auto");
    const refused = await stranger.callTool({ name: "list_jobs", arguments: {} });
    expect(refused.isError).toBe(true);
    // What the stranger does changes nothing for the one who is known.
    expect((await mine.callTool({ name: "list_jobs", arguments: {} })).isError ?? false).toBe(false);
    await Promise.all([mine.close(), stranger.close()]);
  });

  test("files of the server's machine are nobody's", async () => {
    await using served = await serve("--auth", "caller");
    const client = await connect(served.url, bearer(token), "auto");
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain("export_query");
    const called = await client
      .callTool({ name: "export_query", arguments: { sql: "SELECT 1", file: "/tmp/x.csv" } })
      .catch((thrown: unknown) => thrown);
    expect(called).toBeInstanceOf(Error);
    await client.close();
  });

  test("a client without a token is told where to get one", async () => {
    await using served = await serve("--auth", "caller");
    const answer = await fetch(served.url, { method: "POST", body: "{}", proxy: "" });
    const where = /resource_metadata="([^"]+)"/.exec(answer.headers.get("www-authenticate") ?? "")?.[1] ?? "";
    expect(answer.status).toBe(401);
    const document = (await (await fetch(where, { proxy: "" })).json()) as Record<string, unknown>;
    expect(document).toMatchObject({ resource: served.url, authorization_servers: [`${workspace.host}/oidc`] });
    // Nor does it tell of names that are not its own.
    const other = await fetch(where, { proxy: "", headers: { host: "evil.example" } });
    expect(other.status).toBe(403);
  });
});

test("an address that is open to others needs the names under which it answers", async () => {
  const { exitCode, stderr } = await machine.run(["mcp", "serve", "--http", "--listen", "0.0.0.0"]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("--allowed-host")]);
});

test("a key that a killed server left is taken away by the next", async () => {
  await using first = await serve();
  const folder = dirname(first.keyFile ?? "");
  const ended = Bun.spawn([binary, "--version"], { env: machine.env, stdin: "ignore", stdout: "ignore" });
  await ended.exited;
  const left = join(folder, `mcp-http-${ended.pid}.key`);
  await writeFile(left, "of nobody\n");
  await using second = await serve();
  const keys = await readdir(folder);
  expect(keys).not.toContain(basename(left));
  expect(keys).toContain(basename(first.keyFile ?? ""));
  expect(keys).toContain(basename(second.keyFile ?? ""));
});

test("a Host header that is none is the caller's mistake", async () => {
  await using served = await serve();
  const answer = await fetch(served.url, { method: "POST", body: "{}", proxy: "", headers: { host: "a b" } });
  expect(answer.status).toBe(400);
});

test("a port that is taken is an error", async () => {
  await using served = await serve();
  const { port } = new URL(served.url);
  const { exitCode, stderr } = await machine.run(["mcp", "serve", "--http", "--port", port]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`Port ${port} is taken`)]);
  // The one that did not come up leaves no key behind.
  const keys = await readdir(dirname(served.keyFile ?? ""));
  expect(keys.filter((name) => name.endsWith(".key"))).toEqual([basename(served.keyFile ?? "")]);
});
