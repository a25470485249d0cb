// Codex's overrides: TOML that Codex reads, the key in the environment alone, and a catalogue of the workspace's models.
import { codexServerVariables } from "../codex-variables.ts";
import { afterEach, describe, expect, test } from "bun:test";
import type { RunProcess } from "../../platform/process.ts";
import { codex } from "./codex.ts";
import { nearestTo } from "./codex-catalog.ts";
import type { Prepared } from "./agent.ts";
import { fileOf, key, testMachine, type TestMachine } from "./testing.ts";

let machine: TestMachine;
afterEach(() => machine.dispose());

const bundled = {
  models: [
    { slug: "gpt-6.1", context_window: 500_000, supports_search_tool: true },
    { slug: "gpt-5.6-sol", context_window: 272_000, apply_patch_tool_type: "freeform", service_tiers: [{}] },
    { slug: "gpt-5.5", context_window: 270_000 },
  ],
};
const listing: RunProcess = async () => ({ exitCode: 0, stdout: JSON.stringify(bundled), stderr: "" });

/** The configuration that the overrides make, as Codex would read them. */
function overridesOf({ words }: Prepared): Record<string, unknown> {
  const values = words.flatMap((word, index) => (word === "-c" ? [words[index + 1] ?? ""] : []));
  return Bun.TOML.parse(values.join("\n")) as Record<string, unknown>;
}

test("names the proxy as its provider, the person's words behind it", async () => {
  machine = testMachine({}, listing);
  const prepared = await machine.prepare(codex, { words: ["exec", "--json", "hi"] });
  expect(overridesOf(prepared)).toMatchObject({
    model_provider: "databricks",
    model: "databricks-gpt-5-6",
    model_providers: {
      databricks: {
        base_url: "http://127.0.0.1:49153/p/DEFAULT/codex/v1",
        env_key: "MORTAR_PROXY_KEY",
        wire_api: "responses",
      },
    },
    mcp_servers: {
      databricks: {
        command: "/usr/bin/mortar",
        args: ["mcp", "serve", "--profile", "DEFAULT"],
        env_vars: [...codexServerVariables],
      },
    },
  });
  expect(prepared.words.slice(-3)).toEqual(["exec", "--json", "hi"]);
  expect(prepared.env["MORTAR_PROXY_KEY"]).toBe(key);
  expect(prepared.words.join(" ")).not.toContain(key);
});

test("paths with quotes, blanks and backslashes arrive whole", async () => {
  machine = testMachine({}, listing);
  const server = ['C:\\Program Files\\mor"tar.exe', "mcp", "serve", "--profile", "it's"] as const;
  expect(overridesOf(await machine.prepare(codex, { server }))["mcp_servers"]).toEqual({
    databricks: { command: server[0], args: server.slice(1), env_vars: [...codexServerVariables] },
  });
});

describe("the catalogue", () => {
  test("describes the workspace's models as Codex knows the nearest, without what is OpenAI's own", async () => {
    machine = testMachine({}, listing);
    const prepared = await machine.prepare(codex);
    const { models } = fileOf(prepared, "models.json");
    expect(models).toEqual([
      expect.objectContaining({
        slug: "databricks-gpt-5-6",
        display_name: "GPT 5.6",
        context_window: 272_000,
        apply_patch_tool_type: "freeform",
        supports_search_tool: false,
        service_tiers: [],
        visibility: "list",
      }),
    ]);
    expect(overridesOf(prepared)["model_catalog_json"]).toBe(prepared.files[0]?.path ?? "");
  });

  test("follows no description of what OpenAI's service alone has, where there is another", async () => {
    const special = bundled.models.map((model) => ({
      ...model,
      tool_mode: model.slug === "gpt-5.5" ? undefined : "code",
    }));
    machine = testMachine({}, async () => ({ exitCode: 0, stdout: JSON.stringify({ models: special }), stderr: "" }));
    const { models } = fileOf(await machine.prepare(codex), "models.json") as { models: Record<string, unknown>[] };
    expect(models[0]).toMatchObject({ slug: "databricks-gpt-5-6", context_window: 270_000 });
  });

  test("is asked for once", async () => {
    let asked = 0;
    machine = testMachine({}, async (...words) => {
      asked += 1;
      return listing(...words);
    });
    await machine.prepare(codex);
    expect((await machine.prepare(codex)).files).toHaveLength(1);
    expect(asked).toBe(1);
  });

  test.each<[string, RunProcess]>([
    ["fails", () => Promise.reject(new Error("no"))],
    ["does not know the question", async () => ({ exitCode: 2, stdout: "", stderr: "usage" })],
    ["answers otherwise", async () => ({ exitCode: 0, stdout: "[]", stderr: "" })],
  ])("is left out where Codex %s", async (_how, run) => {
    machine = testMachine({}, run);
    const prepared = await machine.prepare(codex);
    expect(prepared.files).toEqual([]);
    expect(overridesOf(prepared)).not.toHaveProperty("model_catalog_json");
  });

  test.each([
    ["databricks-gpt-5-6", "gpt-5.6-sol"],
    ["system.ai.gpt-5-6-codex", "gpt-5.6-sol"],
    ["databricks-gpt-5-5", "gpt-5.5"],
    ["databricks-gpt-6-1", "gpt-6.1"],
    ["main.mine.other", "gpt-6.1"],
  ])("%s is nearest to %s", (id, slug) => {
    expect(nearestTo(id, bundled.models)?.slug).toBe(slug);
  });
});

test.each([
  ["a table", '[mcp_servers.databricks]\ncommand = "x"\n', false],
  ["a dotted key", 'mcp_servers.databricks.command = "x"\n', false],
  ["another name", '[mcp_servers.other]\ncommand = "x"\n', true],
  ["a broken file", "[mcp_servers", true],
])("the MCP server beside %s in its configuration", async (_what, text, added) => {
  machine = testMachine({}, listing);
  machine.write(".codex/config.toml", text);
  expect("mcp_servers" in overridesOf(await machine.prepare(codex))).toBe(added);
  const elsewhere = { ...machine.deps.env, CODEX_HOME: machine.project };
  machine.write("project/config.toml", '[mcp_servers.databricks]\ncommand = "x"\n');
  const prepared = await machine.prepare(codex, {}, elsewhere);
  expect("mcp_servers" in overridesOf(prepared)).toBe(false);
});
