// One proxy a user, by the binary: started, found, replaced without a refused connection, stopped, killed.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { freePort } from "./support/ports.ts";
import { binary, createMachine, type Envelope, type Machine } from "./support/binary.ts";
import { hasControl, onTerminal } from "./support/terminal.ts";

let machine: Machine;

beforeEach(async () => {
  machine = await createMachine();
});

afterEach(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  await machine.dispose();
});

const proxy = (...words: string[]): Promise<Envelope> => machine.json(["proxy", ...words]);

async function key(): Promise<string> {
  return (await readFile(join(machine.home, "mortar", "proxy-key"), "utf8")).trim();
}

const get = (url: string, init: BunFetchRequestInit = {}): Promise<Response> => fetch(url, { ...init, proxy: false });

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await Bun.sleep(5);
}

/** One that has ended and that nobody has asked after yet does not count. */
function isAlive(pid: unknown): boolean {
  try {
    process.kill(Number(pid), 0);
    return process.platform !== "linux" || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

test("start, start again, status, logs, stop", async () => {
  const first = await proxy("start", "--port", await freePort());
  expect(first.data).toMatchObject({ running: true, already_running: false, kind: "command", scheme: "http" });
  expect(await proxy("start")).toMatchObject({ data: { already_running: true, pid: first.data["pid"] } });
  expect(await proxy("status")).toMatchObject({
    data: { running: true, requests: 0, sessions: [], service_file: null },
  });
  expect((await machine.run(["proxy", "logs", "-n", "5"])).stdout).toContain(`listens on ${first.data["url"]}`);
  const shown = await machine.json(["config", "show"]);
  expect(shown.data["proxy"]).toMatchObject({ state: { value: "running" }, address: { value: first.data["url"] } });
  expect(JSON.stringify([first, shown])).not.toContain(await key());

  expect((await proxy("stop")).data).toMatchObject({ stopped: true, pid: first.data["pid"] });
  await until(() => !isAlive(first.data["pid"]));
  const after = await machine.run(["proxy", "status"]);
  expect([after.exitCode, after.stdout]).toEqual([1, expect.stringContaining("No proxy runs")]);
  expect((await proxy("stop")).data).toMatchObject({ stopped: false });
  // The port is remembered.
  expect((await proxy("start")).data).toMatchObject({ port: first.data["port"] });
}, 60_000);

test("two starts at once, fifty times, end with one proxy", async () => {
  await proxy("start", "--port", await freePort());
  await proxy("stop", "--now");
  for (let round = 0; round < 50; round++) {
    const both = await Promise.all([proxy("start"), proxy("start")]);
    expect(both.map(({ ok, error }) => [ok, error])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
    const pids = new Set(both.map(({ data }) => data["pid"]));
    expect([...pids].filter((pid) => isAlive(pid))).toHaveLength(1);
    expect(await proxiesOfThisHome()).toHaveLength(1);
    await proxy("stop", "--now");
    await until(() => [...pids].every((pid) => !isAlive(pid)));
  }
}, 240_000);

/** Process ids of proxies with this home; where /proc tells them. */
async function proxiesOfThisHome(): Promise<readonly string[]> {
  if (process.platform !== "linux") return ["not looked at"];
  const found: string[] = [];
  for (const pid of new Bun.Glob("[0-9]*").scanSync({ cwd: "/proc", onlyFiles: false })) {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (text.includes("--background=") && text.includes(machine.home)) found.push(pid);
  }
  return found;
}

describe("replaced by one with other options", () => {
  test("no connection is refused or reset, kept ones neither, and streams go on to their end", async () => {
    // Pieces of a stream go out one by one, as the test says.
    const steps: (() => void)[] = [];
    using upstream = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 0,
      fetch: () => {
        const gate = Promise.withResolvers<void>();
        steps.push(gate.resolve);
        const body = new ReadableStream({
          start: async (stream) => {
            stream.enqueue(new TextEncoder().encode("data: begun\n\n"));
            await gate.promise;
            stream.enqueue(new TextEncoder().encode("data: ended\n\n"));
            stream.close();
          },
        });
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      },
    });
    await writeFile(join(machine.home, ".databrickscfg"), "[DEFAULT]\nhost = https://w.example\ntoken = x\n");
    const target = `http://127.0.0.1:${upstream.port}`;
    const first = await proxy("start", "--port", "0", "--upstream", target);
    const { port, url } = first.data as { port: number; url: string };
    const headers = { authorization: `Bearer ${await key()}` };
    const load = startLoad(port);
    const streams: Promise<string>[] = [];
    const pids = new Set([first.data["pid"]]);
    for (let round = 1; round <= 5; round++) {
      const answer = await get(`${url}/p/DEFAULT/anthropic/v1/messages`, { method: "POST", headers, body: "{}" });
      expect(answer.status).toBe(200);
      streams.push(answer.text());
      const next = await proxy("start", "--idle-timeout", `${round}h`);
      expect(next.data).toMatchObject({ replaced: true, port });
      pids.add(next.data["pid"]);
      // The next comes while the one before still answers those that came to it, and after it too.
      if (round % 2 === 0)
        await until(async () => (await proxiesOfThisHome()).length > 0 && load.served() > round * 200);
    }
    expect(pids.size).toBe(6);
    for (const step of steps) step();
    expect(await Promise.all(streams)).toEqual(Array.from({ length: 5 }, () => "data: begun\n\ndata: ended\n\n"));
    const current = (await proxy("status")).data["pid"];
    await until(() => [...pids].every((pid) => pid === current || !isAlive(pid)));
    const { served, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(served).toBeGreaterThan(100);
  }, 120_000);

  test("on another port, the one of before is let go of where no session needs it", async () => {
    const first = await proxy("start", "--port", "0");
    const { url } = first.data as { url: string };
    const second = await proxy("start", "--port", "0", "--idle-timeout", "2h");
    expect(second.data).toMatchObject({ replaced: true });
    expect((await get(`${String(second.data["url"])}/health`)).status).toBe(200);
    await until(() => !isAlive(first.data["pid"]));
    if (second.data["url"] !== url) await expect(get(`${url}/health`)).rejects.toThrow();
  }, 60_000);
});

interface Load {
  served(): number;
  stop(): Promise<{ served: number; failures: readonly string[] }>;
}

/** Clients without a pause: new connections all the time, and kept ones. Every request is a safe question. */
function startLoad(port: number): Load {
  const failures: string[] = [];
  let served = 0;
  const ended = new AbortController();
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const fresh = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let text = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    });
    socket.on("data", (bytes) => {
      text += String(bytes);
    });
    socket.on("error", (error) => failures.push(`new: ${error.message}`));
    socket.on("close", () => {
      if (text.startsWith("HTTP/1.1 200")) served += 1;
      else failures.push(`new: ${text.slice(0, 40)}`);
      resolve();
    });
    return promise;
  };
  const kept = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const failed = (error: Error): void => {
      failures.push(`kept: ${error.message}`);
      resolve();
    };
    const asking = request({ port, host: "127.0.0.1", path: "/health", agent }, (answer) => {
      answer.on("error", failed);
      answer.resume().on("end", () => {
        served += 1;
        resolve();
      });
    });
    asking.on("error", failed).end();
    return promise;
  };
  const worker = async (work: () => Promise<void>): Promise<void> => {
    while (!ended.signal.aborted) await work();
  };
  const workers = [worker(fresh), worker(fresh), worker(kept), worker(kept)];
  return {
    served: () => served,
    stop: async () => {
      ended.abort();
      await Promise.all(workers);
      agent.destroy();
      return { served, failures };
    },
  };
}

describe("in the foreground", () => {
  test("it says where it runs, gives Bun what it needs, and ends with SIGTERM in order", async () => {
    const child = Bun.spawn([binary, "proxy", "serve", "--port", "0", "--json"], {
      env: { ...machine.env, DATABRICKS_TOKEN: "dapi-of-a-shell" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const { data } = JSON.parse(await firstDocument(child.stdout)) as Envelope;
    expect(data).toMatchObject({ running: true, kind: "foreground", idle_timeout_seconds: 0 });
    expect((await get(`${data["url"]}/health`)).status).toBe(200);
    if (process.platform === "linux") {
      const environment = await readFile(`/proc/${data["pid"]}/environ`, "utf8");
      expect(environment).toContain("BUN_CONFIG_MAX_HTTP_REQUESTS=4096");
      expect(environment).not.toContain("dapi-of-a-shell");
    }
    const other = await proxy("serve");
    expect(other).toMatchObject({ ok: false, error: { code: "conflict" } });
    child.kill("SIGTERM");
    expect(await child.exited).toBe(130);
    expect(existsSync(join(machine.home, "mortar", "run", "proxy.json"))).toBe(false);
    await until(() => !isAlive(data["pid"]));
  }, 60_000);

  test("a port that is taken is said once, in the shape that was asked for", async () => {
    using taken = Bun.serve({ hostname: "127.0.0.1", port: 0, reusePort: false, fetch: () => new Response() });
    const refused = await machine.run(["proxy", "serve", "--port", String(taken.port), "--json"]);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      ok: false,
      error: { code: "conflict", message: `Port ${taken.port} belongs to another program` },
    });
    expect(refused.exitCode).toBe(1);
    const started = await proxy("start", "--port", String(taken.port));
    expect(started).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(started.error?.message).toContain(String(taken.port));
  }, 60_000);
});

async function firstDocument(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let said = "";
  for await (const chunk of stream) {
    said += decoder.decode(chunk, { stream: true });
    if (said.includes("\n}\n")) break;
  }
  return said;
}

test("a key of one's own holds for one run, a crash included, and is on no command line", async () => {
  const own = "a-key-of-my-own-0123456789";
  const first = await proxy("start", "--port", await freePort());
  const before = await key();
  const started = await machine.json(["proxy", "start", "--verbose"], { env: { MORTAR_PROXY_API_KEY: own } });
  const ask = async (secret: string): Promise<number> =>
    (await get(`${first.data["url"]}/shutdown`, { method: "POST", headers: { "x-api-key": secret } })).status;
  expect(await key()).toBe(before);
  expect([await ask(before), await ask(own)]).toEqual([401, 200]);
  if (process.platform !== "win32")
    expect((await stat(join(machine.home, "mortar", "run", "proxy-key"))).mode & 0o777).toBe(0o600);
  if (process.platform === "linux") {
    const [line, environment] = await Promise.all(
      ["cmdline", "environ"].map((name) => readFile(`/proc/${started.data["pid"]}/${name}`, "utf8")),
    );
    expect([line, environment].join(" ")).not.toContain(own);
  }
  process.kill(Number(started.data["pid"]), "SIGKILL");
  await until(() => !isAlive(started.data["pid"]));
  expect((await proxy("start")).data).toMatchObject({ url: first.data["url"] });
  expect([await ask(before), await ask(own)]).toEqual([401, 200]);
  await proxy("stop");
  expect((await proxy("start")).data).toMatchObject({ url: first.data["url"] });
  expect([await ask(before), await ask(own)]).toEqual([200, 401]);
  expect(await machine.json(["proxy", "start"], { env: { MORTAR_PROXY_API_KEY: "proxy-managed" } })).toMatchObject({
    ok: false,
    error: { code: "usage" },
  });
}, 60_000);

test("after kill -9 status says that none runs, and a start has the same port", async () => {
  const first = await proxy("start", "--port", "0");
  process.kill(Number(first.data["pid"]), "SIGKILL");
  await until(() => !isAlive(first.data["pid"]));
  expect((await proxy("status")).data).toMatchObject({ running: false });
  expect((await proxy("start")).data).toMatchObject({ port: first.data["port"], already_running: false });
}, 60_000);

test("a free port is one run's, and is found again after a crash", async () => {
  const usual = await freePort();
  await proxy("start", "--port", usual);
  await proxy("stop", "--now");
  const free = await proxy("start", "--port", "0");
  process.kill(Number(free.data["pid"]), "SIGKILL");
  await until(() => !isAlive(free.data["pid"]));
  expect((await proxy("start")).data).toMatchObject({ port: free.data["port"], already_running: false });
  await proxy("stop", "--now");
  expect((await proxy("start")).data).toMatchObject({ port: Number(usual) });
}, 60_000);

test("a program that has the port and says nothing is passed by, and that is said", async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  const { promise, resolve } = Promise.withResolvers<void>();
  silent.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port } = silent.address() as AddressInfo;
  try {
    const folder = join(machine.home, "mortar");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "settings.json"), JSON.stringify({ proxy: { port } }));
    const ran = await machine.run(["proxy", "start", "--json"]);
    const { data } = JSON.parse(ran.stdout) as Envelope;
    expect(data["port"]).not.toBe(port);
    expect(ran.stderr).toContain(
      `Port ${port} belongs to another program: the proxy is on ${data["port"]} from now on`,
    );
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
}, 60_000);

test("it ends by itself when nobody uses it", async () => {
  const { data } = await proxy("start", "--port", "0", "--idle-timeout", "300ms");
  await until(() => !isAlive(data["pid"]));
  expect(existsSync(join(machine.home, "mortar", "run", "proxy.json"))).toBe(false);
  expect((await machine.run(["proxy", "logs"])).stdout).toContain("ends (idle)");
}, 60_000);

test.skipIf(!hasControl)(
  "it outlives the terminal that it was started from",
  async () => {
    const run = onTerminal(machine, ["proxy", "start", "--port", "0"]);
    expect(await run.ended()).toBe(0);
    const { data } = await proxy("status");
    expect(data).toMatchObject({ running: true });
    expect((await get(`${data["url"]}/health`)).status).toBe(200);
  },
  60_000,
);

test.each([
  [["start", "--tls-cert", "package.json"], "usage"],
  [["start", "--trust-upstream"], "usage"],
  [["start", "--upstream", "http://elsewhere.example"], "config_invalid"],
  [["start", "--port", "70000"], "usage"],
  [["serve", "--background", "service"], "usage"],
] as const)("wrong words are told before anything starts: %p", async (words, code) => {
  await writeFile(join(machine.home, "package.json"), "{}");
  expect(await proxy(...words)).toMatchObject({ ok: false, error: { code } });
  expect(existsSync(join(machine.home, "mortar", "run", "proxy.json"))).toBe(false);
});

test("what would be installed can be looked at, and installs nothing", async () => {
  const planned = await proxy("install", "--dry-run", "--port", "49999");
  const { would_write: file, content } = planned.data as { would_write: string; content: string };
  expect(content).toContain("--service");
  expect(content).toContain("--port=49999");
  expect(file).toStartWith(machine.home);
  expect(existsSync(file)).toBe(false);
  expect((await proxy("uninstall")).data).toEqual({ removed: null });
});
