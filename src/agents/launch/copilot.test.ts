// Copilot's variables: which dialect a model is asked in, and what must not contradict them.
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { copilot } from "./copilot.ts";
import { fileOf, key, testMachine, type TestMachine } from "./testing.ts";

let machine: TestMachine;
afterEach(() => machine.dispose());

const base = "http://127.0.0.1:49153/p/DEFAULT";

test.each([
  ["the workspace's best", [], {}, "databricks-claude-opus-5-5", "mlflow/v1", "completions"],
  ["of OpenAI, by a flag", ["--model", "databricks-gpt-5-6"], {}, "databricks-gpt-5-6", "codex/v1", "responses"],
  ["of OpenAI, by its full name", ["--model=system.ai.gpt-5-6"], {}, "system.ai.gpt-5-6", "codex/v1", "responses"],
  ["open", ["--model", "databricks-gpt-oss-120b"], {}, "databricks-gpt-oss-120b", "mlflow/v1", "completions"],
  [
    "of the environment",
    [],
    { COPILOT_MODEL: "databricks-qwen3-next" },
    "databricks-qwen3-next",
    "mlflow/v1",
    "completions",
  ],
])("a model that is %s", async (_which, words, env, model, path, wire) => {
  machine = testMachine(env);
  const prepared = await machine.prepare(copilot, { words, server: undefined });
  expect(prepared.env).toMatchObject({
    COPILOT_PROVIDER_TYPE: "openai",
    COPILOT_PROVIDER_BASE_URL: `${base}/${path}`,
    COPILOT_PROVIDER_WIRE_API: wire,
    COPILOT_PROVIDER_BEARER_TOKEN: key,
    COPILOT_MODEL: model,
    COPILOT_OFFLINE: "true",
  });
  expect(prepared.words).toEqual([...words]);
});

test("ways to other models are taken out", async () => {
  machine = testMachine({ COPILOT_PROVIDER_API_KEY: "x", COPILOT_PROVIDER_WIRE_MODEL: "y", COPILOT_OFFLINE: "false" });
  const { env } = await machine.prepare(copilot);
  expect(env).toHaveProperty("COPILOT_PROVIDER_API_KEY", undefined);
  expect(env).toHaveProperty("COPILOT_PROVIDER_WIRE_MODEL", undefined);
  expect(env["COPILOT_OFFLINE"]).toBe("false");
});

test("the MCP server stands in a file, unless one of its name is there", async () => {
  machine = testMachine();
  const prepared = await machine.prepare(copilot, { words: ["-p", "hi"] });
  expect(prepared.words).toEqual([`--additional-mcp-config=@${join(machine.folder, "mcp.json")}`, "-p", "hi"]);
  expect(fileOf(prepared, "mcp.json")).toMatchObject({
    mcpServers: { databricks: { command: "/usr/bin/mortar", tools: ["*"] } },
  });
  machine.write(".copilot/mcp-config.json", { mcpServers: { databricks: {} } });
  expect((await machine.prepare(copilot, { words: ["-p", "hi"] })).words).toEqual(["-p", "hi"]);
});

test("without any model it is said", async () => {
  machine = testMachine();
  expect((await machine.prepare(copilot, { models: { listed: [] } })).notes.join()).toContain("--model");
});
