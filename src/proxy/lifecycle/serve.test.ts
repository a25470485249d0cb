// A proxy in service in this process: its routes, its addresses, its record, its end.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dialectUrl } from "../address.ts";
import { httpUpstream } from "../testing.ts";
import { testCertificates } from "../testing-certificate.ts";
import type { Clock } from "../../platform/deps.ts";
import { Secret } from "../../platform/secret.ts";
import { call, type Answer } from "./client.ts";
import { findProxy, type FoundProxy } from "./find.ts";
import { newLeaseId, writeLease, type Lease } from "./lease.ts";
import { readKey, replaceKey } from "./local-key.ts";
import { recordFile } from "./places.ts";
import { rememberedPort, rememberPort } from "./port.ts";
import { readRecord, type ProxyRecord } from "./record.ts";
import { serveProxy, type ServeEnd, type ServeOptions } from "./serve.ts";
import { nextTurn, testHome, until, type TestHome } from "./testing.ts";

interface Serving extends AsyncDisposable {
  readonly found: FoundProxy;
  readonly ended: Promise<ServeEnd>;
  end(): void;
}

async function serving(made: TestHome, parts: Partial<ServeOptions> = {}): Promise<Serving> {
  const done = new AbortController();
  const ready = Promise.withResolvers<ProxyRecord>();
  const settings = { idleTimeoutMs: 0, logFile: join(made.home, "proxy.log"), verbose: false, ...parts.settings };
  const ended = serveProxy(made.deps, {
    kind: "foreground",
    port: 0,
    background: false,
    signal: done.signal,
    onReady: ready.resolve,
    ...parts,
    settings,
  });
  ended.catch(ready.reject);
  await ready.promise;
  const found = await findProxy(made.deps);
  if (found === undefined) throw new Error("it is not found");
  const end = (): void => done.abort();
  return {
    found,
    ended,
    end,
    [Symbol.asyncDispose]: async () => {
      end();
      await ended;
    },
  };
}

function lease(parts: Partial<Lease> = {}): Lease {
  return { id: newLeaseId(), pid: process.pid, agent: "claude", profile: "DEFAULT", ...parts };
}

const get = (url: string, init: BunFetchRequestInit = {}): Promise<Response> => fetch(url, { ...init, proxy: false });
const post = (url: string, init: BunFetchRequestInit = {}): Promise<Response> => get(url, { method: "POST", ...init });

function urlIn(answer: Answer | undefined): string {
  const { url } = (answer?.body ?? {}) as { url?: unknown };
  return String(url);
}

function withKey({ key }: FoundProxy): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${key.reveal()}` } };
}

/** Takes a port as another program would. */
function foreigner(port = 0) {
  return Bun.serve({ hostname: "127.0.0.1", port, reusePort: false, fetch: () => Response.json({ tool: "other" }) });
}

describe("/health", () => {
  test("has the fields that older tools look for, and nothing that is not everybody's", async () => {
    await using made = await testHome();
    await using proxy = await serving(made);
    await writeLease(made.deps, lease({ profile: "SECRET-PROFILE" }));
    const answer = await get(`${proxy.found.url}/health`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const body = (await answer.json()) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(["pid", "status", "tool", "version", "program"]);
    expect(body).toMatchObject({ pid: process.pid, tool: "databricks-claude", status: "ok" });
  });

  test("says daemon of a service", async () => {
    await using made = await testHome();
    await using proxy = await serving(made, { kind: "service" });
    expect(await (await get(`${proxy.found.url}/health`)).json()).toMatchObject({ daemon: true });
  });

  test("tells the holder of the key who uses it, and no key of anybody", async () => {
    await using made = await testHome();
    await using proxy = await serving(made);
    await writeLease(made.deps, lease({ key: new Secret("a-key-of-one-session") }));
    await post(`${proxy.found.url}/leases`, withKey(proxy.found));
    const text = await (await get(`${proxy.found.url}/health`, withKey(proxy.found))).text();
    expect(JSON.parse(text)).toMatchObject({ leases: [{ agent: "claude", profile: "DEFAULT" }], in_flight: 0 });
    expect(text).not.toContain("a-key-of-one-session");
    expect(text).not.toContain(proxy.found.key.reveal());
  });
});

describe("/shutdown", () => {
  test("needs the key or a lease", async () => {
    await using made = await testHome();
    await using proxy = await serving(made, { kind: "demand" });
    const { url } = proxy.found;
    expect((await post(`${url}/shutdown`)).status).toBe(401);
    expect((await post(`${url}/shutdown?lease=${newLeaseId()}`)).status).toBe(401);
    expect((await post(`${url}/shutdown?stop=now`, { headers: { "x-api-key": "proxy-managed" } })).status).toBe(401);
    expect((await post(`${url}/leases`)).status).toBe(401);
    const asked = await get(`${url}/shutdown`);
    expect([asked.status, asked.headers.get("allow")]).toEqual([405, "POST"]);
    expect(await findProxy(made.deps)).toBeDefined();
  });

  test("of a session ends its lease; the last one ends a proxy that an agent started", async () => {
    await using made = await testHome();
    await using proxy = await serving(made, { kind: "demand" });
    const [one, other] = [lease(), lease()];
    await writeLease(made.deps, one);
    await writeLease(made.deps, other);
    await post(`${proxy.found.url}/leases`, withKey(proxy.found));
    const first = await post(`${proxy.found.url}/shutdown?lease=${one.id}`);
    expect(await first.json()).toEqual({ remaining: 1, exiting: false });
    // With the key of the proxy, and with no word of stopping it.
    const asked = await post(`${proxy.found.url}/shutdown`, withKey(proxy.found));
    expect(await asked.json()).toEqual({ remaining: 1, exiting: false });
    const last = await post(`${proxy.found.url}/shutdown?lease=${other.id}`);
    expect(await last.json()).toEqual({ remaining: 0, exiting: true });
    expect(await proxy.ended).toBe("stopped");
    expect(existsSync(recordFile(made.deps))).toBe(false);
  });

  test.each(["command", "foreground", "service"] as const)(
    "of the last session leaves one that is wanted: %s",
    async (kind) => {
      await using made = await testHome();
      await using proxy = await serving(made, { kind });
      const mine = lease();
      await writeLease(made.deps, mine);
      await post(`${proxy.found.url}/leases`, withKey(proxy.found));
      const answer = await post(`${proxy.found.url}/shutdown?lease=${mine.id}`);
      expect(await answer.json()).toEqual({ remaining: 0, exiting: false });
      const stopped = await post(`${proxy.found.url}/shutdown?stop`, withKey(proxy.found));
      expect(await stopped.json()).toEqual({ remaining: 0, exiting: true });
      expect(await proxy.ended).toBe("stopped");
    },
  );
});

describe("the port", () => {
  test("that another program has is left to it: another one is chosen and remembered", async () => {
    await using made = await testHome();
    using taken = foreigner();
    await rememberPort(made.deps, taken.port ?? 0);
    await using proxy = await serving(made, { port: undefined });
    expect(proxy.found.record.port).not.toBe(taken.port);
    expect(await rememberedPort(made.deps)).toBe(proxy.found.record.port);
    expect(await readFile(join(made.home, "proxy.log"), "utf8")).toContain("belongs to another program");
  });

  test("that was asked for and is another program's is an error that names it", async () => {
    await using made = await testHome();
    using taken = foreigner();
    await expect(serving(made, { port: taken.port })).rejects.toMatchObject({
      code: "conflict",
      message: `Port ${taken.port} belongs to another program`,
    });
    expect(existsSync(recordFile(made.deps))).toBe(false);
  });

  test("is not shared with a program that asks for sharing, nor with the proxy of another home", async () => {
    await using made = await testHome();
    await using other = await testHome();
    await using proxy = await serving(made);
    const { port } = proxy.found.record;
    await expect(serving(other, { port })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a session's own settings", () => {
  test("its key is accepted while its lease lives, and its upstream gets its requests alone", async () => {
    await using made = await testHome();
    await using upstream = httpUpstream(() => Response.json({ served: true }));
    await using proxy = await serving(made);
    await mkdir(made.home, { recursive: true });
    await writeFile(join(made.home, ".databrickscfg"), "[DEFAULT]\nhost = https://w.example\ntoken = dapi-x\n");
    const key = new Secret("a-key-of-one-session");
    const mine = lease({ key, upstream: { url: upstream.url, trusted: false } });
    await writeLease(made.deps, mine);
    await call(made.deps, proxy.found, { method: "POST", path: `/leases?id=${mine.id}` });
    const base = dialectUrl(proxy.found.url, "DEFAULT", "anthropic", mine.id);
    const init = { headers: { "x-api-key": key.reveal() }, body: "{}" };
    expect((await post(`${base}/v1/messages`, init)).status).toBe(200);
    expect(upstream.received).toHaveLength(1);
    // Not the profile's workspace: it gets no token.
    expect(upstream.received[0]?.headers.get("authorization")).toBeNull();
    await post(`${proxy.found.url}/shutdown?lease=${mine.id}`);
    expect((await post(`${base}/v1/messages`, init)).status).toBe(401);
    expect((await post(`${base}/v1/messages`, { ...withKey(proxy.found), body: "{}" })).status).toBe(404);
    expect(upstream.received).toHaveLength(1);
  });

  test("its own port is listened on while its lease lives", async () => {
    await using made = await testHome();
    await using proxy = await serving(made);
    const mine = lease({ listen: { port: 0 } });
    await writeLease(made.deps, mine);
    const answer = await call(made.deps, proxy.found, { method: "POST", path: `/leases?id=${mine.id}` });
    const url = urlIn(answer);
    expect(url).not.toBe(proxy.found.url);
    expect((await get(`${url}/health`)).status).toBe(200);
    await post(`${proxy.found.url}/shutdown?lease=${mine.id}`);
    await until(() =>
      get(`${url}/health`).then(
        () => false,
        () => true,
      ),
    );
    expect((await get(`${proxy.found.url}/health`)).status).toBe(200);
  });

  test("a lease that names a port of another program is refused, with the reason", async () => {
    await using made = await testHome();
    await using proxy = await serving(made);
    using taken = foreigner();
    const mine = lease({ listen: { port: taken.port ?? 0 } });
    await writeLease(made.deps, mine);
    const answer = await call(made.deps, proxy.found, { method: "POST", path: `/leases?id=${mine.id}` });
    expect(answer).toMatchObject({ status: 409, body: { error: expect.stringContaining(String(taken.port)) } });
  });
});

describe("TLS", () => {
  async function certificate(made: TestHome, names: readonly string[]) {
    const { ca, cert, key } = testCertificates(names);
    const files = { certFile: join(made.home, "cert.pem"), keyFile: join(made.home, "key.pem") };
    await writeFile(files.certFile, cert);
    await writeFile(files.keyFile, key);
    return { ca, files };
  }

  test("with a certificate: it is found, and answers those who trust it", async () => {
    await using made = await testHome();
    const { ca, files } = await certificate(made, ["localhost"]);
    await using proxy = await serving(made, {
      settings: { idleTimeoutMs: 0, logFile: join(made.home, "proxy.log"), verbose: false, tls: files },
    });
    expect(proxy.found.url).toStartWith("https://127.0.0.1:");
    expect((await get(`${proxy.found.url}/health`, { tls: { ca } })).status).toBe(200);
    await expect(get(`${proxy.found.url}/health`)).rejects.toThrow();
  });

  test("for one session beside a proxy without it", async () => {
    await using made = await testHome();
    await using proxy = await serving(made);
    const { ca, files } = await certificate(made, []);
    const mine = lease({ listen: { port: 0, tls: files } });
    await writeLease(made.deps, mine);
    const answer = await call(made.deps, proxy.found, { method: "POST", path: `/leases?id=${mine.id}` });
    const url = urlIn(answer);
    expect(url).toStartWith("https://127.0.0.1:");
    expect((await get(`${url}/health`, { tls: { ca } })).status).toBe(200);
    expect((await get(`${proxy.found.url}/health`)).status).toBe(200);
  });

  test.each([
    ["a certificate that is none", "certFile", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
    ["a file that is no PEM", "keyFile", "hello"],
  ] as const)("%s is an error before anything listens", async (_name, which, text) => {
    await using made = await testHome();
    const { files } = await certificate(made, []);
    await writeFile(files[which], text);
    const settings = { idleTimeoutMs: 0, logFile: join(made.home, "proxy.log"), verbose: false, tls: files };
    await expect(serving(made, { settings })).rejects.toMatchObject({ code: "config_invalid" });
    expect(existsSync(recordFile(made.deps))).toBe(false);
  });
});

describe("the key", () => {
  test("that a person replaces holds at once, and the old one no longer", async () => {
    await using made = await testHome();
    await using proxy = await serving(made);
    const before = withKey(proxy.found);
    await replaceKey(made.deps, new Secret("a-key-of-my-own-0123"));
    await until(async () => (await findProxy(made.deps)) !== undefined);
    expect((await post(`${proxy.found.url}/leases`, before)).status).toBe(401);
  });

  test("lies in no log, and not in the record", async () => {
    await using made = await testHome();
    await using proxy = await serving(made, {
      settings: { idleTimeoutMs: 0, logFile: join(made.home, "proxy.log"), verbose: true },
    });
    await get(`${proxy.found.url}/v1/models`, withKey(proxy.found));
    const key = (await readKey(made.deps))?.reveal() ?? "";
    for (const file of [recordFile(made.deps), join(made.home, "proxy.log")]) {
      expect(await readFile(file, "utf8")).not.toContain(key);
    }
    proxy.end();
  });
});

describe("the log", () => {
  test("has a line for each request with --verbose, and a session's own file has that session's", async () => {
    await using made = await testHome();
    await using upstream = httpUpstream(() => Response.json({ served: true }));
    const logFile = join(made.home, "proxy.log");
    const settings = { idleTimeoutMs: 0, logFile, verbose: true, upstream: { url: upstream.url, trusted: false } };
    await using proxy = await serving(made, { settings });
    await writeFile(join(made.home, ".databrickscfg"), "[DEFAULT]\nhost = https://w.example\ntoken = dapi-x\n");
    const file = join(made.home, "session.log");
    const mine = lease({ log: { file, verbose: true } });
    await writeLease(made.deps, mine);
    const ask = (id?: string): Promise<Response> =>
      post(`${dialectUrl(proxy.found.url, "DEFAULT", "anthropic", id)}/v1/messages?beta=true`, {
        ...withKey(proxy.found),
        body: '{"messages":"words of a person"}',
      });
    await ask();
    await ask(mine.id);
    const [all, own] = await Promise.all([readFile(logFile, "utf8"), readFile(file, "utf8")]);
    const line = /POST anthropic \/v1\/messages: 200 in \d+ ms \(profile DEFAULT/g;
    expect([all.match(line)?.length, own.match(line)?.length]).toEqual([2, 1]);
    expect(all + own).not.toContain("words of a person");
  });
});

describe("its record", () => {
  test("is written again when it is lost or damaged, and it is found without", async () => {
    await using made = await testHome();
    // It looks after itself four times in this time, and does not end: a session uses it.
    const settings = { idleTimeoutMs: 400, logFile: join(made.home, "proxy.log"), verbose: false };
    await writeLease(made.deps, lease());
    await using proxy = await serving(made, { settings, port: freePort() });
    for (const damage of [() => rm(recordFile(made.deps)), () => writeFile(recordFile(made.deps), '{"pid":')]) {
      await damage();
      expect((await findProxy(made.deps))?.record.pid).toBe(process.pid);
      await until(async () => (await readRecord(made.deps))?.pid === process.pid);
    }
    expect(proxy.found.record.pid).toBe(process.pid);
  });

  test("that cannot be written is an error, and nothing goes on listening", async () => {
    await using made = await testHome();
    // As on a disk that is full: the file cannot be put there.
    await mkdir(join(recordFile(made.deps), "in-the-way"), { recursive: true });
    const port = freePort();
    await expect(serving(made, { port })).rejects.toMatchObject({ code: "io" });
    await expect(get(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  });

  test("of a process that has gone, or is somebody else's by now, is passed over", async () => {
    await using made = await testHome();
    await mkdir(dirname(recordFile(made.deps)), { recursive: true });
    const left = { ...staleRecord, logFile: join(made.home, "x.log") };
    for (const pid of [2 ** 22 + 1, process.pid]) {
      await writeFile(recordFile(made.deps), JSON.stringify({ ...left, pid, processStart: "long ago" }));
      expect(await findProxy(made.deps)).toBeUndefined();
      await using proxy = await serving(made);
      expect(proxy.found.record.pid).toBe(process.pid);
    }
  });
});

describe("a daemon", () => {
  test("says to the holder of its key which profile it is on and when its token ends, as older programs look for it", async () => {
    await using made = await testHome();
    await writeFile(join(made.home, ".databrickscfg"), "[DEFAULT]\nhost = https://w.example\ntoken = x\n");
    await using proxy = await serving(made, { kind: "service" });
    const { url, key } = proxy.found;
    const open = (await (await get(`${url}/health`)).json()) as Record<string, unknown>;
    expect(open).toMatchObject({ daemon: true, status: "ok" });
    expect(Object.keys(open)).not.toContainAnyValues(["profile", "token_valid_until", "proxy"]);
    const answer = await call(made.deps, { url, key }, { method: "GET", path: "/health" });
    // A personal token does not say when it ends.
    expect(answer?.body).toMatchObject({ daemon: true, profile: "DEFAULT", settings_trouble: null });
    expect(answer?.body).not.toHaveProperty("token_valid_until");
  });

  test("has no /shutdown for sessions that it does not know, and goes on", async () => {
    await using made = await testHome();
    await using proxy = await serving(made, { kind: "service" });
    const { url, key } = proxy.found;
    const answer = await get(`${url}/shutdown`, { method: "POST", headers: { "x-api-key": key.reveal() } });
    expect([answer.status, await answer.text()]).toEqual([404, "404 page not found\n"]);
    const held = lease();
    await writeLease(made.deps, held);
    await call(made.deps, { url, key }, { method: "POST", path: `/leases?id=${held.id}` });
    expect(await call(made.deps, { url, key }, { method: "POST", path: `/shutdown?lease=${held.id}` })).toEqual({
      status: 200,
      body: { remaining: 0, exiting: false },
    });
    expect((await get(`${url}/health`)).status).toBe(200);
  });
});

function freePort(): number {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port = 0 } = probe;
  void probe.stop(true);
  return port;
}

const staleRecord = {
  kind: "demand",
  version: "0.0.1",
  port: 1,
  scheme: "http",
  hostname: "127.0.0.1",
  startedAt: 1,
  idleTimeoutMs: 1,
  verbose: false,
};

describe("the end for want of use", () => {
  /** A clock on which a look after itself takes a millisecond, whatever time passes between two of them. */
  function fastClock() {
    let passedMs = 0;
    let looks = 0;
    const clock: Clock = {
      now: () => 1_700_000_000_000 + passedMs,
      sleep: async (ms, signal) => {
        await nextTurn();
        signal?.throwIfAborted();
        passedMs += ms;
        looks += 1;
      },
    };
    return { clock, looks: () => looks };
  }

  const halfAnHour = (made: TestHome) => ({
    idleTimeoutMs: 30 * 60_000,
    logFile: join(made.home, "proxy.log"),
    verbose: false,
  });

  // Twice as many as half an hour has.
  const manyLooks = 720;

  test("comes although somebody asks after its health all the time", async () => {
    const { clock, looks } = fastClock();
    await using made = await testHome({ clock });
    await using proxy = await serving(made, { settings: halfAnHour(made), kind: "command" });
    const url = `${proxy.found.url}/health?challenge=aaaaaaaaaaaaaaaaaaaa`;
    await until(() =>
      get(url).then(
        () => false,
        () => true,
      ),
    );
    expect(await proxy.ended).toBe("idle");
    expect(looks()).toBeGreaterThanOrEqual(360);
    expect(existsSync(recordFile(made.deps))).toBe(false);
  });

  test("does not come while a stream runs, and comes after it", async () => {
    const { clock, looks } = fastClock();
    await using made = await testHome({ clock });
    const gate = Promise.withResolvers<void>();
    await using upstream = httpUpstream(async () => {
      await gate.promise;
      return new Response("done");
    });
    await writeFile(join(made.home, ".databrickscfg"), "[DEFAULT]\nhost = https://w.example\ntoken = dapi-x\n");
    const settings = { ...halfAnHour(made), upstream: { url: upstream.url, trusted: false } };
    await using proxy = await serving(made, { settings });
    const answer = post(`${dialectUrl(proxy.found.url, "DEFAULT", "anthropic")}/v1/messages`, {
      ...withKey(proxy.found),
      body: "{}",
    });
    await until(() => upstream.received.length === 1);
    const before = looks();
    await until(() => looks() > before + manyLooks);
    gate.resolve();
    expect(await (await answer).text()).toBe("done");
    expect(await proxy.ended).toBe("idle");
  });

  test("does not come while a session has a lease", async () => {
    const { clock, looks } = fastClock();
    await using made = await testHome({ clock });
    const mine = lease();
    await writeLease(made.deps, mine);
    await using proxy = await serving(made, { settings: halfAnHour(made), kind: "command" });
    await until(() => looks() > manyLooks);
    expect(await findProxy(made.deps)).toBeDefined();
    await post(`${proxy.found.url}/shutdown?lease=${mine.id}`);
    expect(await proxy.ended).toBe("idle");
  });

  test.each([
    ["to a service", "service", 30 * 60_000],
    ["with 0", "command", 0],
  ] as const)("never comes %s", async (_name, kind, idleTimeoutMs) => {
    const { clock, looks } = fastClock();
    await using made = await testHome({ clock });
    await using proxy = await serving(made, { settings: { ...halfAnHour(made), idleTimeoutMs }, kind });
    await until(() => looks() > manyLooks);
    expect(await findProxy(made.deps)).toBeDefined();
    proxy.end();
    expect(await proxy.ended).toBe("stopped");
  });
});

test("a stop lets a running stream end", async () => {
  await using made = await testHome();
  const gate = Promise.withResolvers<void>();
  await using upstream = httpUpstream(
    () =>
      new Response(
        new ReadableStream({
          start: async (stream) => {
            stream.enqueue(new TextEncoder().encode("first "));
            await gate.promise;
            stream.enqueue(new TextEncoder().encode("last"));
            stream.close();
          },
        }),
      ),
  );
  await writeFile(join(made.home, ".databrickscfg"), "[DEFAULT]\nhost = https://w.example\ntoken = dapi-x\n");
  const settings = {
    idleTimeoutMs: 0,
    logFile: join(made.home, "proxy.log"),
    verbose: false,
    upstream: { url: upstream.url, trusted: false },
  };
  await using proxy = await serving(made, { settings });
  const answer = await post(`${dialectUrl(proxy.found.url, "DEFAULT", "anthropic")}/v1/messages`, {
    ...withKey(proxy.found),
    body: "{}",
  });
  proxy.end();
  await until(() => !existsSync(recordFile(made.deps)));
  gate.resolve();
  expect(await answer.text()).toBe("first last");
  expect(await proxy.ended).toBe("stopped");
});
