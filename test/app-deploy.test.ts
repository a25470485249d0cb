// `mortar app deploy` through the binary, to the emulated workspace: the binary itself in parts, joined and run as an app, used
// by two callers through the platform's front, asked by a program, deployed again, and broken.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tools } from "../scripts/test-tools.ts";
import { agentDependencies } from "../src/app/deploy/agent-packages.ts";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

// 145 MB are packed, sent, joined and started, several times.
setDefaultTimeout(180_000);

let scratch: string;
let machine: Machine;
let workspace: TestWorkspace;
let token: string;
let principal: { readonly clientId: string; readonly clientSecret: string };

async function tokenOfProgram(): Promise<string> {
  const response = await fetch(`${workspace.host}/oidc/v1/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${principal.clientId}:${principal.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "all-apis" }),
  });
  return String(((await response.json()) as { access_token: string }).access_token);
}

interface Asked {
  readonly as: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

async function ask(url: string, request: string, { as, body, headers = {} }: Asked) {
  const [method = "GET", path = "/"] = request.split(" ");
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${as}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as unknown };
}

/** The example's program, at the app's address or at one before it. */
async function asProgram(appUrl: string, question: string) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "app-client-example", "program.ts"), question], {
    env: {
      PATH: process.env["PATH"] ?? "",
      APP_URL: appUrl,
      DATABRICKS_HOST: workspace.host,
      DATABRICKS_CLIENT_ID: principal.clientId,
      DATABRICKS_CLIENT_SECRET: principal.clientSecret,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

/** Stands before the app, and breaks its first streams of events after the first piece of each. */
function breakingFront(appUrl: string, times: number) {
  const seen: (string | null)[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.delete("host");
      const body = request.method === "GET" ? {} : { body: await request.text() };
      const answer = await fetch(`${appUrl}${pathname}${search}`, { method: request.method, headers, ...body });
      if (!pathname.endsWith("/events")) return answer;
      seen.push(request.headers.get("last-event-id"));
      return seen.length > times ? answer : new Response(firstPiece(answer.body), { headers: answer.headers });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, seen, stop: () => server.stop(true) };
}

/** Ends in the middle of an event, as a line does. */
function firstPiece(body: ReadableStream<Uint8Array> | null): ReadableStream<Uint8Array> {
  const reader = body?.getReader();
  return new ReadableStream({
    pull: async (controller) => {
      const { value = new Uint8Array() } = (await reader?.read()) ?? {};
      const isLast = new TextDecoder().decode(value).includes("data:");
      controller.enqueue(isLast ? value.subarray(0, value.length - 5) : value);
      if (!isLast) return;
      await reader?.cancel();
      controller.close();
    },
  });
}

const apps = async (): Promise<unknown> => {
  const response = await fetch(`${workspace.host}/api/2.0/apps`, { headers: { authorization: `Bearer ${token}` } });
  return await response.json();
};

test("the agents that npm installs are the ones that are tested", () => {
  const versionOf = (name: string): string | undefined =>
    /@(\d+\.\d+\.\d+)(?:-|$)/.exec(tools.find((tool) => tool.name === name)?.packages[0] ?? "")?.[1];
  expect(agentDependencies(["claude", "codex", "gemini"])).toEqual({
    "@anthropic-ai/claude-code": versionOf("claude-code") ?? "",
    "@openai/codex": versionOf("codex") ?? "",
    "@google/gemini-cli": versionOf("gemini-cli") ?? "",
  });
});

// The platform is Linux on x64, and so is the program that goes there.
describe.skipIf(process.platform !== "linux" || process.arch !== "x64")("to the emulated workspace", () => {
  beforeAll(async () => {
    // As npm would on the platform: the agent on the PATH.
    scratch = await mkdtemp(join(tmpdir(), "mortar-app-deploy-"));
    const shims = join(scratch, "bin");
    await mkdir(shims, { recursive: true });
    const platform = `${process.platform}-${process.arch}`;
    const claude = join(toolFolder("claude-code"), `node_modules/@anthropic-ai/claude-code-${platform}/claude`);
    await writeFile(join(shims, "claude"), `#!/bin/sh\nexec '${claude}' "$@"\n`);
    await chmod(join(shims, "claude"), 0o755);
    machine = await createMachine({ PATH: `${shims}:${process.env["PATH"] ?? ""}` });
    workspace = await startWorkspace(machine);
    token = /^token\s*=\s*(\S+)$/m.exec(await readFile(join(machine.home, ".databrickscfg"), "utf8"))?.[1] ?? "";
    const made = await workspace.control("POST", "service-principals", { display_name: "a program" });
    principal = { clientId: String(made["client_id"]), clientSecret: String(made["client_secret"]) };
  });

  afterAll(async () => {
    await workspace.stop();
    await machine.dispose();
    await rm(scratch, { recursive: true, force: true });
  });

  test.each([
    [["Builder!"], "is no name for an app"],
    [["builder", "--env", "=secret"], "--env takes NAME=VALUE"],
    [["builder", "--env", "DATABRICKS_HOST=x"], "is set by the platform"],
    [["builder", "--lakebase", "No Such"], "is no id of a Lakebase project"],
    [["builder", "--lakebase", "a", "--lakebase-instance", "b"], "--lakebase-instance"],
    [["builder", "--binary", "/etc/passwd"], "is no program for Databricks Apps"],
  ])("refuses %j before anything is done", async (words, message) => {
    const { ok, error } = await machine.json(["app", "deploy", ...words]);
    expect([ok, error?.message]).toEqual([false, expect.stringContaining(message)]);
    expect(JSON.stringify(error)).not.toContain("secret");
    expect(await apps()).toEqual({});
  });

  let url = "";

  test("rehearses, deploys, and serves each caller as himself", async () => {
    const rehearsed = await machine.run(["app", "deploy", "builder", "--dry-run", "--experiment", "traces"]);
    expect([rehearsed.exitCode, rehearsed.stdout]).toEqual([
      0,
      expect.stringContaining("Would create the app builder"),
    ]);
    expect(rehearsed.stdout).toContain('"--behind-databricks-apps"');
    expect(await apps()).toEqual({});

    const { ok, data, error } = await machine.json(["app", "deploy", "builder", "--experiment", "traces"]);
    expect([ok, error]).toEqual([true, undefined]);
    expect(data).toMatchObject({ app: "builder", action: "create", state: "SUCCEEDED", already_there: 0, log: [] });
    const uploaded = data["uploaded"] as string[];
    expect(uploaded.filter((name) => name.startsWith("parts/")).length).toBeGreaterThan(15);
    url = String(data["url"]);

    const program = await tokenOfProgram();
    expect((await fetch(`${url}/api/me`)).status).toBe(401);
    expect((await ask(url, "GET /api/me", { as: token })).json).toMatchObject({ user: "me@example.com", mode: "apps" });
    const forged = { "X-Forwarded-Email": "me@example.com", "X-Forwarded-Access-Token": token };
    expect((await ask(url, "GET /api/me", { as: program, headers: forged })).json).toMatchObject({
      user: principal.clientId,
    });

    const mine = (await ask(url, "POST /api/projects", { as: token, body: { name: "Mine" } })).json as { id: string };
    expect((await ask(url, "GET /api/projects", { as: token })).json).toHaveLength(1);
    expect((await ask(url, "GET /api/projects", { as: program })).json).toEqual([]);
    expect((await ask(url, `GET /api/projects/${mine.id}`, { as: program })).status).toBe(404);
    const files = await fetch(`${url}/`, { headers: { authorization: `Bearer ${token}` } });
    expect([files.status, files.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
  });

  test("a program asks it as a service principal, and the trace is the app's to write", async () => {
    await workspace.control("PUT", "scenario", { turns: [{ text: "There are 7 apples." }] });
    const { exitCode, stdout, stderr } = await asProgram(url, "How many apples?");
    expect([exitCode, stdout, stderr]).toEqual([0, "There are 7 apples.\n", expect.any(String)]);
    const program = await tokenOfProgram();
    expect((await ask(url, "GET /api/projects", { as: program })).json).toMatchObject([{ name: "From a program" }]);

    const sent = async () =>
      (await workspace.control("GET", "traces"))["traces"] as {
        readonly creator: string;
        readonly info: { readonly trace_metadata: Record<string, string>; readonly request_preview: string };
        readonly data: unknown;
      }[];
    // It is sent when the run has ended.
    while ((await sent()).every(({ data }) => data === null)) await Bun.sleep(20);
    const [trace] = await sent();
    expect(trace?.info).toMatchObject({
      request_preview: "How many apples?",
      response_preview: "There are 7 apples.",
      trace_metadata: { "mlflow.trace.user": principal.clientId },
    });
    expect(trace?.creator).not.toBe(principal.clientId);
  });

  test("what a broken line did not bring comes with the next one, and nothing comes twice", async () => {
    const write = { name: "Write", input: { file_path: "apples.txt", content: "7" } };
    await workspace.control("PUT", "scenario", {
      turns: [{ text: "I write it down.", tools: [write] }, { text: "Done." }],
    });
    const front = breakingFront(url, 3);
    const { exitCode, stdout, stderr } = await asProgram(front.url, "Write it down.");
    await front.stop();
    expect([exitCode, stdout]).toEqual([0, "I write it down.\n\nDone.\n"]);
    expect(stderr.match(/calls Write/g)).toHaveLength(1);
    expect(front.seen.length).toBeGreaterThan(3);
    const numbers = front.seen.map(Number);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    const spans = async (): Promise<readonly { readonly name: string }[]> => {
      const all = (await workspace.control("GET", "traces"))["traces"] as {
        readonly info: { readonly request_preview: string };
        readonly data: { readonly spans: readonly { readonly name: string }[] } | null;
      }[];
      return all.find(({ info }) => info.request_preview === "Write it down.")?.data?.spans ?? [];
    };
    while ((await spans()).length === 0) await Bun.sleep(20);
    expect((await spans()).map(({ name }) => name)).toEqual(["claude run", "Write"]);
  });

  test("again sends nothing, and a damaged part is what the log says", async () => {
    const again = await machine.json(["app", "deploy", "builder", "--experiment", "traces"]);
    expect(again.data).toMatchObject({ action: "none", uploaded: [], bytes_sent: 0, state: "SUCCEEDED" });
    const path = String(again.data["source_path"]);
    const list = await fetch(`${workspace.host}/api/2.0/workspace/list?path=${encodeURIComponent(`${path}/parts`)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const [part] = ((await list.json()) as { objects: { path: string; size: number }[] }).objects;
    const content = Buffer.alloc(part?.size ?? 0).toString("base64");
    await fetch(`${workspace.host}/api/2.0/workspace/import`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ path: part?.path, content, format: "AUTO", overwrite: true }),
    });
    const failed = await machine.run(["app", "deploy", "builder", "--experiment", "traces"]);
    expect([failed.exitCode, failed.stdout]).toEqual([1, expect.stringContaining("The deployment of builder failed")]);
    expect(failed.stdout).toContain("is damaged: its SHA-256 is another one");
    expect(failed.stdout).toContain("mortar app deploy builder --upload-all");
  });

  test("the binary fits: each part is less than 9 MB, and it is the binary that was run", async () => {
    const staged = join(scratch, "staged");
    const { data } = await machine.json(["app", "deploy", "other", "--dry-run", "--staging-dir", staged]);
    expect(data["program"]).toMatchObject({ size_bytes: Bun.file(binary).size });
    const list = (await Bun.file(join(staged, "parts.json")).json()) as { parts: { file: string; size: number }[] };
    expect(Math.max(...list.parts.map(({ size }) => size))).toBeLessThan(9_000_000);
    for (const { file, size } of list.parts) expect(Bun.file(join(staged, file)).size).toBe(size);
  });
});
