// What older programs have set up, as defaults.
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { readyMachine, type ReadyMachine } from "../agents/ready/testing.ts";
import { findOlder, isOlderSetting } from "./older.ts";

let made: ReadyMachine;
afterEach(() => made.dispose());

test("nothing of them on a fresh machine", async () => {
  made = readyMachine();
  expect(await findOlder(made.deps)).toEqual({ found: [], answers: {}, offered: {}, port: undefined });
});

test.each([
  ["of the seed", 'FMAPI_PROFILE="work"\nFMAPI_HOST="https://dbc-1.cloud.databricks.com/"\n'],
  ["of the one before it", 'PROFILE="work"\nHOST="https://dbc-1.cloud.databricks.com"\n'],
])("the helper %s says profile and host", async (_, text) => {
  made = readyMachine();
  const helper = join(made.home, ".claude", "fmapi-key-helper.sh");
  made.write(".claude/fmapi-key-helper.sh", `#!/bin/sh\n${text}`);
  made.write(".claude/settings.json", { apiKeyHelper: helper, env: { CLAUDE_CODE_API_KEY_HELPER_TTL_MS: "1800000" } });
  const { found, answers } = await findOlder(made.deps);
  expect(found).toMatchObject([{ file: helper, what: expect.stringContaining("on the profile work") }]);
  expect(answers).toEqual({
    profile: "work",
    host: "https://dbc-1.cloud.databricks.com",
    mode: "helper",
    ttlMs: 1_800_000,
  });
});

test("a helper of somebody else is none of theirs, and a broken file says nothing", async () => {
  made = readyMachine();
  made.write(".claude/settings.json", { apiKeyHelper: "/opt/acme/key-helper.sh" });
  expect((await findOlder(made.deps)).found).toEqual([]);
  made.write(".claude/settings.json", "{ broken");
  expect((await findOlder(made.deps)).found).toEqual([]);
});

test("the state of databricks-claude and its kin names the profile", async () => {
  made = readyMachine();
  const models = { opus: "databricks-claude-opus-4-7[1m]", haiku: "databricks-claude-haiku-4-5" };
  made.write(".claude/.databricks-claude.json", { profile: "prod", port: 50_001, models });
  made.write(".codex/.databricks-codex.json", { profile: "other", port: 50_002, model: "databricks-gpt-5-2" });
  const { found, answers, offered, port } = await findOlder(made.deps);
  expect(found.map(({ what }) => what)).toEqual([
    expect.stringContaining("databricks-claude on the profile prod"),
    expect.stringContaining("databricks-codex on the profile other"),
  ]);
  // It looked its models up by itself, and the person has named the one of Codex.
  expect(answers).toEqual({ profile: "prod", models: { model: "databricks-gpt-5-2" } });
  expect(offered).toEqual({ opus: "databricks-claude-opus-4-7", haiku: "databricks-claude-haiku-4-5" });
  expect(port).toBe(50_001);
});

test("models that somebody chose go on, and those that the script wrote by itself do not", async () => {
  made = readyMachine();
  made.write(".claude/fmapi-key-helper.sh", "#!/bin/sh\n");
  const env = {
    ANTHROPIC_MODEL: "databricks-claude-opus-4-6",
    ANTHROPIC_DEFAULT_SONNET_MODEL: "team-sonnet[1m]",
    ANTHROPIC_DEFAULT_HAIKU_MODEL: "databricks-claude-haiku-4-5",
  };
  made.write(".claude/settings.json", { apiKeyHelper: join(made.home, ".claude", "fmapi-key-helper.sh"), env });
  expect((await findOlder(made.deps)).answers.models).toEqual({ sonnet: "team-sonnet" });
});

test("Codex's helper, the server of ai-dev-kit and an administrator's settings name profile and host", async () => {
  made = readyMachine();
  made.write(".codex/fmapi-key-helper.sh", 'PROFILE="codex"\nHOST="https://dbc-1.cloud.databricks.com"\n');
  made.write(".cursor/mcp.json", {
    mcpServers: {
      databricks: { command: "/x/.ai-dev-kit/.venv/bin/python", env: { DATABRICKS_CONFIG_PROFILE: "kit" } },
    },
  });
  const fleet = `Library/Preferences/com.icerhymers.databricks-claude.plist`;
  const keys = "<key>databricksProfile</key><string>fleet</string>";
  made.write(fleet, `<plist version="1.0"><dict>${keys}</dict></plist>`);
  const { found, answers } = await findOlder({ ...made.deps, os: "darwin" });
  expect(found.map(({ what }) => what.replace(/ \(.*/, ""))).toEqual([
    "the FMAPI setup of Codex on the profile codex",
    "the server of ai-dev-kit in Cursor on the profile kit",
    "settings of an administrator on the profile fleet",
  ]);
  expect(answers).toMatchObject({ profile: "codex", host: "https://dbc-1.cloud.databricks.com" });
});

test.each([
  ["server", "/home/me/.ai-dev-kit/.venv/bin/python", true],
  ["server", "/opt/theirs/server", false],
  ["helper", "/home/me/.claude/fmapi-key-helper.sh", true],
  ["helper", "databricks-claude-credential-helper", true],
  ["helper", "/bin/theirs", false],
  ["base URL", "http://127.0.0.1:49153", true],
  ["base URL", "http://127.0.0.1:4000", false],
  ["base URL", "https://gw.example/127.0.0.1:49153", false],
  ["key", "***", false],
  ["key", "proxy-managed", true],
] as const)("a %s of %p: %p", (what, value, expected) => {
  expect(isOlderSetting({ what, value, file: "/x", path: ["y"] })).toBe(expected);
});
