// The server as a process: large messages, garbage, and ends of every kind.
import { describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "../platform/process.ts";
import { serve, testToken, type Received, type TestServer } from "../workspace/testing.ts";
import { rawServer, serverEnvironment, serverWords, type RawServer } from "./testing.ts";

const signedIn = ({ host }: TestServer): Record<string, string> => ({
  DATABRICKS_HOST: host,
  DATABRICKS_TOKEN: testToken,
});
const limitMs = 20_000;

/** A workspace in which one command runs for ever, and the promises of what is asked of it. */
function endlessCommand() {
  const asked = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<Received>();
  const destroyed = Promise.withResolvers<Received>();
  const server = serve((request) => {
    if (request.path.endsWith("/contexts/create")) return { id: "x1" };
    if (request.path.endsWith("/contexts/status")) return { id: "x1", status: "Running" };
    if (request.path.endsWith("/contexts/destroy")) destroyed.resolve(request);
    if (request.path.endsWith("/commands/cancel")) cancelled.resolve(request);
    if (request.path.endsWith("/commands/status")) asked.resolve();
    return { id: "c1", status: "Running" };
  });
  return { server, asked: asked.promise, cancelled: cancelled.promise, destroyed: destroyed.promise };
}

async function startEndlessCall(server: RawServer): Promise<void> {
  await server.initialize();
  const args = { cluster_id: "k", context_id: "x1", code: "while True: pass", wait_seconds: 290 };
  await server.send({ jsonrpc: "2.0", id: 5, method: "tools/call", params: { name: "execute_cell", arguments: args } });
}

/** Resolves when no process of that id is left; the test's own limit ends the wait. */
async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await Bun.sleep(20);
}

describe("large messages", () => {
  test(
    "20 MB are taken, and do not end the server",
    async () => {
      await using server = rawServer();
      await server.initialize();
      const content = "x".repeat(20 * 1024 * 1024);
      const params = { name: "write_notebook", arguments: { notebook_path: "/x", content } };
      await server.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
      // Nobody is signed in: the answer shows that the call was read whole.
      expect(JSON.stringify(await server.next(({ id }) => id === 1))).toContain("mortar auth login");
    },
    limitMs,
  );

  test(
    "70 MB are refused by the id of the message, and the server goes on",
    async () => {
      await using server = rawServer();
      await server.initialize();
      await server.send(
        '{"jsonrpc":"2.0","id":41,"method":"tools/call","params":{"name":"write_notebook","arguments":{"content":"',
      );
      const part = "x".repeat(10 * 1024 * 1024);
      for (let count = 0; count < 7; count++) await server.send(part);
      await server.send('"}}}\n');
      const refused = await server.next(({ id }) => id === 41);
      expect(refused["error"]).toMatchObject({
        code: -32_600,
        message: "The message is 70 MB; at most 64 MB are taken",
      });
      await server.send({ jsonrpc: "2.0", id: 42, method: "ping" });
      expect(await server.next(({ id }) => id === 42)).toMatchObject({ result: {} });
    },
    limitMs,
  );

  test("garbage is answered with an error, and the server goes on", async () => {
    await using server = rawServer();
    await server.initialize();
    await server.send("this is no JSON\n");
    expect(await server.next(({ error }) => error !== undefined)).toMatchObject({ id: null, error: { code: -32_700 } });
    await server.send({ jsonrpc: "2.0", id: 2, method: "ping" });
    expect(await server.next(({ id }) => id === 2)).toMatchObject({ result: {} });
  });
});

describe("ids", () => {
  test("each comes back as it was sent: zero, empty, a string of digits, beyond 2^53", async () => {
    await using server = rawServer();
    await server.initialize();
    const before = server.lines.length;
    const ids = ["0", '""', '"17"', "9007199254740993", '"9007199254740993"', "-9007199254740993"];
    for (const id of ids) await server.send(`{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
    for (const _ of ids) await server.next(({ result }) => result !== undefined);
    const answered = server.lines.slice(before).map((line) => /"id":([^,}]*)/.exec(line)?.[1]);
    expect(answered.toSorted()).toEqual(ids.toSorted());
  });

  test("a request that is no request is answered too, so that nobody waits for it", async () => {
    await using server = rawServer();
    await server.initialize();
    await server.send({ jsonrpc: "2.0", id: 8, method: "tools/list", params: { _meta: null } });
    expect(await server.next(({ id }) => id === 8)).toMatchObject({ error: { code: -32_600 } });
  });
});

describe("the end", () => {
  test("of input comes after what was piped in has been answered", async () => {
    await using server = rawServer();
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "pipe", version: "1" } };
    await server.send(
      [
        { jsonrpc: "2.0", id: 1, method: "initialize", params },
        { jsonrpc: "2.0", id: 2, method: "tools/list" },
      ]
        .map((message) => `${JSON.stringify(message)}\n`)
        .join(""),
    );
    server.process.stdin.end();
    expect(await server.next(({ id }) => id === 2)).toHaveProperty("result.tools");
    expect(await server.process.exited).toBe(0);
  });

  test("of input ends the server at once", async () => {
    await using server = rawServer();
    await server.initialize();
    server.process.stdin.end();
    expect(await server.process.exited).toBe(0);
  });

  test("of input before the first message does so too", async () => {
    await using server = rawServer();
    server.process.stdin.end();
    expect(await server.process.exited).toBe(0);
  });

  test(
    "of input with a call in flight cancels what runs and ends the server",
    async () => {
      const { server: workspace, asked, cancelled } = endlessCommand();
      await using _workspace = workspace;
      await using server = rawServer({ env: signedIn(workspace) });
      await startEndlessCall(server);
      await asked;
      server.process.stdin.end();
      expect(JSON.parse((await cancelled).body)).toMatchObject({ commandId: "c1" });
      expect(await server.process.exited).toBe(0);
    },
    limitMs,
  );

  test(
    "closes the contexts that the session opened",
    async () => {
      const { server: workspace, destroyed } = endlessCommand();
      await using _workspace = workspace;
      await using server = rawServer({ env: signedIn(workspace) });
      await server.initialize();
      await server.send({
        jsonrpc: "2.0",
        id: 4,
        method: "tools/call",
        params: { name: "create_context", arguments: { cluster_id: "k" } },
      });
      expect(JSON.stringify(await server.next(({ id }) => id === 4))).toContain("x1");
      server.process.stdin.end();
      expect(JSON.parse((await destroyed).body)).toEqual({ clusterId: "k", contextId: "x1" });
      expect(await server.process.exited).toBe(0);
    },
    limitMs,
  );

  test(
    "by SIGTERM with a call in flight",
    async () => {
      const { server: workspace, asked, cancelled } = endlessCommand();
      await using _workspace = workspace;
      await using server = rawServer({ env: signedIn(workspace) });
      await startEndlessCall(server);
      await asked;
      server.process.kill("SIGTERM");
      await cancelled;
      await server.process.exited;
      expect(isAlive(server.process.pid)).toBe(false);
    },
    limitMs,
  );

  test.skipIf(process.platform === "win32")(
    "when nobody reads the output any more",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "mortar-mcp-"));
      try {
        // `head` reads the first line and goes; the input stays open for as long as the server lives.
        const words = serverWords()
          .map((word) => `'${word}'`)
          .join(" ");
        const pidFile = join(folder, "pid");
        const script = `(echo $BASHPID > '${pidFile}'; exec ${words}) | head -n 1 > /dev/null`;
        const child = Bun.spawn(["bash", "-c", script], {
          env: serverEnvironment(),
          stdin: "pipe",
          stdout: "ignore",
          stderr: "ignore",
        });
        const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
        const opening = {
          jsonrpc: "2.0",
          id: 0,
          method: "initialize",
          params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "x", version: "1" } },
        };
        child.stdin.write(`${JSON.stringify(opening)}\n`);
        await child.stdin.flush();
        let pid = Number.NaN;
        while (Number.isNaN(pid)) {
          pid = Number.parseInt(await readFile(pidFile, "utf8").catch(() => ""), 10);
          await Bun.sleep(10);
        }
        while (isAlive(pid)) {
          child.stdin.write(`${JSON.stringify(ping)}\n`);
          await Promise.resolve(child.stdin.flush()).catch(() => undefined);
          await Bun.sleep(20);
        }
        await child.exited;
        expect(isAlive(pid)).toBe(false);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    limitMs,
  );

  test.skipIf(process.platform === "win32")(
    "when its parent is killed, although its input stays open and a call is in flight",
    async () => {
      const { server: workspace, asked, cancelled } = endlessCommand();
      await using _workspace = workspace;
      const folder = await mkdtemp(join(tmpdir(), "mortar-mcp-"));
      try {
        // The parent starts the server on a pipe of which this test holds an end as well, so that no end of input comes.
        const pipe = join(folder, "pipe");
        await Bun.spawn(["mkfifo", pipe]).exited;
        const words = serverWords()
          .map((word) => `'${word}'`)
          .join(" ");
        const script = `exec 3<>'${pipe}'; ${words} <'${pipe}' >/dev/null & echo $! > '${folder}/pid'; wait`;
        const parent = Bun.spawn(["bash", "-c", script], {
          env: serverEnvironment(signedIn(workspace)),
          stdin: "ignore",
          stdout: "ignore",
          stderr: "ignore",
        });
        const keeper = Bun.spawn(["bash", "-c", `exec 4<>'${pipe}'; read -r line`], {
          stdin: "pipe",
          stdout: "ignore",
          stderr: "ignore",
        });
        const opening = {
          jsonrpc: "2.0",
          id: 0,
          method: "initialize",
          params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "x", version: "1" } },
        };
        const args = { cluster_id: "k", context_id: "x1", code: "1", wait_seconds: 290 };
        const call = { jsonrpc: "2.0", id: 5, method: "tools/call", params: { name: "execute_cell", arguments: args } };
        await writeFile(pipe, `${JSON.stringify(opening)}\n${JSON.stringify(call)}\n`);
        await asked;
        const pid = Number.parseInt(await readFile(join(folder, "pid"), "utf8"), 10);
        expect(isAlive(pid)).toBe(true);
        parent.kill("SIGKILL");
        await cancelled;
        await untilGone(pid);
        expect(keeper.exitCode).toBeNull();
        keeper.kill("SIGKILL");
        await keeper.exited;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    limitMs,
  );
});

describe("signing in", () => {
  test(
    "while the server runs needs no restart, and so does a token that was replaced",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "mortar-mcp-"));
      const good = "dapi22222222222222222222222222222222";
      await using workspace = serve(({ headers }) =>
        headers.get("authorization") === `Bearer ${good}`
          ? { jobs: [] }
          : Response.json({ error_code: "UNAUTHENTICATED", message: "Invalid access token." }, { status: 401 }),
      );
      const config = join(folder, "config");
      await using server = rawServer({ env: { HOME: folder, DATABRICKS_CONFIG_FILE: config } });
      try {
        await server.initialize();
        let id = 0;
        const call = async (): Promise<string> => {
          id += 1;
          await server.send({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "list_jobs", arguments: {} } });
          return JSON.stringify(await server.next((message) => message["id"] === id));
        };
        expect(await call()).toContain("mortar auth login");
        await writeFile(config, `[DEFAULT]\nhost = ${workspace.host}\ntoken = ${testToken}\n`);
        expect(await call()).toContain("token_rejected");
        await writeFile(config, `[DEFAULT]\nhost = ${workspace.host}\ntoken = ${good}\n`);
        expect(await call()).toContain('"count":0');
        expect(server.lines.join("\n")).not.toMatch(/dapi[0-9a-f]{8}/);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    limitMs,
  );
});

describe("what is loaded", () => {
  test(
    "no module of a toolset that is off, nor any tool for a list",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "mortar-mcp-"));
      await using workspace = serve(() => ({ jobs: [] }));
      try {
        const log = join(folder, "loaded");
        const spy = join(folder, "spy.ts");
        await writeFile(spy, spySource(log));
        await using server = rawServer({
          args: ["--toolsets", "jobs"],
          runtime: ["--preload", spy],
          env: signedIn(workspace),
        });
        await server.initialize();
        await server.send({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
        await server.next(({ id }) => id === 1);
        const forList = toolModules(await readFile(log, "utf8"));
        expect(forList).toContain("tools/catalog.ts");
        expect(forList.filter((path) => /tools\/(?:notebooks|jobs|clusters|execution)\//.test(path))).toEqual([]);
        await server.send({
          jsonrpc: "2.0",
          id: 2,
          method: "tools/call",
          params: { name: "list_jobs", arguments: {} },
        });
        expect(JSON.stringify(await server.next(({ id }) => id === 2))).toContain('"count":0');
        const forCall = toolModules(await readFile(log, "utf8"));
        expect(forCall).toContain("tools/jobs/list-jobs.ts");
        expect(forCall.filter((path) => /tools\/(?:notebooks|clusters|execution)\//.test(path))).toEqual([]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    limitMs,
  );
});

/** A plugin that writes down every file of ours that is loaded. */
function spySource(log: string): string {
  return `
import { appendFileSync } from "node:fs";
Bun.plugin({
  name: "spy",
  setup(build) {
    build.onLoad({ filter: /\\/src\\/.*\\.ts$/ }, async ({ path }) => {
      appendFileSync(${JSON.stringify(log)}, path + "\\n");
      return { contents: await Bun.file(path).text(), loader: "ts" };
    });
  },
});
`;
}

function toolModules(log: string): string[] {
  return log
    .split("\n")
    .filter((path) => path.includes("/src/tools/"))
    .map((path) => path.slice(path.indexOf("/src/") + 5));
}
