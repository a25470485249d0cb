// The models of a workspace: which fill which role, and what holds while the workspace does not answer.
import { afterEach, describe, expect, test } from "bun:test";
import type { Fetch } from "../../platform/deps.ts";
import { chooseModels, discoverModels } from "./discover.ts";
import { bareName, titleOf, withLongContext } from "./models.ts";
import { testMachine, type TestMachine } from "./testing.ts";

let machine: TestMachine | undefined;
afterEach(() => machine?.dispose());

const endpoint = (name: string, ...types: readonly string[]) => ({
  name,
  config: { served_entities: [{ foundation_model: { api_types: types } }] },
});

const list = {
  endpoints: [
    endpoint("databricks-claude-opus-4-8", "anthropic/v1/messages", "mlflow/v1/chat/completions"),
    endpoint("databricks-claude-opus-4-10", "anthropic/v1/messages"),
    endpoint("databricks-claude-sonnet-5", "anthropic/v1/messages"),
    endpoint("databricks-claude-sonnet-4-9", "anthropic/v1/messages"),
    endpoint("databricks-gpt-5-6", "openai/v1/responses"),
    endpoint("databricks-gpt-5-6-codex", "openai/v1/responses"),
    endpoint("databricks-gemini-3-5-flash", "gemini/v1/generateContent"),
    endpoint("databricks-llama", "mlflow/v1/chat/completions"),
    endpoint("databricks-bge", "mlflow/v1/embeddings"),
    { name: "mine" },
    "odd",
  ],
};

const credentials = {
  host: "https://dbc-1.cloud.databricks.com",
  headers: async () => ({ Authorization: "Bearer x" }),
};

test("the newest of each family fills its role, by what it answers to", async () => {
  machine = testMachine();
  const asked: string[] = [];
  const fetch: Fetch = async (input) => {
    asked.push(String(input));
    return Response.json(list);
  };
  const deps = { ...machine.deps, fetch };
  const models = await discoverModels(deps, credentials);
  expect(models).toMatchObject({
    opus: "databricks-claude-opus-4-10",
    sonnet: "databricks-claude-sonnet-5",
    haiku: undefined,
    codex: "databricks-gpt-5-6-codex",
    gemini: "databricks-gemini-3-5-flash",
    geminiFast: "databricks-gemini-3-5-flash",
    chat: "databricks-llama",
  });
  expect(models.listed).toHaveLength(8);
  expect(await discoverModels(deps, credentials)).toEqual(models);
  expect(asked).toEqual([`${credentials.host}/api/2.0/serving-endpoints:foundation-models`]);
});

describe("a workspace that does not answer", () => {
  const fails: Fetch = () => Promise.reject(new Error("no network"));

  test("leaves what it said before", async () => {
    machine = testMachine();
    const before = await discoverModels({ ...machine.deps, fetch: async () => Response.json(list) }, credentials);
    const clock = { ...machine.deps.clock, now: () => Date.now() + 7_200_000 };
    expect(await discoverModels({ ...machine.deps, clock, fetch: fails }, credentials)).toEqual(before);
  });

  test.each<[string, Fetch]>([
    ["is gone", fails],
    ["refuses", async () => new Response("no", { status: 403 })],
    ["sends something else", async () => new Response("<html>")],
  ])("and %s leaves no roles", async (_how, fetch) => {
    machine = testMachine();
    expect(await discoverModels({ ...machine.deps, fetch }, credentials)).toEqual(chooseModels([]));
  });

  test("ends with whoever waits for it", async () => {
    machine = testMachine();
    const stop = new AbortController();
    const fetch: Fetch = async (_input, init) => {
      stop.abort();
      init?.signal?.throwIfAborted();
      return new Response();
    };
    await expect(discoverModels({ ...machine.deps, fetch }, credentials, stop.signal)).rejects.toThrow();
  });
});

describe("names", () => {
  test.each([
    ["system.ai.claude-opus-5-5", "claude-opus-5-5", "Claude Opus 5.5"],
    ["databricks-gpt-5-6-codex", "gpt-5-6-codex", "GPT 5.6 Codex"],
    ["databricks-gpt-oss-120b", "gpt-oss-120b", "GPT OSS 120b"],
    ["main.mine.other", "other", "Other"],
  ])("%s", (id, bare, title) => {
    expect([bareName(id), titleOf(id)]).toEqual([bare, title]);
  });

  test.each([
    ["databricks-claude-opus-4-6", true],
    ["system.ai.claude-sonnet-4-8", true],
    ["databricks-claude-opus-4-5", false],
    ["databricks-claude-haiku-4-8", false],
    ["databricks-claude-opus-5-5", false],
    ["databricks-claude-sonnet-5", false],
  ])("%s is marked for the long context: %p", (id, marked) => {
    expect(withLongContext(id)).toBe(marked ? `${id}[1m]` : id);
  });
});
