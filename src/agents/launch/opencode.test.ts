// OpenCode's layer: a provider for each dialect, its limits, and what of the person's has to be kept in it.
import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Launch, Prepared } from "./agent.ts";
import { opencode } from "./opencode.ts";
import { key, testMachine, type TestMachine } from "./testing.ts";

let machine: TestMachine;
afterEach(() => machine.dispose());

interface Layer {
  readonly provider: Record<
    string,
    { options: Record<string, unknown>; models: Record<string, Record<string, unknown>> }
  >;
  readonly mcp?: Record<string, unknown>;
  readonly [name: string]: unknown;
}

function layerOf({ env }: Prepared): Layer {
  return JSON.parse(env["OPENCODE_CONFIG_CONTENT"] ?? "") as Layer;
}

async function layer(env: Record<string, string> = {}, launch: Partial<Launch> = {}): Promise<Layer> {
  machine = testMachine(env);
  return layerOf(await machine.prepare(opencode, launch));
}

test("has a provider for each dialect, and the key by the name of its variable", async () => {
  const { provider, model, small_model: small, mcp } = await layer();
  const bases = Object.entries(provider).map(([id, { options }]) => [id, options["baseURL"], options["apiKey"]]);
  const at = "http://127.0.0.1:49153/p/DEFAULT";
  const named = "{env:MORTAR_PROXY_KEY}";
  expect(bases).toEqual([
    ["databricks", `${at}/anthropic/v1`, named],
    ["databricks-openai", `${at}/codex/v1`, named],
    ["databricks-gemini", `${at}/gemini/v1beta`, named],
    ["databricks-chat", `${at}/mlflow/v1`, named],
  ]);
  expect([model, small]).toEqual(["databricks/databricks-claude-opus-5-5", "databricks/databricks-claude-haiku-5-5"]);
  expect(provider["databricks"]?.models["databricks-claude-opus-5-5"]).toMatchObject({
    name: "Claude Opus 5.5",
    options: { toolStreaming: false },
    limit: { context: 200_000, output: 32_000 },
  });
  expect(mcp).toEqual({
    databricks: { type: "local", command: ["/usr/bin/mortar", "mcp", "serve", "--profile", "DEFAULT"], enabled: true },
  });
});

test("has the key in a variable of its own", async () => {
  machine = testMachine();
  const prepared = await machine.prepare(opencode, { words: ["run", "hi"] });
  expect(prepared.env["MORTAR_PROXY_KEY"]).toBe(key);
  expect(prepared.env["OPENCODE_CONFIG_CONTENT"]).not.toContain(key);
  expect(prepared.words).toEqual(["run", "hi"]);
  expect(prepared.files).toEqual([]);
});

test("without models says nothing of models", async () => {
  const found = await layer({}, { models: { listed: [] } });
  expect([found["model"], found["small_model"], found.provider]).toEqual([undefined, undefined, {}]);
});

test("keeps what the variable held", async () => {
  const given = { theme: "x", model: "other/x", provider: { mine: { npm: "y" } }, mcp: { other: { type: "remote" } } };
  const found = await layer({ OPENCODE_CONFIG_CONTENT: JSON.stringify(given) });
  expect(found).toMatchObject({ theme: "x", provider: { mine: { npm: "y" } }, mcp: { other: {}, databricks: {} } });
  expect(found["model"]).toBe("databricks/databricks-claude-opus-5-5");
});

describe("a list of allowed providers", () => {
  test("gets ours, wherever it stands", async () => {
    machine = testMachine();
    machine.write("project/opencode.jsonc", '{ // mine\n "enabled_providers": ["mine"], }');
    expect(layerOf(await machine.prepare(opencode))["enabled_providers"]).toEqual([
      "mine",
      "databricks",
      "databricks-openai",
      "databricks-gemini",
      "databricks-chat",
    ]);
  });

  test("is not made where there is none", async () => {
    expect(await layer()).not.toHaveProperty("enabled_providers");
  });
});

const server = { mcp: { databricks: { type: "local", command: ["x"] } } };
test.each([
  ["global", ".config/opencode/opencode.json", undefined, ""],
  ["global, elsewhere", "xdg/opencode/opencode.jsonc", "XDG_CONFIG_HOME", "xdg"],
  ["project", "project/opencode.json", undefined, ""],
  ["above the project", "opencode.json", undefined, ""],
  ["named", "named.json", "OPENCODE_CONFIG", "named.json"],
])("an MCP server of our name in the %s file stays alone", async (_where, path, variable, below) => {
  machine = testMachine();
  machine.write(path, server);
  const without = layerOf(await machine.prepare(opencode)).mcp;
  // What a variable names is found by it alone.
  expect(without === undefined).toBe(variable === undefined);
  const env = { ...machine.deps.env, ...(variable === undefined ? {} : { [variable]: join(machine.home, below) }) };
  expect(layerOf(await machine.prepare(opencode, {}, env)).mcp).toBeUndefined();
});
