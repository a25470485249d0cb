// A proxy in service in this process: its routes, its port, sessions of their own settings.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dialectUrl } from "../address.ts";
import { httpUpstream } from "../testing.ts";
import { Secret } from "../../platform/secret.ts";
import { call } from "./client.ts";
import { findProxy } from "./find.ts";
import { newLeaseId, writeLease } from "./lease.ts";
import { recordFile } from "./places.ts";
import { rememberedPort, rememberPort } from "./port.ts";
import { testHome, until } from "./testing.ts";
import { foreigner, get, lease, post, serving, urlIn, withKey } from "./testing-serve.ts";

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
