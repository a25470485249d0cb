import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "./testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

const list = "GET /api/2.0/workspace/list?path=/";

test("429 with Retry-After, as often as told, then all is well", async () => {
  await emulator.control("POST faults", { kind: "status", path: "/api/**", status: 429, retry_after: 7, times: 2 });
  for (let round = 0; round < 2; round++) {
    const answer = await emulator.call(list);
    expect(answer).toMatchObject({ status: 429, json: { error_code: "REQUEST_LIMIT_EXCEEDED" } });
    expect(answer.headers.get("retry-after")).toBe("7");
  }
  expect((await emulator.call(list)).status).toBe(200);
});

test.each([
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [500, "INTERNAL_ERROR"],
  [503, "TEMPORARILY_UNAVAILABLE"],
  [418, "UNKNOWN"],
])("status %d carries %s", async (status, code) => {
  await emulator.control("POST faults", { kind: "status", status });
  const answer = await emulator.call(list);
  expect(answer.status).toBe(status);
  expect(answer.json["error_code"]).toBe(code);
});

test("the body can be dictated, and has the shape of its API", async () => {
  const fault = { kind: "status", status: 400, error_code: "FEATURE_DISABLED", message: "No serverless", times: 0 };
  await emulator.control("POST faults", fault);
  expect((await emulator.call(list)).json).toEqual({ error_code: "FEATURE_DISABLED", message: "No serverless" });
  expect((await emulator.call("GET /api/1.2/contexts/status")).json).toEqual({ error: "No serverless" });
  expect((await emulator.call("GET /api/2.0/preview/scim/v2/Me")).json).toMatchObject({ detail: "No serverless" });
});

test("HTML at 200, garbage, an empty body, a redirect to the login page", async () => {
  for (const kind of ["html", "garbage", "empty", "redirect"]) await emulator.control("POST faults", { kind });
  const html = await emulator.call(list);
  expect(html.status).toBe(200);
  expect(html.headers.get("content-type")).toContain("text/html");
  const garbage = await emulator.call(list);
  expect(garbage.headers.get("content-type")).toBe("application/json");
  expect(() => JSON.parse(garbage.text)).toThrow();
  expect(await emulator.call(list)).toMatchObject({ status: 200, text: "" });
  const redirect = await emulator.call(list);
  expect(redirect.status).toBe(302);
  expect(redirect.headers.get("location")).toBe("/login.html");
  expect((await emulator.call(list)).status).toBe(200);
});

test("an answer of any content comes instead of the workspace's own", async () => {
  const body = { objects: [], next_page_token: "again" };
  await emulator.control("POST faults", { kind: "answer", body, times: 2 });
  for (let round = 0; round < 2; round++) expect(await emulator.call(list)).toMatchObject({ status: 200, json: body });
  expect((await emulator.call(list)).json).not.toEqual(body);
  expect((await emulator.control("POST faults", { kind: "answer" })).status).toBe(400);
});

test("a reset comes before any byte, a truncation after some", async () => {
  // A client may send a request again by itself when a kept connection breaks before the answer.
  await emulator.control("POST faults", { kind: "reset", path: "/api/**", times: 0 });
  await expect(emulator.call(list)).rejects.toMatchObject({ code: "ECONNRESET" });
  await emulator.control("DELETE faults");
  await emulator.control("POST faults", { kind: "truncate", bytes: 5 });
  const response = await fetch(`${emulator.host}/api/2.0/workspace/list?path=/`, {
    headers: { authorization: `Bearer ${emulator.token}` },
  });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('{"obj');
  await expect(reader?.read()).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("a hanging answer never comes, and the client can leave", async () => {
  await emulator.control("POST faults", { kind: "hang" });
  const leave = new AbortController();
  const waiting = fetch(`${emulator.host}/api/2.0/workspace/list?path=/`, {
    headers: { authorization: `Bearer ${emulator.token}` },
    signal: leave.signal,
  });
  const { promise: met, resolve } = Promise.withResolvers<void>();
  const watch = setInterval(() => (emulator.faults.list()[0]?.hits === 1 ? resolve() : undefined), 1);
  await met;
  clearInterval(watch);
  leave.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
});

test("latency asks the clock, then answers as ever", async () => {
  await emulator.dispose();
  const slept: number[] = [];
  const { testDeps } = await import("./testing.ts");
  const deps = testDeps();
  const clock = { now: deps.clock.now, sleep: async (ms: number) => void slept.push(ms) };
  emulator = await startTestEmulator({ deps: { ...deps, clock } });
  await emulator.control("POST faults", { kind: "latency", delay_ms: 1234 });
  expect((await emulator.call(list)).status).toBe(200);
  expect(slept).toContain(1234);
});

test("what was just made is not there for the first reads of each address", async () => {
  await emulator.control("POST faults", {
    kind: "stale",
    method: "GET",
    path: "/api/2.0/workspace/get-status",
    reads: 2,
  });
  const read = (path: string) => emulator.call(`GET /api/2.0/workspace/get-status?path=${path}`);
  expect([(await read("/Shared")).status, (await read("/Shared")).status, (await read("/Shared")).status]).toEqual([
    404, 404, 200,
  ]);
  expect((await read("/Users")).status).toBe(404);
});

test("what was just made can be written, although it is not read yet", async () => {
  await emulator.control("POST faults", { kind: "stale", path: "/api/2.0/workspace/**", reads: 1 });
  const folder = { body: { path: "/Shared/lagging" } };
  expect((await emulator.call("POST /api/2.0/workspace/mkdirs", folder)).status).toBe(200);
  const read = "GET /api/2.0/workspace/get-status?path=/Shared/lagging";
  expect([(await emulator.call(read)).status, (await emulator.call(read)).status]).toEqual([404, 200]);
});

describe("matching", () => {
  test("method, glob and after", async () => {
    await emulator.control("POST faults", { kind: "status", method: "post", path: "/api/2.0/workspace/*", after: 1 });
    const makeFolder = () => emulator.call("POST /api/2.0/workspace/mkdirs", { body: { path: "/Shared/x" } });
    expect((await emulator.call(list)).status).toBe(200);
    expect((await makeFolder()).status).toBe(200);
    expect((await makeFolder()).status).toBe(503);
    expect((await makeFolder()).status).toBe(200);
  });

  test("a fault does not open what needs a token", async () => {
    await emulator.control("POST faults", { kind: "latency", times: 0 });
    expect((await emulator.call(list, { token: null })).status).toBe(401);
  });

  test("rules are listed with their hits, and removed one by one or all", async () => {
    const first = await emulator.control("POST faults", { kind: "status", path: "/a" });
    await emulator.control("POST faults", { kind: "empty", path: "/b" });
    await emulator.call("GET /a");
    const { json } = await emulator.control("GET faults");
    expect(json["faults"]).toEqual([
      expect.objectContaining({ kind: "status", path: "/a", hits: 1 }),
      expect.objectContaining({ kind: "empty", path: "/b", hits: 0 }),
    ]);
    expect((await emulator.control(`DELETE faults/${first.json["id"]}`)).json).toEqual({ removed: true });
    expect((await emulator.control(`DELETE faults/${first.json["id"]}`)).json).toEqual({ removed: false });
    await emulator.control("DELETE faults");
    expect(emulator.faults.list()).toEqual([]);
  });

  test.each([
    [{ kind: "explode" }, "kind must be one of"],
    [{ kind: "status", tmes: 1 }, "unknown field tmes"],
    [{ kind: "status", times: -1 }, "times must be a whole number"],
    [{ kind: "status", path: 5 }, "path must be a text"],
    [{ kind: "status", status: 99 }, "status must be"],
    [{ kind: "html", status: 204 }, "status must be"],
    [{ kind: "status", status: 70_000 }, "status must be"],
    [{ kind: "status", retry_after: "1\r\nset-cookie: x=y" }, "retry_after must be"],
  ])("%j is refused", async (fault, why) => {
    const answer = await emulator.control("POST faults", fault);
    expect(answer.status).toBe(400);
    expect(String(answer.json["message"])).toContain(why);
  });
});

test("switches are read and set, and nothing else is", async () => {
  const { json } = await emulator.control("PATCH switches", { serverless: false, clusterStartMs: 5 });
  expect(json).toMatchObject({ serverless: false, clusterStartMs: 5 });
  expect(emulator.world.switches.serverless).toBe(false);
  for (const body of ['{"servrless":true}', '{"serverless":"no"}', '{"clusterStartMs":-1}', '{"__proto__":{"a":1}}']) {
    expect((await emulator.control("PATCH switches", body)).status).toBe(400);
  }
});

test("the log says what was asked and what was laid over it", async () => {
  await emulator.control("DELETE requests");
  await emulator.control("POST faults", { kind: "status", status: 429, path: "/api/2.0/workspace/list" });
  await emulator.call(list, { headers: { "user-agent": "test/1" } });
  const { json } = await emulator.control("GET requests");
  expect(json["requests"]).toEqual([
    expect.objectContaining({
      method: "GET",
      path: "/api/2.0/workspace/list",
      query: "path=%2F",
      status: 429,
      fault: "status",
      userAgent: "test/1",
    }),
  ]);
});
