// Claude Code's settings file: what it says, what of the person's it keeps, and when it has no MCP server in it.
import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { Secret } from "../../platform/secret.ts";
import type { Prepared } from "./agent.ts";
import { claude } from "./claude.ts";
import { fileOf, key, testMachine, type TestMachine } from "./testing.ts";

let machine: TestMachine;
afterEach(() => machine.dispose());

function settingsOf(prepared: Prepared): { env: Record<string, string> } & Record<string, unknown> {
  return fileOf(prepared, "settings.json") as never;
}

describe("settings", () => {
  test("lead to the proxy, with the key in the file alone", async () => {
    machine = testMachine();
    const prepared = await machine.prepare(claude, { words: ["-p", "hi"] });
    const { env } = settingsOf(prepared);
    expect(env).toMatchObject({
      ANTHROPIC_BASE_URL: "http://127.0.0.1:49153/p/DEFAULT/anthropic",
      ANTHROPIC_AUTH_TOKEN: key,
      CLAUDE_CODE_USE_GATEWAY: "1",
      ANTHROPIC_DEFAULT_OPUS_MODEL: "databricks-claude-opus-5-5",
      ANTHROPIC_DEFAULT_OPUS_MODEL_NAME: "Opus 5.5",
      ANTHROPIC_DEFAULT_SONNET_MODEL: "databricks-claude-sonnet-4-6[1m]",
      ANTHROPIC_DEFAULT_HAIKU_MODEL: "databricks-claude-haiku-5-5",
    });
    expect(env).not.toHaveProperty("ANTHROPIC_MODEL");
    expect(env).not.toHaveProperty("ANTHROPIC_DEFAULT_FABLE_MODEL");
    expect(JSON.stringify([prepared.words, prepared.env])).not.toContain(key);
    expect(prepared.words).toEqual([
      `--settings=${join(machine.folder, "settings.json")}`,
      `--mcp-config=${join(machine.folder, "mcp.json")}`,
      "-p",
      "hi",
    ]);
  });

  test.each([
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
    "CLAUDE_CODE_USE_FOUNDRY",
    "CLAUDE_CODE_USE_MANTLE",
    "CLAUDE_CODE_USE_ANTHROPIC_AWS",
    "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "ANTHROPIC_API_KEY",
  ])("%s is empty there, and gone from the environment", async (name) => {
    machine = testMachine({ [name]: "1" });
    const prepared = await machine.prepare(claude);
    expect(settingsOf(prepared).env[name]).toBe("");
    expect(prepared.env).toHaveProperty(name, undefined);
    expect(settingsOf(prepared)["apiKeyHelper"]).toBe("");
  });

  test("of the person's own --settings are joined in, the last of several", async () => {
    machine = testMachine();
    machine.write("project/mine.json", {
      model: "opus",
      apiKeyHelper: "echo x",
      env: { MINE: "1", ANTHROPIC_BASE_URL: "x" },
    });
    for (const words of [
      ["--settings", "mine.json", "-c"],
      ["--settings={}", "-c", "--settings=mine.json"],
      ["--settings", JSON.stringify({ model: "opus", env: { MINE: 1, ANTHROPIC_BASE_URL: "x" } }), "-c"],
    ]) {
      const prepared = await machine.prepare(claude, { words, server: undefined });
      const settings = settingsOf(prepared);
      expect(settings).toMatchObject({ model: "opus", apiKeyHelper: "", env: { MINE: "1" } });
      expect(settings.env["ANTHROPIC_BASE_URL"]).toStartWith("http://127.0.0.1:");
      expect(prepared.words.slice(1)).toEqual(["-c"]);
    }
  });

  test.each([["missing.json"], ["{broken"], ["[1]"]])("%s for --settings is refused", async (value) => {
    machine = testMachine();
    const outcome = await machine.prepare(claude, { words: ["--settings", value] }).catch((thrown: unknown) => thrown);
    expect(outcome).toBeInstanceOf(MortarError);
    expect(outcome).toMatchObject({ code: "usage" });
  });

  test("behind -- are words of a prompt", async () => {
    machine = testMachine();
    const prepared = await machine.prepare(claude, { words: ["--", "--settings", "x"], server: undefined });
    expect(prepared.words.slice(1)).toEqual(["--", "--settings", "x"]);
  });
});

describe("models", () => {
  test("that the person chose stay, names of other providers do not", async () => {
    machine = testMachine({ ANTHROPIC_MODEL: "us.anthropic.claude-opus-4-6-v1:0" });
    machine.write(".claude/settings.json", {
      env: {
        ANTHROPIC_DEFAULT_OPUS_MODEL: "main.mine.opus",
        ANTHROPIC_DEFAULT_HAIKU_MODEL: "claude-haiku-4-5@20251001",
      },
    });
    const { env } = settingsOf(await machine.prepare(claude));
    expect(env).not.toHaveProperty("ANTHROPIC_DEFAULT_OPUS_MODEL");
    expect(env["ANTHROPIC_DEFAULT_HAIKU_MODEL"]).toBe("databricks-claude-haiku-5-5");
    expect(env["ANTHROPIC_MODEL"]).toBe("");
  });

  test("that a session around this one has chosen are those of its own workspace", async () => {
    machine = testMachine();
    const outer = settingsOf(
      await machine.prepare(claude, { models: { sonnet: "main.a.claude-sonnet-4-6", listed: [] } }),
    );
    expect(outer.env["ANTHROPIC_MODEL"]).toBe("main.a.claude-sonnet-4-6[1m]");
    machine.dispose();
    machine = testMachine({ ...outer.env, MORTAR_MANAGED: "1", ANTHROPIC_DEFAULT_HAIKU_MODEL: "main.mine.haiku" });
    const { env } = settingsOf(await machine.prepare(claude));
    expect(env["ANTHROPIC_DEFAULT_SONNET_MODEL"]).toBe("databricks-claude-sonnet-4-6[1m]");
    expect(env).not.toHaveProperty("ANTHROPIC_MODEL");
    expect(env).not.toHaveProperty("ANTHROPIC_DEFAULT_HAIKU_MODEL");
  });

  test("begin with what there is where the largest is missing", async () => {
    machine = testMachine();
    const few = { sonnet: "system.ai.claude-sonnet-5", listed: [] };
    expect(settingsOf(await machine.prepare(claude, { models: few })).env["ANTHROPIC_MODEL"]).toBe(
      "system.ai.claude-sonnet-5",
    );
    const none = settingsOf(await machine.prepare(claude, { models: { listed: [] } })).env;
    expect(Object.keys(none).filter((name) => name.endsWith("MODEL"))).toEqual(["ANTHROPIC_SMALL_FAST_MODEL"]);
  });
});

test("headers of the person's own stay, but for credentials of another gateway", async () => {
  machine = testMachine({ ANTHROPIC_CUSTOM_HEADERS: "X-Team: a\nAuthorization: Bearer other\nx-api-key: other" });
  expect(settingsOf(await machine.prepare(claude)).env["ANTHROPIC_CUSTOM_HEADERS"]).toBe("X-Team: a");
  machine.dispose();
  machine = testMachine({ ANTHROPIC_CUSTOM_HEADERS: "X-Team: a" });
  expect(settingsOf(await machine.prepare(claude)).env).not.toHaveProperty("ANTHROPIC_CUSTOM_HEADERS");
});

describe("the MCP server", () => {
  test("has one name, and stands in a file", async () => {
    machine = testMachine();
    const { mcpServers } = fileOf(await machine.prepare(claude), "mcp.json");
    expect(mcpServers).toEqual({
      databricks: { type: "stdio", command: "/usr/bin/mortar", args: ["mcp", "serve", "--profile", "DEFAULT"] },
    });
  });

  const server = { databricks: { command: "other" } };
  test.each<[string, (at: TestMachine) => readonly string[] | void]>([
    ["for the person", (at) => void at.write(".claude.json", { mcpServers: server })],
    ["for this project", (at) => void at.write(".claude.json", { projects: { [at.project]: { mcpServers: server } } })],
    ["in the project's file", (at) => void at.write("project/.mcp.json", { mcpServers: server })],
    ["in the file of a folder above", (at) => void at.write(".mcp.json", { mcpServers: server })],
    ["in a file that is named", (at) => ["--mcp-config", at.write("named.json", { mcpServers: server })]],
    ["in words that are named", () => [`--mcp-config=${JSON.stringify({ mcpServers: server })}`]],
    ["nowhere, but only named ones are wanted", () => ["--strict-mcp-config"]],
  ])("is not added where one of its name is %s", async (_where, setUp) => {
    machine = testMachine();
    const words = setUp(machine) ?? [];
    const prepared = await machine.prepare(claude, { words });
    expect(prepared.words).toEqual([`--settings=${join(machine.folder, "settings.json")}`, ...words]);
    expect(prepared.files).toHaveLength(1);
  });

  test("is added beside servers of other names, and where files cannot be understood", async () => {
    machine = testMachine();
    machine.write(".claude.json", "{broken");
    machine.write("project/.mcp.json", { mcpServers: { other: {} } });
    expect((await machine.prepare(claude)).files).toHaveLength(2);
  });

  test("of another configuration folder does not count", async () => {
    machine = testMachine({ CLAUDE_CONFIG_DIR: "/nowhere" });
    machine.write(".claude.json", { mcpServers: server });
    expect((await machine.prepare(claude)).files).toHaveLength(2);
  });
});

test("a session in the background keeps its files", async () => {
  machine = testMachine();
  const prepared = await machine.prepare(claude, { words: ["--bg", "do it"] });
  expect(prepared.keepsFolder).toBe(true);
  expect(prepared.notes.join()).toContain("mortar proxy");
  expect((await machine.prepare(claude, { words: ["do it"] })).keepsFolder).toBe(false);
});

describe("a certificate of the proxy", () => {
  test.each([
    ["alone", false, "PROXY"],
    ["beside the company's", true, "COMPANY\nPROXY"],
  ])("is trusted %s", async (_how, hasOwn, trusted) => {
    machine = testMachine();
    const caFile = machine.write("proxy.pem", "PROXY");
    const company = machine.write("company.pem", "COMPANY");
    const env = { ...machine.deps.env, ...(hasOwn ? { NODE_EXTRA_CA_CERTS: company } : {}) };
    const endpoint = { anthropic: "https://x", responses: "", gemini: "", chat: "", key: new Secret(key), caFile };
    const prepared = await machine.prepare(claude, { endpoint }, env);
    const path = prepared.env["NODE_EXTRA_CA_CERTS"] ?? "";
    const content = prepared.files.find((file) => file.path === path)?.content ?? readFileSync(path, "utf8");
    expect(content).toBe(trusted);
  });
});
