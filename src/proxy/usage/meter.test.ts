import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { resolvePaths } from "../../platform/paths.ts";
import { silentLogger } from "../../platform/log.ts";
import { updateSettings } from "../../platform/settings.ts";
import { httpUpstream, startTestProxy, testDeps, until } from "../testing.ts";
import type { Budget } from "./budget.ts";
import { openMeter, type Meter } from "./meter.ts";
import { localDay, usageReport } from "./report.ts";
import { openUsageStore, readUsageRows, usageFile } from "./store.ts";

const day = "2026-03-01";
let nowMs = 0;
let folder = "";
const warnings: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-usage-"));
  nowMs = new Date(2026, 2, 1, 12).getTime();
  warnings.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function deps() {
  const clock = { now: () => nowMs, sleep: () => Promise.resolve() };
  const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  return testDeps({ clock, log, paths: resolvePaths({ MORTAR_HOME: folder }, "linux") });
}

async function meter(budget?: Budget): Promise<Meter> {
  return openMeter(deps(), { budget: () => budget, prices: new Map() });
}

const message = JSON.stringify({
  model: "databricks-claude-opus-5",
  content: [{ type: "text", text: "x".repeat(5_000) }],
  usage: { input_tokens: 1_000_000, output_tokens: 100_000, cache_read_input_tokens: 200_000 },
});
const stream = `event: message_start\ndata: ${JSON.stringify({ message: { model: "m-2", usage: { input_tokens: 7, output_tokens: 1 } } })}\n\n`;

const path = "/p/team/anthropic/v1/messages";
const body = '{"model":"m-asked"}';

describe("the meter", () => {
  test("counts by day, profile, agent, session and model, and the answer is what it was", async () => {
    const counting = await meter();
    await using upstream = httpUpstream(
      () => new Response(message, { headers: { "content-type": "application/json" } }),
    );
    await using proxy = await startTestProxy(upstream.url, { filters: [counting.filter] });
    const headers = { "user-agent": "claude-cli/2.1.0 (external)", "x-claude-code-session-id": "s-1" };
    for (const _time of [1, 2])
      expect(await (await proxy.call(path, { method: "POST", body, headers })).text()).toBe(message);
    counting.close();
    const rows = await readUsageRows(deps(), day);
    expect(rows).toEqual([
      expect.objectContaining({
        day,
        profile: "team",
        session: "s-1",
        model: "databricks-claude-opus-5",
        requests: 2,
        input: 2_000_000,
      }),
    ]);
    expect(rows[0]?.agent).toBe("claude-cli");
  });

  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ] as const)("reads %s along, and passes it as it came", async (encoding, compress) => {
    const counting = await meter();
    const bytes = Uint8Array.from(compress(message));
    await using upstream = httpUpstream(() => new Response(bytes, { headers: { "content-encoding": encoding } }));
    await using proxy = await startTestProxy(upstream.url, { filters: [counting.filter] });
    const answer = await proxy.call(path, { method: "POST", body });
    expect(Buffer.from(await answer.bytes()).equals(bytes)).toBe(true);
    // The decoder works after the client has its answer.
    while (counting.spentToday() === 0) await new Promise((resolve) => setImmediate(resolve));
    counting.close();
    expect(await readUsageRows(deps(), day)).toMatchObject([{ input: 1_000_000, cacheRead: 200_000 }]);
  });

  test("counts what there was when the client leaves in the middle", async () => {
    const counting = await meter();
    let left: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    await using upstream = httpUpstream(() => {
      const endless = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(stream)),
        cancel: () => left?.(),
      });
      return new Response(endless, { headers: { "content-type": "text/event-stream" } });
    });
    await using proxy = await startTestProxy(upstream.url, { filters: [counting.filter] });
    const leaving = new AbortController();
    const answer = await proxy.call(path, { method: "POST", body, signal: leaving.signal });
    const first = await answer.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toBe(stream);
    leaving.abort();
    await gone;
    counting.close();
    expect(await readUsageRows(deps(), day)).toMatchObject([{ model: "m-2", input: 7, output: 1 }]);
  });

  test("leaves alone what costs nothing, and what failed", async () => {
    const counting = await meter();
    await using upstream = httpUpstream(
      ({ target }) => new Response(message, { status: target.includes("count") ? 200 : 500 }),
    );
    await using proxy = await startTestProxy(upstream.url, { filters: [counting.filter] });
    await proxy.call(`${path}/count_tokens`, { method: "POST", body });
    await proxy.call(path, { method: "POST", body });
    counting.close();
    expect(await readUsageRows(deps(), day)).toEqual([]);
  });
});

describe("the budget", () => {
  const budget: Budget = { dailyUsd: 10, warnAt: 0.5 };

  test("warns once, then stops the day, and the next day begins anew", async () => {
    const counting = await meter(budget);
    await using upstream = httpUpstream(() => new Response(message));
    await using proxy = await startTestProxy(upstream.url, { filters: [counting.filter] });
    const call = async () => {
      const answer = await proxy.call(path, { method: "POST", body });
      return [answer.status, await answer.text()] as const;
    };
    expect((await call())[0]).toBe(200);
    expect(counting.spentToday()).toBeCloseTo(5 + 2.5 + 0.1);
    expect(warnings).toEqual([expect.stringContaining("$7.60 of the daily budget of $10.00")]);
    expect((await call())[0]).toBe(200);
    const [status, text] = await call();
    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ type: "error", error: { type: "permission_error" } });
    expect(text).toContain("config budget");
    expect(upstream.received).toHaveLength(2);
    expect(warnings).toHaveLength(1);
    nowMs += 86_400_000;
    expect((await call())[0]).toBe(200);
    counting.close();
  });

  test("knows what was spent before the proxy was started again", async () => {
    const store = await openUsageStore(deps());
    const key = { day, profile: "p", agent: "", session: "", model: "claude-opus-5" };
    store.add(key, { input: 4_000_000, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 });
    store.close();
    const counting = await meter(budget);
    expect(counting.spentToday()).toBeCloseTo(20);
    counting.close();
  });
});

describe("the budget of requests at once", () => {
  // Real time: requests wait for each other.
  const at = () => testDeps({ paths: resolvePaths({ MORTAR_HOME: folder }, "linux") });
  const prices = new Map([["m", { input: 0, output: 1_000_000, cacheRead: 0, cacheWrite: 0 }]]);
  const open = (dailyUsd: number) => openMeter(at(), { budget: () => ({ dailyUsd, warnAt: 1 }), prices });
  const asking = JSON.stringify({ model: "m", max_tokens: 4 });
  const costs = (output: number): string =>
    JSON.stringify({ model: "m", usage: { input_tokens: 1, output_tokens: output } });

  /** A workspace that answers when it is told to. */
  function slowUpstream(output: number) {
    const gates: (() => void)[] = [];
    const upstream = httpUpstream(async () => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return new Response(costs(output));
    });
    return { ...upstream, gates, url: upstream.url };
  }

  test("is not gone over by more than one of them, over two proxies", async () => {
    const meters = [await open(10), await open(10)];
    const upstream = slowUpstream(4);
    await using first = await startTestProxy(upstream.url, { filters: meters.slice(0, 1).map(({ filter }) => filter) });
    await using second = await startTestProxy(upstream.url, { filters: meters.slice(1).map(({ filter }) => filter) });
    const answers = Array.from({ length: 12 }, async (_none, index) => {
      const answer = await [first, second][index % 2]?.call(path, { method: "POST", body: asking });
      await answer?.text();
      return answer?.status;
    });
    // 4 dollars each: a third one may go over the limit, a fourth one waits.
    await until(() => upstream.gates.length === 3);
    const released = Promise.all(answers);
    for (const gate of upstream.gates.splice(0)) gate();
    const statuses = await released;
    expect(upstream.received).toHaveLength(3);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 403)).toHaveLength(9);
    for (const one of meters) one.close();
    expect(await readUsageRows(at(), "2000-01-01")).toMatchObject([{ requests: 3, output: 12 }]);
    await upstream[Symbol.asyncDispose]();
  }, 20_000);

  test("is free again where a request costs less, fails, or is left", async () => {
    const counting = await open(10);
    const upstream = slowUpstream(0);
    await using proxy = await startTestProxy(upstream.url, { filters: [counting.filter] });
    const leaving = new AbortController();
    const left = proxy.call(path, { method: "POST", body: asking.replace("4", "100"), signal: leaving.signal });
    left.catch(() => undefined);
    await until(() => upstream.gates.length === 1);
    const next = proxy.call(path, { method: "POST", body: asking });
    leaving.abort();
    // It may pass only when nothing is set aside any more.
    await until(() => upstream.gates.length === 2);
    upstream.gates[1]?.();
    expect((await next).status).toBe(200);
    counting.close();
    await upstream[Symbol.asyncDispose]();
  });

  test("does not count what a proxy that is gone has left", async () => {
    const counting = await open(10);
    const store = await openUsageStore(at());
    const { Database } = await import("bun:sqlite");
    using database = new Database(usageFile(at()));
    const child = Bun.spawn([process.execPath, "--version"], { stdin: "ignore", stdout: "ignore" });
    await child.exited;
    database.run("INSERT INTO held VALUES ('other', 1, ?, ?, 100, ?)", [child.pid, localDay(Date.now()), Date.now()]);
    expect(store.ledger.heldByOthers(localDay(Date.now()), Date.now())).toBe(0);
    database.run("INSERT INTO held VALUES ('other', 1, ?, ?, 100, ?)", [process.pid, localDay(Date.now()), Date.now()]);
    expect(store.ledger.heldByOthers(localDay(Date.now()), Date.now())).toBe(100);
    store.close();
    counting.close();
  });

  test("is warned of once, by all proxies and also after a new start", async () => {
    const budget: Budget = { dailyUsd: 10, warnAt: 0.5 };
    await using upstream = httpUpstream(() => new Response(message));
    for (const _start of [1, 2]) {
      const counting = await meter(budget);
      await using proxy = await startTestProxy(upstream.url, { filters: [counting.filter] });
      expect((await proxy.call(path, { method: "POST", body })).status).toBe(200);
      counting.close();
    }
    expect(warnings).toHaveLength(1);
  });
});

describe("the report", () => {
  test("sums by what is asked, names what has no price, and knows a person's own prices", async () => {
    const store = await openUsageStore(deps());
    const counts = { input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    const base = { profile: "p", agent: "a", session: "s" };
    store.add({ ...base, day, model: "system.ai.claude-sonnet-5" }, counts);
    store.add({ ...base, day: "2026-02-28", model: "my-model" }, counts);
    store.add({ ...base, day: "2026-01-01", model: "my-model" }, counts);
    store.close();
    const report = await usageReport(deps(), "model", 7);
    expect(report.sinceDay).toBe("2026-02-23");
    expect(report.total).toMatchObject({ requests: 2, input: 2_000_000, cost: 12, unpriced: ["my-model"] });
    expect(report.groups.map(({ name, cost }) => [name, cost])).toEqual([
      ["system.ai.claude-sonnet-5", 12],
      ["my-model", undefined],
    ]);
    await updateSettings(deps(), "usage", () => ({
      prices: { "my-model": { input: 1, output: 2 }, bad: { input: "x" } },
    }));
    expect((await usageReport(deps(), "day", 7)).groups.map(({ name, cost }) => [name, cost])).toEqual([
      [day, 12],
      ["2026-02-28", 3],
    ]);
  });

  test.skipIf(process.platform === "win32")("is read by nobody else", async () => {
    const store = await openUsageStore(deps());
    const counts = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    store.add({ day, profile: "p", agent: "", session: "", model: "m" }, counts);
    store.flush();
    const data = deps().paths.data;
    const names = (await readdir(data)).filter((name) => name.startsWith("usage.db"));
    expect(names).toContain("usage.db-wal");
    for (const name of names) expect((await stat(join(data, name))).mode & 0o777).toBe(0o600);
    store.close();
  });

  test("is empty where nothing was counted, and makes no file", async () => {
    expect((await usageReport(deps(), "day", 1)).total).toMatchObject({ requests: 0, cost: undefined });
    expect(await Bun.file(join(folder, "usage.db")).exists()).toBe(false);
  });
});
