// A proxy in service in this process: its TLS, its key, its log, its record, its end.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dialectUrl } from "../address.ts";
import { httpUpstream } from "../testing.ts";
import { testCertificates } from "../testing-certificate.ts";
import type { Clock } from "../../platform/deps.ts";
import { Secret } from "../../platform/secret.ts";
import { call } from "./client.ts";
import { findProxy } from "./find.ts";
import { writeLease } from "./lease.ts";
import { readKey, replaceKey } from "./local-key.ts";
import { recordFile } from "./places.ts";
import { readRecord } from "./record.ts";
import { nextTurn, testHome, until, type TestHome } from "./testing.ts";
import { freePort, get, lease, post, serving, urlIn, withKey, staleRecord } from "./testing-serve.ts";

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
