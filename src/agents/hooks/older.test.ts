// What the programs before this one left in settings: it is known for theirs, and nothing else goes with it.
import { describe, expect, test } from "bun:test";
import { isOlderHook, isOurHook } from "./command-line.ts";
import { withoutOlder, withoutOrphans } from "./claude.ts";
import { withoutOlderConfig } from "./codex.ts";
import { withoutOlderProviders } from "./opencode.ts";

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

describe("a hook's command", () => {
  test.each([
    "databricks-claude hooks session-start",
    "databricks-claude hooks session-end --port=49153",
    "/opt/homebrew/Cellar/databricks-claude/2.0.0/bin/databricks-claude --headless-ensure",
    '"C:/tools/databricks-claude.exe" --headless-release',
    "databricks-codex hooks session-start",
  ])("of an older program: %s", (command) => {
    expect([isOlderHook(command), isOurHook(command)]).toEqual([true, false]);
  });

  test.each([
    "/usr/local/bin/mortar hooks session-start --agent=claude --profile=DEFAULT --port=49153",
    '"C:/tools/mortar.exe" hooks session-end',
    "'/Users/some one/mortar' hooks session-start",
    "/usr/bin/bun /src/mortar/src/main.ts hooks session-end",
  ])("of ours: %s", (command) => {
    expect(isOlderHook(command)).toBe(false);
    if (!command.includes("main.ts")) expect(isOurHook(command)).toBe(true);
  });

  test.each(["databricks-claude -p hi", "echo databricks-claude", "mortar-like hooks session-start", "", 5, null])(
    "of neither: %p",
    (command) => {
      expect([isOlderHook(command), isOurHook(command)]).toEqual([false, false]);
    },
  );
});

describe("Claude Code's settings", () => {
  test("with the older placeholder lose what it wrote, and no value of the person's", () => {
    const text = pretty({
      env: {
        ANTHROPIC_AUTH_TOKEN: "proxy-managed",
        ANTHROPIC_BASE_URL: "http://127.0.0.1:49153",
        ANTHROPIC_DEFAULT_OPUS_MODEL: "system.ai.claude-opus-4-8[1m]",
        ANTHROPIC_MODEL: "my-own",
        ANTHROPIC_CUSTOM_HEADERS: "x-databricks-use-coding-agent-mode: true",
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://127.0.0.1:49153/otel/v1/metrics",
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "https://collector.example/v1/logs",
        MINE: "1",
      },
    });
    expect(JSON.parse(withoutOlder(text))).toEqual({
      env: {
        ANTHROPIC_MODEL: "my-own",
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "https://collector.example/v1/logs",
        MINE: "1",
      },
    });
  });

  test("without it stay byte for byte", () => {
    const text = '{"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:9/x","ANTHROPIC_AUTH_TOKEN":"mine"} , "hooks":{} }';
    expect(withoutOlder(text)).toBe(text);
    expect(withoutOrphans(text)).toBe(text);
  });

  test("that are ours and on no record are known by the key", () => {
    const key = `mortar-${"k".repeat(43)}`;
    const text = pretty({
      env: { ANTHROPIC_AUTH_TOKEN: key, ANTHROPIC_BASE_URL: "http://127.0.0.1:1/p/A/anthropic", MINE: "1" },
      hooks: { SessionEnd: [{ hooks: [{ type: "command", command: "/bin/mortar hooks session-end" }] }] },
    });
    expect(JSON.parse(withoutOrphans(text))).toEqual({ env: { MINE: "1" } });
    expect(withoutOlder(text)).toBe(text);
  });
});

describe("Codex' configuration", () => {
  const older = `
model = "databricks-gpt-5-5"
model_provider = "databricks-proxy"
profile = "databricks-proxy"
# mine
approval_policy = "never" # yes

[model_providers.databricks-proxy]
name = "Databricks Proxy"
base_url = "http://127.0.0.1:49154"

[model_providers.other]
name = "Other" # theirs

[profiles.databricks-proxy]
model = "x"

[otel]
environment = "production"
exporter = { otlp-http = { endpoint = "http://127.0.0.1:49154/otel/v1/logs", protocol = "binary" } }

[[tables]]
a = 1
`;

  test("loses the older provider, its profile and its exporters, and keeps the rest with its comments", () => {
    const text = withoutOlderConfig(older);
    expect(Bun.TOML.parse(text) as unknown).toEqual({
      approval_policy: "never",
      model_providers: { other: { name: "Other" } },
      tables: [{ a: 1 }],
    });
    for (const comment of ["# mine", "# yes", "# theirs"]) expect(text).toContain(comment);
  });

  test("without any of that stays byte for byte, with an [otel] and a model of the person's", () => {
    const own = 'model = "databricks-gpt-5" # note\n[otel]\nenvironment = "production"\n[[tables]]\na = 1\n';
    expect(withoutOlderConfig(own)).toBe(own);
  });
});

describe("OpenCode's configuration", () => {
  test("loses the older providers, their model and the plugin; comments stay", () => {
    const text = `{
  // mine
  "provider": {
    "databricks-proxy": { "npm": "@ai-sdk/anthropic" },
    "databricks-gemini-proxy": {},
    "own": {} // theirs
  },
  "model": "databricks-proxy/databricks-claude-opus-4-7",
  "plugin": ["other", "/home/me/.config/opencode/plugins/databricks-proxy"],
}
`;
    const after = withoutOlderProviders(text);
    expect(after).toContain("// mine");
    expect(after).toContain('"own": {} // theirs');
    expect(after).not.toContain("databricks");
    expect(after).toContain('"plugin": ["other"');
  });

  test("without them stays byte for byte", () => {
    const own = '{"provider":{},"model":"own/x",  "plugin":[]}';
    expect(withoutOlderProviders(own)).toBe(own);
  });
});
