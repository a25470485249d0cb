import { expect, test } from "bun:test";
import { httpUpstream, localKey, startTestProxy, upstreamToken } from "./testing.ts";

test("a request reaches the workspace under its dialect's path, with the profile's token", async () => {
  await using upstream = httpUpstream(() => Response.json({ id: "msg_1" }, { headers: { "request-id": "r1" } }));
  await using proxy = await startTestProxy(upstream.url);
  const response = await proxy.call("/p/DEFAULT/anthropic/v1/messages?beta=true", {
    method: "POST",
    body: '{"model":"m"}',
    headers: { "anthropic-version": "2023-06-01", "user-agent": "claude-cli/2.1", "content-type": "application/json" },
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ id: "msg_1" });
  expect(response.headers.get("request-id")).toBe("r1");
  const [seen] = upstream.received;
  expect(seen?.target).toBe("/ai-gateway/anthropic/v1/messages?beta=true");
  expect(seen?.text).toBe('{"model":"m"}');
  expect(seen?.headers.get("authorization")).toBe(`Bearer ${upstreamToken}`);
  expect(seen?.headers.get("x-databricks-use-coding-agent-mode")).toBe("true");
  expect(seen?.headers.get("anthropic-version")).toBe("2023-06-01");
  expect(seen?.headers.get("user-agent")).toBe("claude-cli/2.1");
  expect(JSON.stringify(Object.fromEntries(seen?.headers ?? []))).not.toContain(localKey);
});

test("without the key nothing is forwarded", async () => {
  await using upstream = httpUpstream(() => Response.json({}));
  await using proxy = await startTestProxy(upstream.url);
  const response = await proxy.call("/v1/messages", { method: "POST", body: "{}", headers: { authorization: "no" } });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ type: "error", error: { type: "authentication_error" } });
  expect(upstream.received).toEqual([]);
});

test("/health is open and says nothing secret", async () => {
  await using proxy = await startTestProxy("http://127.0.0.1:1");
  const response = await fetch(`${proxy.url}/health`, { proxy: false });
  expect(await response.json()).toEqual({ status: "ok", tool: "mortar", version: "1.2.3", pid: process.pid });
});
