// Every dialect through the proxy to the emulated workspace, streamed and whole, and through a broken stream.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "../emulator/testing-server.ts";
import { fixedUpstream, startTestProxy, type TestProxy } from "./testing.ts";

let emulator: TestEmulator;
let proxy: TestProxy;
beforeAll(async () => {
  emulator = await startTestEmulator({ scenario: { turns: [{ text: "Hello there, agent.", split_bytes: 7 }] } });
  const headers = () => Promise.resolve({ Authorization: `Bearer ${emulator.token}` });
  proxy = await startTestProxy(fixedUpstream(emulator.host, { headers }));
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await emulator.dispose();
});

const user = [{ role: "user", content: "Hi" }];
const claude = { model: "system.ai.claude-sonnet-4-6", max_tokens: 100, messages: user };
const gemini = { contents: [{ role: "user", parts: [{ text: "Hi" }] }] };
const geminiPath = "/p/DEFAULT/gemini/v1beta/models/system.ai.gemini-2-5-pro";

test.each<[string, string, object]>([
  ["Anthropic Messages", "/p/DEFAULT/anthropic/v1/messages?beta=true", claude],
  ["Anthropic Messages, streamed", "/p/DEFAULT/anthropic/v1/messages", { ...claude, stream: true }],
  ["Anthropic Messages at the root", "/v1/messages", claude],
  ["Responses", "/p/DEFAULT/codex/v1/responses", { model: "system.ai.gpt-5-1-codex", input: "Hi" }],
  ["Responses, streamed", "/responses", { model: "system.ai.gpt-5-1-codex", input: "Hi", stream: true }],
  ["Gemini", `${geminiPath}:generateContent`, gemini],
  ["Gemini, streamed", `${geminiPath}:streamGenerateContent?alt=sse`, gemini],
  [
    "chat completions",
    "/p/DEFAULT/mlflow/v1/chat/completions",
    { model: "system.ai.claude-sonnet-4-6", messages: user },
  ],
])("%s", async (_name, path, body) => {
  const headers = { "content-type": "application/json", "anthropic-version": "2023-06-01" };
  const response = await proxy.call(path, { method: "POST", body: JSON.stringify(body), headers });
  const text = await response.text();
  expect([response.status, text.slice(0, 500)]).toEqual([200, expect.any(String)]);
  const said = text.match(/Hello|there|agent/g) ?? [];
  expect(new Set(said)).toEqual(new Set(["Hello", "there", "agent"]));
});

test("a stream that the workspace breaks is broken, and the next request works", async () => {
  await emulator.control("POST faults", { kind: "truncate", path: "/ai-gateway/**", bytes: 100 });
  const ask = () => proxy.call("/v1/messages", { method: "POST", body: JSON.stringify({ ...claude, stream: true }) });
  await expect(ask().then((response) => response.text())).rejects.toThrow();
  expect((await ask()).status).toBe(200);
});

test("a login page in place of an answer is told as what it is", async () => {
  await emulator.control("POST faults", { kind: "redirect", path: "/ai-gateway/**" });
  const response = await proxy.call("/v1/messages", { method: "POST", body: JSON.stringify(claude) });
  expect(response.status).toBe(502);
  expect(await response.text()).toContain("login page");
});
