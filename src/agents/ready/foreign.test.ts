// What somebody else has set, agent by agent: each would be taken the place of, so none of it may be silently.
import { afterEach, expect, test } from "bun:test";
import { managedAgents } from "./catalog.ts";
import { readyMachine, wish, type ReadyMachine } from "./testing.ts";
import type { ManagedAgentId } from "./types.ts";

let made: ReadyMachine | undefined;
afterEach(() => made?.dispose());

const settings = ".claude/settings.json";

test.each<[ManagedAgentId, string, string, readonly string[]]>([
  ["claude", settings, '{ "apiKeyHelper": "/bin/theirs" }', ["helper: /bin/theirs"]],
  ["claude", settings, '{ "apiKeyHelper": "/bin/theirs --token s3cret" }', ["helper: /bin/theirs ..."]],
  ["claude", settings, '{ "env": { "ANTHROPIC_MODEL": "claude-opus-4-6" } }', ["model: claude-opus-4-6"]],
  ["claude", settings, '{ "env": { "ANTHROPIC_DEFAULT_OPUS_MODEL": "us.anthropic.x" } }', ["model: us.anthropic.x"]],
  ["claude", settings, '{ "env": { "ANTHROPIC_AUTH_TOKEN": "proxy-managed" } }', ["key: proxy-managed"]],
  ["claude", settings, '{ "env": { "ANTHROPIC_AUTH_TOKEN": "sk-secret" } }', ["key: ***"]],
  ["claude", settings, '{ "env": { "CLAUDE_CODE_OAUTH_TOKEN": "t" } }', ["key: ***"]],
  ["claude", settings, '{ "env": { "CLAUDE_CODE_USE_BEDROCK": "1" } }', ["provider: 1"]],
  ["claude", settings, '{ "env": { "CLAUDE_CODE_USE_ANTHROPIC_AWS": "true" } }', ["provider: true"]],
  ["claude", settings, '{ "env": { "CLAUDE_CODE_USE_BEDROCK": "0", "CLAUDE_CODE_USE_VERTEX": "" } }', []],
  ["claude", settings, '{ "theme": "dark", "env": { "OTHER": "1" } }', []],
  ["codex", ".codex/config.toml", 'model_provider = "azure"\nmodel = "o3"\n', ["provider: azure", "model: o3"]],
  ["gemini", ".gemini/.env", "GOOGLE_API_KEY=AIza\n", ["key: ***"]],
  ["gemini", ".gemini/.env", "GOOGLE_GENAI_USE_VERTEXAI=true\n", ["provider: true"]],
  ["gemini", ".gemini/.env", "GOOGLE_GENAI_USE_VERTEXAI=false\n", []],
  ["opencode", ".config/opencode/opencode.json", '{ "model": "anthropic/x" }', ["model: anthropic/x"]],
  [
    "cursor",
    ".cursor/mcp.json",
    '{ "mcpServers": { "databricks": { "url": "https://u:p@x" } } }',
    ["server: https://***@x"],
  ],
])("%s: %s with %s", async (id, path, text, expected) => {
  made = readyMachine();
  made.write(path, text);
  const agent = managedAgents.find((one) => one.id === id);
  const found = (await agent?.foreign(made.deps, wish)) ?? [];
  expect(found.map(({ what, value }) => `${what}: ${value}`)).toEqual([...expected]);
});
