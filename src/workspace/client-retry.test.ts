import { describe, expect, test } from "bun:test";
import { failureOf, inTurn, refusal, serve, testClock, workspaceAt, type Reply } from "./testing.ts";

const get = { method: "GET", path: "/api/2.0/x" } as const;
const post = { method: "POST", path: "/api/2.0/x", body: {} } as const;
const ok = (): Reply => ({ ok: 1 });
const slow = (headers?: Record<string, string>) => (): Reply =>
  refusal(429, "RESOURCE_EXHAUSTED", "Slow down", headers);

describe("429 and 503", () => {
  test.each([429, 503])("%d waits as Retry-After says, for every method", async (status) => {
    await using server = serve(inTurn(() => refusal(status, "X", "m", { "retry-after": "7" }), ok));
    const clock = testClock();
    expect(await workspaceAt(server.host, { clock }).client.json(post)).toEqual({ ok: 1 });
    expect(clock.sleeps).toEqual([7000]);
    expect(server.received.length).toBe(2);
  });

  test("a date is a Retry-After too", async () => {
    const clock = testClock();
    const date = new Date(clock.now() + 12_000).toUTCString();
    await using server = serve(inTurn(slow({ "retry-after": date }), ok));
    await workspaceAt(server.host, { clock }).client.json(get);
    expect(clock.sleeps).toEqual([12_000]);
  });

  test("RetryInfo among the details says it where the header is missing", async () => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retry_delay: "3s" }];
    const busy = () => Response.json({ error_code: "RESOURCE_EXHAUSTED", message: "m", details }, { status: 429 });
    await using server = serve(inTurn(busy, ok));
    const clock = testClock();
    await workspaceAt(server.host, { clock }).client.json(get);
    expect(clock.sleeps).toEqual([3000]);
  });

  test("else the waits grow, with jitter", async () => {
    await using server = serve(inTurn(slow(), slow(), slow(), ok));
    const clock = testClock();
    await workspaceAt(server.host, { clock }).client.json(get);
    expect(clock.sleeps.length).toBe(3);
    for (const [index, ms] of clock.sleeps.entries()) {
      expect(ms).toBeGreaterThanOrEqual((index + 1) * 1000 + 50);
      expect(ms).toBeLessThan((index + 1) * 1000 + 750);
    }
  });

  test("300 seconds in all, then the error says how long it waited", async () => {
    await using server = serve(slow({ "retry-after": "100" }));
    const clock = testClock();
    const error = await failureOf(workspaceAt(server.host, { clock }).client.json(get));
    expect(error.code).toBe("rate_limited");
    expect(error.hint).toContain("Waited 300 seconds");
    expect(clock.sleeps).toEqual([100_000, 100_000, 100_000]);
    expect(server.received.length).toBe(4);
  });

  test("a time limit that ends the wait says how long the workspace asked to wait", async () => {
    await using server = serve(slow({ "retry-after": "120" }));
    const limit = new AbortController();
    const call = failureOf(
      workspaceAt(server.host, {
        clock: testClock(() => limit.abort(new DOMException("over", "TimeoutError"))),
      }).client.json({ ...get, signal: limit.signal }),
    );
    expect(await call).toMatchObject({
      code: "rate_limited",
      message: expect.stringContaining("Slow down"),
      hint: expect.stringContaining("The workspace asks to wait 120 seconds."),
    });
  });

  test("a person who ends the wait has ended it, and nothing else is said", async () => {
    await using server = serve(slow({ "retry-after": "120" }));
    const person = new AbortController();
    const { client } = workspaceAt(server.host, { clock: testClock(() => person.abort()) });
    await expect(client.json({ ...get, signal: person.signal })).rejects.toHaveProperty("name", "AbortError");
  });

  test("asked to wait for longer than that, it does not wait at all", async () => {
    await using server = serve(slow({ "retry-after": "3600" }));
    const clock = testClock();
    const error = await failureOf(workspaceAt(server.host, { clock }).client.json(get));
    expect(error.hint).toContain("3600 seconds");
    expect(clock.sleeps).toEqual([]);
  });

  test("a token that was renewed meanwhile is used after the wait", async () => {
    await using server = serve(inTurn(slow({ "retry-after": "1" }), ok));
    let turn = 0;
    const headers = async () => ({ Authorization: `Bearer token-${++turn}` });
    await workspaceAt(server.host, { credentials: { headers } }).client.json(get);
    expect(server.received.map((request) => request.headers.get("authorization"))).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
  });
});

describe("5xx", () => {
  const broken = (status: number, body: object | string) => (): Reply =>
    typeof body === "string" ? new Response(body, { status }) : Response.json(body, { status });

  test.each<[string, number, object | string]>([
    ["a bad gateway", 502, "<html><title>Bad Gateway</title></html>"],
    ["a gateway's time-out", 504, ""],
    ["an internal error", 500, { error_code: "INTERNAL_ERROR", message: "m" }],
    ["a 500 without words", 500, ""],
    ["a known passing failure", 500, { error: "Timed out after 30 s waiting for the worker" }],
  ])("%s on GET passes", async (_name, status, body) => {
    await using server = serve(inTurn(broken(status, body), ok));
    expect(await workspaceAt(server.host).client.json(get)).toEqual({ ok: 1 });
    expect(server.received.length).toBe(2);
  });

  test("but never on POST: it may have happened", async () => {
    await using server = serve(broken(502, ""));
    const error = await failureOf(workspaceAt(server.host).client.json(post));
    expect(error.code).toBe("unavailable");
    expect(server.received.length).toBe(1);
  });

  test("a POST that may be repeated is", async () => {
    await using server = serve(inTurn(broken(502, ""), ok));
    await workspaceAt(server.host).client.json({ ...post, idempotent: true });
    expect(server.received.length).toBe(2);
  });

  test("three times at most", async () => {
    await using server = serve(broken(502, ""));
    await failureOf(workspaceAt(server.host).client.json(get));
    expect(server.received.length).toBe(4);
  });

  test.each<[string, number, object]>([
    ["a fact told as a 500 of API 1.2", 500, { error: "ContextNotFound: c" }],
    ["not implemented", 501, { error_code: "NOT_IMPLEMENTED", message: "m" }],
    ["bad input", 400, { error_code: "INVALID_PARAMETER_VALUE", message: "m" }],
  ])("%s is not asked again", async (_name, status, body) => {
    await using server = serve(broken(status, body));
    await failureOf(workspaceAt(server.host).client.json(get));
    expect(server.received.length).toBe(1);
  });
});

describe("abort", () => {
  test("before the request, nothing is sent", async () => {
    await using server = serve(ok);
    const error = await failureOf(workspaceAt(server.host).client.json({ ...get, signal: AbortSignal.abort() }));
    expect(error.code).toBe("interrupted");
    expect(server.received.length).toBe(0);
  });

  test("during the request, it ends at once, and is not taken for a time-out or a broken network", async () => {
    const controller = new AbortController();
    await using server = serve(() => {
      controller.abort();
      return new Promise<Reply>(() => {});
    });
    const error = await failureOf(workspaceAt(server.host).client.json({ ...get, signal: controller.signal }));
    expect(error.code).toBe("interrupted");
    expect(server.received.length).toBe(1);
  });

  test("during the wait before a retry, nothing more is sent", async () => {
    await using server = serve(slow({ "retry-after": "30" }));
    const controller = new AbortController();
    const clock = testClock(() => controller.abort());
    const error = await failureOf(
      workspaceAt(server.host, { clock }).client.json({ ...get, signal: controller.signal }),
    );
    expect(error.code).toBe("interrupted");
    expect(server.received.length).toBe(1);
  });

  test("while the answer's body still comes", async () => {
    const controller = new AbortController();
    await using server = serve(() => {
      const body = new ReadableStream({
        start: (stream) => stream.enqueue(new TextEncoder().encode('{"a":')),
        pull: () => controller.abort(),
      });
      return new Response(body);
    });
    const error = await failureOf(workspaceAt(server.host).client.json({ ...get, signal: controller.signal }));
    expect(error.code).toBe("interrupted");
  });

  test("the token's source gets the signal", async () => {
    await using server = serve(ok);
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const headers = async (options?: { signal?: AbortSignal | undefined }) => {
      seen.push(options?.signal);
      return { Authorization: "Bearer x" };
    };
    await workspaceAt(server.host, { credentials: { headers } }).client.json({ ...get, signal });
    expect(seen).toEqual([signal]);
  });

  test("the caller's own reason goes through", async () => {
    const { MortarError } = await import("../platform/errors.ts");
    const reason = new MortarError("timeout", "My own limit");
    const request = { ...get, signal: AbortSignal.abort(reason) };
    await using server = serve(ok);
    expect(await failureOf(workspaceAt(server.host).client.json(request))).toBe(reason);
  });
});
