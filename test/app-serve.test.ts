// `mortar app serve` as a person and a script start it: the address, the key, the page, the routes, the tools, and its end.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, watch } from "node:fs";
import { chmod, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { startApp, type TestApp } from "./support/app.ts";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
}, 60_000);

afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
}, 60_000);

async function withApp<T>(
  work: (app: TestApp) => Promise<T>,
  options: Parameters<typeof startApp>[1] = {},
): Promise<T> {
  const app = await startApp(machine, options);
  try {
    return await work(app);
  } finally {
    await app.stop();
  }
}

async function json<T>(app: TestApp, path: string, init: RequestInit = {}): Promise<T> {
  const headers = { "content-type": "application/json" };
  const response = await app.ask(path, { ...init, headers });
  const text = await response.text();
  expect([path, response.status, text]).toEqual([path, 200, text]);
  return JSON.parse(text) as T;
}

describe("on one's own machine", () => {
  test("the address lets a browser in, and the page is the app's own", async () => {
    await withApp(async ({ url, origin }) => {
      const locked = await fetch(`${origin}/`);
      expect([locked.status, (await locked.text()).includes("mortar app serve")]).toEqual([401, true]);
      const entered = await fetch(url, { redirect: "manual" });
      const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
      expect([entered.status, entered.headers.get("location")]).toEqual([303, "/"]);
      const page = await fetch(`${origin}/projects/1`, { headers: { cookie } });
      const html = await page.text();
      expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
      const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = ""]) => path);
      expect(files.some((path) => path.endsWith(".js"))).toBe(true);
      expect(files.some((path) => path.endsWith(".css"))).toBe(true);
      expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
      for (const path of files) {
        const file = await fetch(`${origin}${path}`, { headers: { cookie } });
        expect([path, file.status]).toEqual([path, 200]);
        expect(file.headers.get("cache-control")).toContain("immutable");
      }
    });
  }, 60_000);

  test.skipIf(process.platform === "win32")(
    "the browser is opened with a ticket that is good once, and not with the key",
    async () => {
      const [script, seen] = [join(machine.home, "browser.sh"), join(machine.home, "browser.txt")];
      await Bun.write(script, `#!/bin/sh\necho "$@" > '${seen}.new' && mv '${seen}.new' '${seen}'\n`);
      await chmod(script, 0o700);
      await withApp(
        async ({ url, origin }) => {
          const address = await written(seen);
          expect(address).toStartWith(`${origin}/?ticket=`);
          expect(address).not.toContain(new URL(url).searchParams.get("key") ?? "?");
          const first = await fetch(address, { redirect: "manual" });
          const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
          expect((await fetch(`${origin}/api/me`, { headers: { cookie } })).status).toBe(200);
          expect((await fetch(address, { redirect: "manual" })).status).toBe(401);
        },
        { words: ["--open"], env: { BROWSER: script } },
      );
    },
    60_000,
  );

  test("the key lies in a file of its owner's alone, and stays over a restart with all that was made", async () => {
    const file = join(machine.home, "mortar", "run", "app.key");
    const before = await withApp(async (app) => {
      const key = (await Bun.file(file).text()).trim();
      expect(new URL(app.url).searchParams.get("key")).toBe(key);
      if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);
      const project = await json<{ id: string }>(app, "/api/projects", { method: "POST", body: '{"name":"Kept"}' });
      const body = JSON.stringify({ path: "notes.md", content: "kept" });
      await json(app, `/api/projects/${project.id}/files/content`, { method: "PUT", body });
      return { key, id: project.id };
    });
    await withApp(async (app) => {
      expect(new URL(app.url).searchParams.get("key")).toBe(before.key);
      const read = await json<object>(app, `/api/projects/${before.id}/files/content?path=notes.md`);
      expect(read).toMatchObject({ content: "kept" });
    });
  }, 60_000);

  test("routes are described, and tools are served over MCP", async () => {
    await withApp(async (app) => {
      expect(await json<object>(app, "/api/me")).toMatchObject({
        mode: "local",
        database: { kind: "sqlite", ok: true },
      });
      const document = await json<{ paths: object }>(app, "/openapi.json");
      expect(Object.keys(document.paths).length).toBeGreaterThan(50);
      expect(await (await app.ask("/docs")).text()).toContain("/api/projects/{project_id}");
      const requestInit = { headers: { authorization: `Bearer ${new URL(app.url).searchParams.get("key")}` } };
      const client = new Client({ name: "test", version: "1" });
      await client.connect(new StreamableHTTPClientTransport(new URL(`${app.origin}/mcp`), { requestInit }));
      const { tools } = await client.listTools();
      const { isError } = await client.callTool({ name: "list_clusters", arguments: {} });
      await client.close();
      expect([tools.length > 20, isError === true]).toEqual([true, false]);
    });
  }, 60_000);

  test("flags say which tools there are, and an older app's variable that is not read is named", async () => {
    await withApp(
      async (app) => {
        const tools = await json<{ name: string; effect: string }[]>(app, "/api/tools");
        expect(new Set(tools.map(({ effect }) => effect))).toEqual(new Set(["read"]));
        expect(await json<object>(app, "/api/settings")).toMatchObject({ default_permission_mode: "plan" });
      },
      { words: ["--read-only", "--permission-mode", "plan"] },
    );
    const { stderr } = await machine.run(["app", "serve", "--behind-databricks-apps"], {
      env: { LLM_PROVIDER: "azure" },
    });
    expect(stderr).toContain("LLM_PROVIDER is not read: models come from the workspace");
  }, 60_000);

  test("a port that is taken, and an app that runs already, are told", async () => {
    await withApp(async ({ origin }) => {
      const port = new URL(origin).port;
      const taken = await machine.json(["app", "serve", "--port", port]);
      expect(taken.error).toMatchObject({ code: "conflict", message: `Port ${port} is taken by another program` });
      const second = await machine.json(["app", "serve", "--port", "0"]);
      expect(second.error).toMatchObject({ code: "conflict", message: expect.stringContaining("served already") });
    });
  }, 60_000);
});

describe("its end", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "comes in order by %s, with a stream open",
    async (signal) => {
      const app = await startApp(machine);
      const project = await json<{ id: string }>(app, "/api/projects", { method: "POST", body: '{"name":"End"}' });
      const body = JSON.stringify({ project_id: project.id });
      const { id } = await json<{ id: string }>(app, "/api/conversations", { method: "POST", body });
      const stream = await app.ask(`/api/conversations/${id}/events`);
      const reader = stream.body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("retry:");
      const ended = app.stop(signal);
      await Promise.all([ended, drained(reader)]);
      // The lock on its data is free again, and the database is whole.
      await withApp(async (next) => {
        expect((await next.ask(`/api/conversations/${id}`)).status).toBe(200);
      });
    },
    60_000,
  );
});

/** Until the stream ends, in whatever way. */
async function drained(reader: { read(): Promise<{ readonly done: boolean }> } | undefined): Promise<void> {
  try {
    for (;;) if ((await reader?.read())?.done !== false) return;
  } catch {
    // Broken off.
  }
}

describe("behind Databricks Apps", () => {
  test("each caller is who the platform's token says, and nobody else is let in", async () => {
    const port = await freePort();
    const child = Bun.spawn([binary, "app", "serve", "--behind-databricks-apps", "--json"], {
      env: { ...machine.env, DATABRICKS_APP_PORT: String(port) },
      cwd: machine.home,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    const first = await child.stdout.getReader().read();
    expect(new TextDecoder().decode(first.value)).toContain(`"url"`);
    const origin = `http://127.0.0.1:${port}`;
    expect((await fetch(`${origin}/api/health`)).status).toBe(200);
    expect((await fetch(`${origin}/api/me`)).status).toBe(401);
    const forged = { "x-forwarded-email": "me@example.com", "x-forwarded-user": "1" };
    expect((await fetch(`${origin}/api/projects`, { headers: forged })).status).toBe(401);
    const { stdout } = await machine.run(["auth", "token", "--json"], { printsToken: true });
    const token = /"access_token":\s*"([^"]+)"/.exec(stdout)?.[1] ?? "";
    const me = await fetch(`${origin}/api/me`, { headers: { "x-forwarded-access-token": token } });
    expect(await me.json()).toMatchObject({ mode: "apps", profile: null });
    child.kill("SIGTERM");
    await child.exited;
  }, 60_000);
});

/** What is in the file, once it is there. */
async function written(file: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(dirname(file), () => {
    if (existsSync(file)) resolve();
  });
  if (existsSync(file)) resolve();
  await promise;
  watcher.close();
  return (await Bun.file(file).text()).trim();
}

async function freePort(): Promise<number> {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const port = server.port ?? 0;
  await server.stop(true);
  return port;
}
