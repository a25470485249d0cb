import { describe, expect, test } from "bun:test";
import type { UpstreamFamily } from "../family.ts";
import { fixedUpstream, httpUpstream, startTestProxy } from "../testing.ts";
import { modelNames, workspaceModel } from "./model-names.ts";

describe("a model's name on a workspace", () => {
  test.each<[string, UpstreamFamily, string]>([
    ["claude-sonnet-4-6", "model-services", "system.ai.claude-sonnet-4-6"],
    ["claude-sonnet-4-6", "ai-gateway", "databricks-claude-sonnet-4-6"],
    ["claude-sonnet-4-6", "serving-endpoints", "databricks-claude-sonnet-4-6"],
    ["claude-sonnet-5", "model-services", "system.ai.claude-sonnet-5"],
    ["claude-fable-5-1[1m]", "model-services", "system.ai.claude-fable-5-1"],
    ["claude-haiku-4-5-20251001", "model-services", "system.ai.claude-haiku-4-5"],
    ["claude-opus-4.8", "model-services", "system.ai.claude-opus-4-8"],
    ["claude-3-7-sonnet-latest", "ai-gateway", "databricks-claude-3-7-sonnet"],
    ["system.ai.claude-opus-5-5[1m]", "model-services", "system.ai.claude-opus-5-5"],
    ["system.ai.claude-opus-5-5", "serving-endpoints", "databricks-claude-opus-5-5"],
    ["system.ai.claude-opus-5-5", "ai-gateway", "system.ai.claude-opus-5-5"],
    ["model-services/system.ai.gpt-5-6", "model-services", "system.ai.gpt-5-6"],
    ["databricks-claude-opus-4-8", "model-services", "databricks-claude-opus-4-8"],
    ["main.agents.team-opus", "model-services", "main.agents.team-opus"],
    ["main.agents.claude-x[1m]", "model-services", "main.agents.claude-x"],
    ["gpt-5.6-codex", "model-services", "system.ai.gpt-5-6-codex"],
    ["models/gemini-4-pro", "model-services", "system.ai.gemini-4-pro"],
    ["my-endpoint", "serving-endpoints", "my-endpoint"],
    ["claudette", "model-services", "claudette"],
    ["", "model-services", ""],
  ])("%s with %s is %s", (name, family, expected) => {
    expect(workspaceModel(name, family)).toBe(expected);
    expect(workspaceModel(expected, family)).toBe(expected);
  });
});

async function sent(path: string, body: string, family: UpstreamFamily = "model-services") {
  await using upstream = httpUpstream(() => Response.json({}));
  const target = fixedUpstream(upstream.url, { family: () => Promise.resolve(family) });
  await using proxy = await startTestProxy(target, { filters: [modelNames] });
  await proxy.call(`/p/DEFAULT/${path}`, { method: "POST", body });
  const [request] = upstream.received;
  return { target: request?.target, text: request?.text };
}

describe("the request", () => {
  test("keeps every byte but the name", async () => {
    const rest =
      '"messages":[{"role":"user","content":"say \\"model\\":\\"claude-x-1\\" é"}],"n":12345678901234567890,"f":1.0}';
    const { text } = await sent("anthropic/v1/messages", `{ "model" : "claude-opus-5-5[1m]", ${rest}`);
    expect(text).toBe(`{ "model" : "system.ai.claude-opus-5-5", ${rest}`);
  });

  test.each([
    '{"model":"system.ai.claude-opus-5-5","messages":[]}',
    '{"model":"databricks-claude-opus-5-5"}',
    '{"messages":[{"model":"claude-opus-4-8"}],"model":"main.agents.x"}',
    '{"model":5}',
    "not json, model claude-opus-4-8",
    '{"model":"claude-opus-4-8", nothing}',
    '{"model":"claude-opus-4-8"]',
    '{,"model":"claude-opus-4-8"}',
  ])("stays as it is: %s", async (body) => {
    expect((await sent("anthropic/v1/messages", body)).text).toBe(body);
  });

  test("of the other dialects too", async () => {
    expect((await sent("codex/v1/responses", '{"model":"gpt-5-6"}')).text).toBe('{"model":"system.ai.gpt-5-6"}');
    expect((await sent("mlflow/v1/chat/completions", '{"model":"kimi-k2"}')).text).toBe(
      '{"model":"system.ai.kimi-k2"}',
    );
    const gemini = await sent("gemini/v1beta/models/gemini-4-pro:generateContent?alt=sse", "{}");
    expect(gemini.target).toBe("/ai-gateway/gemini/v1beta/models/system.ai.gemini-4-pro:generateContent?alt=sse");
  });

  test("to the oldest paths gets the endpoint's name", async () => {
    const { text, target } = await sent(
      "anthropic/v1/messages",
      '{"model":"system.ai.claude-opus-5-5"}',
      "serving-endpoints",
    );
    expect(text).toBe('{"model":"databricks-claude-opus-5-5"}');
    expect(target).toBe("/serving-endpoints/anthropic/v1/messages");
  });
});
