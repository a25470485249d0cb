// Sessions that start and join the proxy, as processes of the program itself.
import { describe, expect, test } from "bun:test";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Secret } from "../../platform/secret.ts";
import { isAlive } from "../../platform/process.ts";
import { testCertificates } from "../testing-certificate.ts";
import { call } from "./client.ts";
import { findProxy } from "./find.ts";
import { joinProxy, keepProxy, type JoinRequest } from "./join.ts";
import { leaseIds } from "./lease.ts";
import { defaultLogFile, keyFile, outputFile, recordFile } from "./places.ts";
import { rememberPort } from "./port.ts";
import { readRecord } from "./record.ts";
import { noteStart } from "./start-lock.ts";
import { ensureProxy, mustReplace, proxyEnvironment } from "./start.ts";
import { stopProxy } from "./stop.ts";
import { testHome, until, words, type TestHome } from "./testing.ts";

const mine: JoinRequest = { pid: process.pid, agent: "claude", profile: "DEFAULT" };
const signal = new AbortController().signal;

/** A home whose proxy takes a free port: others of this machine may run tests, too. */
async function freshHome(): Promise<TestHome> {
  const made = await testHome();
  await rememberPort(made.deps, await freePort());
  return made;
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port = 0 } = probe;
  await probe.stop(true);
  return port;
}

async function stop(made: TestHome): Promise<void> {
  const { pid } = await stopProxy(made.deps, { now: true, signal });
  if (pid !== undefined) await until(() => !isAlive(pid));
}

test("the first session starts the proxy, others join it; with the last one the leases are gone", async () => {
  await using made = await freshHome();
  const first = await joinProxy(made.deps, mine, words);
  const second = await joinProxy(made.deps, { ...mine, agent: "codex", profile: "PROD" }, words);
  expect(second).toMatchObject({ pid: first.pid, url: first.url, port: first.port, leaseId: undefined });
  expect(second.key.reveal()).toBe(first.key.reveal());
  expect(first.caFile).toBeUndefined();
  const found = await findProxy(made.deps);
  expect(found?.record).toMatchObject({ kind: "demand", idleTimeoutMs: 1_800_000, logFile: defaultLogFile(made.deps) });
  expect(await leaseIds(made.deps)).toHaveLength(2);
  await first.release();
  await first.release();
  await second.release();
  expect(await leaseIds(made.deps)).toEqual([]);
  await stop(made);
}, 30_000);

test("two starts at once end with one proxy", async () => {
  await using made = await freshHome();
  const joined = await Promise.all(Array.from({ length: 4 }, () => joinProxy(made.deps, mine, words)));
  expect(new Set(joined.map(({ pid }) => pid)).size).toBe(1);
  await stop(made);
}, 30_000);

test("it is in a session of its own, with room for many requests, and with nothing of the caller's workspace or keys", async () => {
  const foreign = {
    DATABRICKS_TOKEN: "dapi-of-a-shell",
    DATABRICKS_HOST: "https://other.example",
    MORTAR_PROXY_API_KEY: "a-key-of-some-session",
    ANTHROPIC_AUTH_TOKEN: "x",
    DATABRICKS_CONFIG_FILE: "/my/profiles",
    BUN_CONFIG_VERBOSE_FETCH: "curl",
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
  };
  const clean = proxyEnvironment({ ...foreign, HTTPS_PROXY: "http://p", PATH: "/bin" });
  expect(clean).toEqual({
    DATABRICKS_CONFIG_FILE: "/my/profiles",
    HTTPS_PROXY: "http://p",
    PATH: "/bin",
    BUN_CONFIG_MAX_HTTP_REQUESTS: "4096",
  });
  if (process.platform !== "linux") return;
  await using made = await freshHome();
  const deps = { ...made.deps, env: { ...made.deps.env, ...foreign } };
  const { pid } = await joinProxy(deps, mine, words);
  const environment = (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0");
  expect(environment).toContain("BUN_CONFIG_MAX_HTTP_REQUESTS=4096");
  expect(environment.join(" ")).not.toMatch(/dapi-of-a-shell|a-key-of-some-session|VERBOSE_FETCH|REJECT_UNAUTHORIZED/);
  const stat = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  expect([Number(stat[3]), stat[4]]).toEqual([pid, "0"]);
  await stop(made);
}, 30_000);

describe("a session's own settings", () => {
  test("have a lease in its addresses, its key and its port, beside the proxy's", async () => {
    await using made = await freshHome();
    const plain = await joinProxy(made.deps, mine, words);
    const port = await freePort();
    const upstream = { url: "https://gateway.example", trusted: false };
    const own = await joinProxy(made.deps, { ...mine, port, upstream, key: new Secret("a-key-of-one-session") }, words);
    expect(own).toMatchObject({ pid: plain.pid, port, url: `http://127.0.0.1:${port}` });
    expect(own.leaseId).toMatch(/^[0-9a-f]{32}$/);
    expect(own.key.reveal()).toBe("a-key-of-one-session");
    const asked = await call(made.deps, { url: own.url, key: own.key }, { method: "GET", path: "/health" });
    expect(asked?.body).toMatchObject({ leases: [{}, {}] });
    await stop(made);
  }, 30_000);

  test("with TLS get a certificate to trust, and others go on without", async () => {
    await using made = await freshHome();
    const plain = await joinProxy(made.deps, mine, words);
    const { cert, key } = testCertificates([]);
    const tls = { certFile: join(made.home, "cert.pem"), keyFile: join(made.home, "key.pem") };
    await writeFile(tls.certFile, cert);
    await writeFile(tls.keyFile, key);
    const own = await joinProxy(made.deps, { ...mine, tls }, words);
    expect(own).toMatchObject({ pid: plain.pid, caFile: tls.certFile });
    expect(own.url).toStartWith("https://127.0.0.1:");
    expect(own.port).not.toBe(plain.port);
    const again = await joinProxy(made.deps, mine, words);
    expect(again.url).toBe(plain.url);
    await stop(made);
  }, 30_000);

  test.each([
    ["a key that is none", { key: new Secret("short") }, "usage"],
    ["an upstream without TLS", { upstream: { url: "http://gateway.example", trusted: true } }, "config_invalid"],
    ["a log that is no file", { log: { file: tmpdir() } }, "io"],
  ] as const)("that cannot be are refused before anything starts: %s", async (_name, parts, code) => {
    await using made = await freshHome();
    await expect(joinProxy(made.deps, { ...mine, ...parts }, words)).rejects.toMatchObject({ code });
    expect(await leaseIds(made.deps)).toEqual([]);
    expect(await readRecord(made.deps)).toBeUndefined();
  });

  test("with the port of another program are an error, and leave no lease", async () => {
    await using made = await freshHome();
    using taken = Bun.serve({ hostname: "127.0.0.1", port: 0, reusePort: false, fetch: () => new Response("mine") });
    const asking = { ...mine, port: taken.port ?? 0 };
    await expect(joinProxy(made.deps, asking, words)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(`Port ${taken.port} belongs to another program`),
    });
    expect(await leaseIds(made.deps)).toEqual([]);
    await joinProxy(made.deps, mine, words);
    await expect(joinProxy(made.deps, asking, words)).rejects.toMatchObject({ code: "conflict" });
    expect(await leaseIds(made.deps)).toHaveLength(1);
    await stop(made);
  }, 30_000);
});

describe("a proxy that was killed", () => {
  test("is started again while a session lives: on its port, with its key, for its leases", async () => {
    await using made = await freshHome();
    const request = { ...mine, upstream: { url: "https://gateway.example", trusted: false } };
    const joined = await joinProxy(made.deps, request, words);
    const keeper = keepProxy(made.deps, joined, request, words);
    process.kill(joined.pid, "SIGKILL");
    await until(async () => {
      const found = await findProxy(made.deps);
      return found !== undefined && found.record.pid !== joined.pid;
    });
    const peer = { url: joined.url, key: joined.key };
    const asked = await call(made.deps, peer, { method: "GET", path: "/health" });
    expect(asked?.body).toMatchObject({ leases: [{ id: joined.leaseId, agent: "claude" }] });
    await keeper.stop();
    await stop(made);
  }, 30_000);

  test("leaves a record that keeps nobody from starting another one", async () => {
    await using made = await freshHome();
    const joined = await joinProxy(made.deps, mine, words);
    process.kill(joined.pid, "SIGKILL");
    await until(() => !isAlive(joined.pid));
    const again = await joinProxy(made.deps, mine, words);
    expect(again.pid).not.toBe(joined.pid);
    expect(again.url).toBe(joined.url);
    await stop(made);
  }, 30_000);

  test("and one that was stopped on purpose stays stopped", async () => {
    await using made = await freshHome();
    const joined = await joinProxy(made.deps, mine, words);
    const keeper = keepProxy(made.deps, joined, mine, words);
    expect(await stopProxy(made.deps, { now: false, signal })).toEqual({ pid: joined.pid, sessions: 1 });
    await keeper.stop();
    expect(await findProxy(made.deps)).toBeUndefined();
    expect(await readRecord(made.deps)).toBeUndefined();
  }, 30_000);
});

test("one that hangs is said to, and a stop ends it", async () => {
  if (process.platform === "win32") return;
  await using made = await freshHome();
  const joined = await joinProxy(made.deps, mine, words);
  process.kill(joined.pid, "SIGSTOP");
  await expect(joinProxy(made.deps, mine, words)).rejects.toMatchObject({
    code: "unavailable",
    hint: expect.stringContaining("mortar proxy stop"),
  });
  expect(await stopProxy(made.deps, { now: true, signal })).toMatchObject({ pid: joined.pid });
  await until(() => !isAlive(joined.pid));
}, 60_000);

test("a process that has the id of one before, where the system does not tell them apart, is left alone", async () => {
  await using made = await freshHome();
  const joined = await joinProxy(made.deps, mine, words);
  const record = await readRecord(made.deps);
  await stop(made);
  const stranger = Bun.spawn([process.execPath, "-e", "setInterval(() => undefined, 60_000)"]);
  try {
    const { processStart: _, ...left } = { ...record, pid: stranger.pid };
    await writeFile(recordFile(made.deps), JSON.stringify(left));
    expect(await stopProxy(made.deps, { now: true, signal })).toEqual({ pid: undefined, sessions: 0 });
    await writeFile(recordFile(made.deps), JSON.stringify(left));
    const again = await joinProxy(made.deps, mine, words);
    expect(again.url).toBe(joined.url);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    await stop(made);
  } finally {
    stranger.kill("SIGKILL");
  }
}, 30_000);

describe("who looks for a proxy is told why there is none", () => {
  test("when a file is in the place of a folder", async () => {
    await using made = await testHome();
    await mkdir(made.deps.paths.data, { recursive: true });
    await writeFile(made.deps.paths.run, "in the way");
    await expect(joinProxy(made.deps, mine, words)).rejects.toMatchObject({ code: "io" });
  });

  test("when the new one fails: with its own words", async () => {
    await using made = await freshHome();
    await writeFile(join(made.deps.paths.data, "logs"), "in the way");
    await expect(joinProxy(made.deps, mine, words)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/^The proxy did not start: .*proxy\.log/),
    });
    expect(await leaseIds(made.deps)).toEqual([]);
  }, 30_000);

  test("when it ends without a word", async () => {
    await using made = await freshHome();
    await expect(joinProxy(made.deps, mine, [process.execPath, "-e", "process.exit(3)"])).rejects.toMatchObject({
      code: "unavailable",
      message: "The proxy did not start: it ended with exit code 3",
      hint: expect.stringContaining("mortar proxy serve"),
    });
  }, 30_000);
});

test("a corrupt record and a corrupt lease hold nothing up", async () => {
  await using made = await freshHome();
  await mkdir(dirname(recordFile(made.deps)), { recursive: true });
  await writeFile(recordFile(made.deps), "\0\0{");
  const joined = await joinProxy(made.deps, mine, words);
  await writeFile(recordFile(made.deps), '{"pid": 1');
  const again = await joinProxy(made.deps, mine, words);
  expect(again.pid).toBe(joined.pid);
  await stop(made);
}, 30_000);

test("which proxies are replaced", () => {
  const record = {
    pid: 1,
    kind: "demand",
    version: "0.0.0-aaa",
    port: 5_000,
    scheme: "http",
    hostname: "127.0.0.1",
    startedAt: 1,
    idleTimeoutMs: 1_000,
    logFile: "/log",
    verbose: false,
  } as const;
  const current = { ...record, kind: "command", version: "9.0.0" } as const;
  expect(mustReplace(record, { kind: "demand" })).toBe(true);
  expect(mustReplace(current, { kind: "demand" })).toBe(false);
  expect(mustReplace(current, { kind: "demand", port: 6_000, idleTimeoutMs: 5 })).toBe(false);
  expect(mustReplace({ ...current, kind: "demand" }, { kind: "demand" })).toBe(false);
  expect(mustReplace({ ...current, kind: "demand" }, { kind: "command" })).toBe(true);
  expect(mustReplace({ ...current, kind: "service" }, { kind: "command" })).toBe(false);
  expect(mustReplace(current, { kind: "command" })).toBe(false);
  expect(mustReplace(current, { kind: "command", port: 5_000, idleTimeoutMs: 1_000, logFile: "/log" })).toBe(false);
  expect(mustReplace(current, { kind: "command", port: 6_000 })).toBe(true);
  expect(mustReplace(current, { kind: "command", idleTimeoutMs: 0 })).toBe(true);
  expect(mustReplace(current, { kind: "command", verbose: true })).toBe(true);
  expect(mustReplace(current, { kind: "command", tls: { certFile: "/c", keyFile: "/k" } })).toBe(true);
});

test("a session keeps its address when the proxy moves to another port, and the address goes with it", async () => {
  await using made = await freshHome();
  const joined = await joinProxy(made.deps, mine, words);
  const { proxy } = await ensureProxy(made.deps, { kind: "command", port: await freePort() }, { words });
  expect(proxy.url).not.toBe(joined.url);
  const ask = (url: string) => call(made.deps, { url, key: joined.key }, { method: "GET", path: "/health" });
  expect((await ask(joined.url))?.body).toMatchObject({ pid: proxy.record.pid });
  await until(() => !isAlive(joined.pid));
  expect((await ask(joined.url))?.body).toMatchObject({ pid: proxy.record.pid });
  const [id = ""] = await leaseIds(made.deps);
  await call(made.deps, proxy, { method: "POST", path: `/shutdown?lease=${id}` });
  await until(async () => (await ask(joined.url)) === undefined);
  expect(await findProxy(made.deps)).toBeDefined();
  await stop(made);
}, 30_000);

test("what lies on the disk is this user's alone, and no key is in the output", async () => {
  await using made = await freshHome();
  const joined = await joinProxy(made.deps, { ...mine, key: new Secret("a-key-of-one-session") }, words);
  expect(await readFile(outputFile(made.deps), "utf8")).toBe("");
  const key = (await readFile(keyFile(made.deps), "utf8")).trim();
  for (const name of await readdir(made.deps.paths.run, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    if (made.deps.os !== "win32") expect([path, (await stat(path)).mode & 0o077]).toEqual([path, 0]);
    expect(await readFile(path, "latin1")).not.toContain(key);
  }
  await joined.release();
  await ensureProxy(made.deps, { kind: "demand" }, { words });
  await stop(made);
}, 30_000);

test("one whose starter is gone is ended as soon as it is there, and leaves nothing behind that comes later", async () => {
  await using made = await freshHome();
  await mkdir(made.deps.paths.run, { recursive: true });
  const child = Bun.spawn([...words, "proxy", "serve", "--background=demand"], {
    env: proxyEnvironment(made.deps.env),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  noteStart(made.deps, child.pid);
  expect(await stopProxy(made.deps, { now: true, signal })).toMatchObject({ pid: child.pid });
  await child.exited;
  expect(await readRecord(made.deps)).toBeUndefined();
}, 30_000);
