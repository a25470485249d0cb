import { describe, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { portsInSettings, toolOnPort } from "./older-ports.ts";
import { testHome } from "./testing.ts";

describe("the ports of older proxies are answered while settings name them", () => {
  test.each([
    [".claude/settings.json", '{"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:49153"}}', [49_153]],
    [".codex/config.toml", 'base_url = "http://127.0.0.1:49154"', [49_154]],
    [".config/opencode/opencode.json", '{"baseURL":"http://localhost:49156/v1"}', [49_156]],
    [".config/opencode/opencode.jsonc", '{"baseURL":"http://127.0.0.1:49156"} // mine', [49_156]],
    [".codex/config.toml", 'base_url = "http://127.0.0.1:491540"', []],
    [".codex/config.toml", 'base_url = "https://elsewhere.example:49154"', []],
    ["notes.txt", "http://127.0.0.1:49154", []],
  ])("%s with %s", async (name, text, ports) => {
    await using made = await testHome();
    const path = join(made.home, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    expect(await portsInSettings(made.deps)).toEqual(ports);
  });

  test("folders of one's own count", async () => {
    await using made = await testHome();
    await writeFile(join(made.home, "config.toml"), "http://127.0.0.1:49154");
    const env = { ...made.deps.env, CODEX_HOME: made.home };
    expect(await portsInSettings({ ...made.deps, env })).toEqual([49_154]);
  });
});

test("each says it is the tool that its hooks look for", () => {
  expect([49_153, 49_154, 49_156, 5_000].map((port) => toolOnPort(port))).toEqual([
    "databricks-claude",
    "databricks-codex",
    "databricks-opencode",
    "databricks-claude",
  ]);
});
