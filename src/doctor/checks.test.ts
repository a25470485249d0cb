// Each check on a machine on which it finds something, with what mends it, and on one on which all is well.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { startMs, storeLogin, testWorld, type TestWorld, type WorldOptions } from "../auth/testing.ts";
import { startTestEmulator, type TestEmulator } from "../emulator/testing-server.ts";
import { systemClock } from "../platform/clock.ts";
import type { Environment, Fetch } from "../platform/deps.ts";
import { rememberLatest } from "../platform/release/notice.ts";
import { pinModel } from "../proxy/models/roles.ts";
import { testCertificates } from "../proxy/testing-certificate.ts";
import { keyFile } from "../proxy/lifecycle/places.ts";
import { builtInPackage } from "../skills/package.ts";
import { installSkills } from "../skills/manage.ts";
import type { Finding, State, Surroundings } from "./check.ts";
import { checks } from "./checks.ts";
import { createFacts } from "./facts.ts";
import { mend } from "./mend.ts";
import { runChecks } from "./run.ts";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.dispose());
beforeEach(async () => {
  await emulator.control("DELETE faults");
});

type Prepare = (world: TestWorld) => unknown;

interface Fixture extends Pick<WorldOptions, "config" | "deps"> {
  readonly prepare?: Prepare;
  readonly env?: Environment | ((world: TestWorld) => Environment);
  readonly around?: Partial<Surroundings>;
  readonly fetch?: Fetch;
  /** The profile is one of the emulated workspace. */
  readonly workspace?: boolean;
  readonly profile?: string;
}

interface Case {
  readonly id: string;
  readonly well: Fixture;
  readonly broken: Fixture;
  readonly state: State;
  readonly seen: RegExp;
  readonly cure: RegExp;
  /** The fix mends it: a second look finds nothing. */
  readonly mends?: boolean;
}

const settings =
  (value: object): Prepare =>
  ({ write }) =>
    write(".claude/settings.json", JSON.stringify(value, null, 2));
const workspaceConfig =
  "[DEFAULT]\nhost = https://one.cloud.databricks.com\ntoken = dapi0123456789abcdef0123456789abcdef\n";
const answering =
  (response: () => Response): Fetch =>
  async () =>
    response();
const script =
  (path: string): Prepare =>
  ({ write }) =>
    write(path, "#!/bin/sh\necho 1.2.3\n", 0o755);
const inBin = ({ home }: TestWorld): Environment => ({ PATH: join(home, "bin") });
const nobodyListens = { listens: async () => false };
const place = {
  shell: "bash",
  path: "/x/mortar",
  state: "current",
  active: true,
  elsewhere: false,
  own: true,
  install: async () => undefined,
} as const;
const proxyRecord = {
  pid: process.pid,
  kind: "command",
  version: "1.0.0",
  port: 1,
  scheme: "http",
  hostname: "127.0.0.1",
  startedAt: 1,
  idleTimeoutMs: 0,
  logFile: "/x",
  verbose: false,
};
const jwt = (exp: number): string =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.c2ln`;
const fleetPlist = '<plist version="1.0"><dict><key>databricksProfile</key><string>work</string></dict></plist>';
const desktopOn = (values: object): Partial<Surroundings> => ({
  desktop: async () => ({ source: "/x/entry.json", values: { inferenceProvider: "gateway", ...values } }),
});
const toolList = `${JSON.stringify({ jsonrpc: "2.0", id: 2, result: { tools: [{}, {}] } })}\n`;
const printing =
  (stdout: string, exitCode = 0) =>
  async () => ({ exitCode, stdout, stderr: "" });
const unit =
  (program: string): Prepare =>
  async (world) => {
    const { mark } = await import("../proxy/lifecycle/service/spec.ts");
    world.write(
      ".config/systemd/user/mortar-proxy.service",
      `# ${mark}\n[Service]\nExecStart=${program} proxy serve\n`,
    );
  };

const gemini = "GEMINI_API_KEY=x\nGOOGLE_GEMINI_BASE_URL=https://one.cloud.databricks.com/ai-gateway/gemini\n";
const geminiAt = (write: TestWorld["write"], version: string) =>
  write("bin/gemini", `#!/bin/sh\necho ${version}\n`, 0o755);

const cases: readonly Case[] = [
  {
    id: "machine.program",
    well: { prepare: script("bin/mortar"), env: inBin },
    broken: {
      prepare: (world) => void [script("bin/mortar")(world), script("other/mortar")(world)],
      env: ({ home }) => ({ PATH: `${join(home, "bin")}:${join(home, "other")}` }),
    },
    state: "warn",
    seen: /bin\/mortar comes before .*other\/mortar/,
    cure: /^Remove those/,
  },
  {
    id: "machine.version",
    well: { prepare: ({ deps }) => rememberLatest(deps, "1.2.3") },
    broken: { prepare: ({ deps }) => rememberLatest(deps, "9.0.0") },
    state: "warn",
    seen: /9\.0\.0 is out; this is 1\.2\.3/,
    cure: /^mortar update$/,
  },
  {
    id: "machine.home",
    well: {},
    broken: { around: { freeBytes: async () => 1_000_000 } },
    state: "fail",
    seen: /0 MiB free/,
    cure: /Free some space/,
  },
  {
    id: "machine.secrets",
    well: { prepare: ({ write, deps, home }) => void write(keyFile(deps).slice(home.length), "k", 0o600) },
    broken: { config: workspaceConfig, prepare: ({ write }) => void write(".databrickscfg", workspaceConfig, 0o644) },
    state: "warn",
    seen: /others may read .*\.databrickscfg \(mode 644\)/,
    cure: /^chmod go-rwx/,
    mends: true,
  },
  {
    id: "machine.keyring",
    well: {},
    broken: {
      prepare: async ({ deps, write, home }) => {
        // A login whose refresh token lies in a keyring that has gone since.
        const login = await storeLogin({ deps } as TestWorld, "https://one.cloud.databricks.com");
        const { loginName } = await import("../auth/token-store.ts");
        const path = join(deps.paths.data, "logins", `${loginName(login)}.json`);
        const record = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
        write(path.slice(home.length), JSON.stringify({ ...record, refresh_in: "keyring" }));
      },
    },
    state: "fail",
    seen: /holds the sign-in of dev/,
    cure: /mortar auth login/,
  },
  {
    id: "machine.place",
    well: {},
    broken: { env: { SSH_CONNECTION: "1.2.3.4 1 5.6.7.8 22" } },
    state: "warn",
    seen: /the browser is on another machine/,
    cure: /ssh -L 8020:localhost:8020/,
  },
  {
    id: "machine.desktop-path",
    well: { deps: { os: "darwin" } },
    broken: {
      deps: { os: "darwin", run: printing("/usr/bin:/bin") },
      prepare: ({ write }) =>
        void write(".cursor/mcp.json", '{"mcpServers":{"databricks":{"command":"mortar","args":["mcp","serve"]}}}'),
    },
    state: "warn",
    seen: /Cursor starts "mortar" for databricks/,
    cure: /whole path/,
  },
  {
    id: "machine.signature",
    well: { deps: { os: "darwin", run: printing("") } },
    broken: {
      deps: {
        os: "darwin",
        clock: systemClock,
        run: async (command) => {
          const prefix = command.find((word) => word.startsWith("--extract-certificates="))?.replace(/^[^=]*=/, "");
          await Bun.write(`${prefix}0`, testCertificates(["x"]).cert);
          return { exitCode: 0, stdout: "", stderr: "" };
        },
      },
    },
    state: "warn",
    seen: /The certificate Test Server ends on/,
    cure: /docs\/fleet\.md/,
  },
  {
    id: "agents.found",
    well: { prepare: script("bin/claude"), env: inBin },
    broken: {},
    state: "warn",
    seen: /none was found/,
    cure: /mortar setup --install-missing/,
  },
  {
    id: "agents.start",
    well: { prepare: script("bin/claude"), env: inBin },
    broken: { prepare: ({ write }) => void write("bin/claude", "#!/bin/sh\nexit 1\n", 0o755), env: inBin },
    state: "warn",
    seen: /Claude Code \(.*bin\/claude\) does not say its version/,
    cure: /https:\/\//,
  },
  {
    id: "agents.foreign",
    well: { prepare: settings({ apiKeyHelper: "/opt/theirs" }) },
    broken: {
      prepare: async (world) => {
        const { applyEdit } = await import("../platform/edits/edits.ts");
        const file = join(world.home, ".claude", "settings.json");
        const changes = [{ kind: "set", path: ["env", "A"], value: "1" }] as const;
        settings({ apiKeyHelper: "/opt/theirs" })(world);
        await applyEdit(world.deps, { owner: "setup-claude", file, format: "json", changes });
      },
    },
    state: "warn",
    seen: /another helper is set \(apiKeyHelper = \/opt\/theirs/,
    cure: /mortar setup claude/,
  },
  {
    id: "agents.gemini",
    well: { prepare: ({ write }) => void [geminiAt(write, "0.44.1"), write(".gemini/.env", gemini)], env: inBin },
    broken: { prepare: ({ write }) => void [geminiAt(write, "0.61.0"), write(".gemini/.env", gemini)], env: inBin },
    state: "warn",
    seen: /Gemini CLI 0\.61\.0 to one\.cloud\.databricks\.com itself/,
    cure: /mortar setup gemini/,
  },
  {
    id: "configuration.environment",
    well: {},
    broken: { env: { ANTHROPIC_API_KEY: "sk-ant-1", OPENAI_BASE_URL: "https://x" } },
    state: "warn",
    seen: /^ANTHROPIC_API_KEY is set/,
    cure: /^unset ANTHROPIC_API_KEY/,
  },
  {
    id: "configuration.own",
    well: { prepare: ({ write }) => void write("mortar/settings.json", "{}") },
    broken: { prepare: ({ write }) => void write("mortar/settings.json", "{") },
    state: "fail",
    seen: /settings\.json cannot be understood/,
    cure: /Mend it as JSON/,
  },
  {
    id: "configuration.files",
    well: { prepare: settings({}) },
    broken: { prepare: ({ write }) => void write(".codex/config.toml", "a = 1\nb = \n") },
    state: "fail",
    seen: /Codex: .*config\.toml, line 2 cannot be understood/,
    cure: /^Mend .*line 2 by hand/,
  },
  {
    id: "configuration.helper",
    well: {
      prepare: (world) => {
        const path = script("bin/helper")(world);
        settings({ apiKeyHelper: `"${String(path)}" token` })(world);
      },
    },
    broken: { prepare: settings({ apiKeyHelper: "/gone/helper --x", theme: "dark" }) },
    state: "fail",
    seen: /apiKeyHelper starts \/gone\/helper, which is not there/,
    cure: /mortar setup claude/,
    mends: true,
  },
  {
    id: "configuration.hook-program",
    well: {
      prepare: settings({
        hooks: { SessionStart: [{ hooks: [{ type: "command", command: "mortar hooks session-start" }] }] },
      }),
    },
    broken: {
      prepare: settings({
        hooks: {
          SessionStart: [{ hooks: [{ type: "command", command: "/gone/mortar hooks session-start --agent=claude" }] }],
        },
      }),
    },
    state: "fail",
    seen: /hooks start \/gone\/mortar/,
    cure: /mortar setup claude/,
  },
  {
    id: "configuration.base-urls",
    well: {
      prepare: settings({ env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:4999/x" } }),
      around: { listens: async () => true },
    },
    broken: {
      prepare: settings({ env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:4999/x", ANTHROPIC_AUTH_TOKEN: "k", A: "1" } }),
      around: nobodyListens,
    },
    state: "fail",
    seen: /Claude Code goes to http:\/\/127\.0\.0\.1:4999, where nobody answers/,
    cure: /^mortar setup/,
    mends: true,
  },
  {
    id: "configuration.placeholder",
    well: { prepare: settings({ env: { ANTHROPIC_AUTH_TOKEN: "own" } }) },
    broken: {
      prepare: settings({
        env: { ANTHROPIC_AUTH_TOKEN: "proxy-managed", ANTHROPIC_BASE_URL: "http://127.0.0.1:49153" },
      }),
    },
    state: "fail",
    seen: /is what databricks-claude wrote/,
    cure: /^mortar setup claude$/,
    mends: true,
  },
  {
    id: "configuration.onboarding",
    well: {
      prepare: (world) => {
        settings({ apiKeyHelper: "/opt/x" })(world);
        world.write(".claude.json", '{"hasCompletedOnboarding": true}');
      },
    },
    broken: { prepare: settings({ apiKeyHelper: "/opt/x" }) },
    state: "warn",
    seen: /hasCompletedOnboarding is not set/,
    cure: /mortar setup claude/,
  },
  {
    id: "configuration.codex-profile",
    well: { prepare: ({ write }) => void write(".codex/config.toml", 'model = "a"\n') },
    broken: { prepare: ({ write }) => void write(".codex/config.toml", '# mine\nprofile = "default"\nmodel = "a"\n') },
    state: "fail",
    seen: /profile at its root/,
    cure: /config\.toml/,
    mends: true,
  },
  {
    id: "configuration.betas",
    well: { prepare: settings({}) },
    broken: { prepare: settings({ env: { CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: "1" } }) },
    state: "warn",
    seen: /tool search/,
    cure: /^Take it out/,
    mends: true,
  },
  {
    id: "configuration.gateway-path",
    well: {
      config: workspaceConfig,
      prepare: settings({ env: { ANTHROPIC_BASE_URL: "https://one.cloud.databricks.com/ai-gateway/anthropic" } }),
    },
    broken: {
      config: workspaceConfig,
      prepare: settings({
        env: { ANTHROPIC_BASE_URL: "https://one.cloud.databricks.com/serving-endpoints/anthropic" },
      }),
    },
    state: "warn",
    seen: /Claude Code goes to .*the path of serving endpoints.*\/context/,
    cure: /mortar setup/,
  },
  {
    id: "configuration.static-token",
    well: { prepare: settings({ env: { ANTHROPIC_AUTH_TOKEN: "own-key" } }) },
    broken: { prepare: settings({ env: { ANTHROPIC_AUTH_TOKEN: jwt(startMs / 1_000 - 600) } }) },
    state: "fail",
    seen: /^env\.ANTHROPIC_AUTH_TOKEN in .*settings\.json is a token that has ended: the workspace answers 401$/,
    cure: /mortar setup/,
    mends: true,
  },
  {
    id: "configuration.conflicts",
    well: { prepare: settings({ apiKeyHelper: "/opt/x", env: { MINE: "1" } }) },
    broken: {
      prepare: settings({
        apiKeyHelper: "/opt/x",
        env: { ANTHROPIC_API_KEY: "k", CLAUDE_CODE_USE_BEDROCK: "1", DATABRICKS_HOST: "https://x" },
      }),
    },
    state: "fail",
    seen: /^ANTHROPIC_API_KEY in .* wins over apiKeyHelper/,
    cure: /^Take ANTHROPIC_API_KEY out/,
    mends: true,
  },
  {
    id: "configuration.overrides",
    well: { prepare: settings({ apiKeyHelper: "/opt/x" }) },
    broken: {
      prepare: (world) => {
        settings({ apiKeyHelper: "/opt/x" })(world);
        world.write(".claude/settings.local.json", '{"env":{"ANTHROPIC_BASE_URL":"https://else.example"}}');
      },
    },
    state: "warn",
    seen: /^ANTHROPIC_BASE_URL in .*settings\.local\.json wins over/,
    cure: /settings\.local\.json/,
  },
  {
    id: "configuration.web-tools",
    well: {
      prepare: settings({
        env: { ANTHROPIC_BASE_URL: "https://one.cloud.databricks.com/ai-gateway/anthropic" },
        permissions: { deny: ["WebSearch"] },
      }),
    },
    broken: {
      prepare: settings({ env: { ANTHROPIC_BASE_URL: "https://one.cloud.databricks.com/ai-gateway/anthropic" } }),
    },
    state: "warn",
    seen: /WebSearch runs on Anthropic's servers alone/,
    cure: /permissions\.deny/,
  },
  {
    id: "configuration.desktop",
    well: {
      config: workspaceConfig,
      around: desktopOn({
        inferenceCredentialHelper: "/bin/sh",
        inferenceGatewayBaseUrl: "https://one.cloud.databricks.com/x",
      }),
    },
    broken: {
      around: desktopOn({
        inferenceCredentialHelper: "/gone/helper",
        inferenceGatewayBaseUrl: "https://one.cloud.databricks.com/x",
      }),
    },
    state: "fail",
    seen: /^Claude Desktop starts \/gone\/helper, which is not there \(\/x\/entry\.json\)$/,
    cure: /^mortar desktop install$/,
  },
  {
    id: "configuration.older-hooks",
    well: { prepare: settings({ hooks: { SessionStart: [{ hooks: [{ type: "command", command: "echo hi" }] }] } }) },
    broken: {
      prepare: settings({
        hooks: {
          SessionStart: [
            {
              matcher: "startup",
              hooks: [
                { type: "command", command: "databricks-claude hooks session-start", timeout: 15 },
                { type: "command", command: "echo mine" },
              ],
            },
          ],
          Stop: [{ hooks: [{ type: "command", command: "databricks-claude --headless-release" }] }],
        },
      }),
    },
    state: "warn",
    seen: /Claude Code still has what databricks-claude wrote/,
    cure: /^mortar doctor --fix$/,
    mends: true,
  },
  {
    id: "configuration.older-state",
    well: { env: ({ home }) => ({ TMPDIR: home }) },
    broken: {
      env: ({ home }) => ({ TMPDIR: home }),
      prepare: ({ write }) =>
        void [write(".claude/.databricks-claude.json", "{}"), write(".databricks-claude-sessions-49153", "{}")],
    },
    state: "warn",
    seen: /\.databricks-claude\.json, .*sessions-49153/,
    cure: /--fix/,
    mends: true,
  },
  {
    id: "configuration.older-service",
    well: {},
    broken: {
      deps: { run: printing("") },
      prepare: ({ write }) => void write(".config/systemd/user/databricks-claude-daemon.service", "[Service]\n"),
    },
    state: "warn",
    seen: /databricks-claude-daemon\.service starts its daemon/,
    cure: /--fix/,
    mends: true,
  },
  {
    id: "configuration.older-managed",
    well: { deps: { os: "darwin" } },
    broken: {
      deps: { os: "darwin" },
      prepare: ({ write }) => void write("Library/Preferences/com.icerhymers.databricks-claude.plist", fleetPlist),
    },
    state: "warn",
    seen: /com\.icerhymers\.databricks-claude\.plist is set, and names the profile work/,
    cure: /--fix/,
  },
  {
    id: "configuration.fmapi",
    well: { prepare: settings({ apiKeyHelper: "/opt/own" }) },
    broken: {
      prepare: (world) => {
        const path = String(world.write(".claude/fmapi-key-helper.sh", "#!/bin/sh\n", 0o700));
        world.write(".claude/.fmapi-pat-cache", "x");
        world.write(".claude/skills/fmapi-codingagent-status/SKILL.md", "x");
        settings({ apiKeyHelper: path, theme: "dark" })(world);
      },
    },
    state: "warn",
    seen: /its settings in .*settings\.json.*\.fmapi-pat-cache.*fmapi-key-helper\.sh.*fmapi-codingagent-status/,
    cure: /--fix/,
    mends: true,
  },
  {
    id: "configuration.ai-dev-kit",
    well: { prepare: ({ write }) => void write(".cursor/mcp.json", '{"mcpServers":{"other":{"command":"x"}}}') },
    broken: {
      prepare: ({ write, home }) => {
        const python = join(home, ".ai-dev-kit/.venv/bin/python");
        write(
          ".cursor/mcp.json",
          JSON.stringify({ mcpServers: { databricks: { command: python, args: [] }, other: { command: "x" } } }),
        );
        write(".ai-dev-kit/version", "0.1.14");
      },
    },
    state: "warn",
    seen: /Cursor starts the server of ai-dev-kit as databricks/,
    cure: /mortar setup/,
    mends: true,
  },
  {
    id: "profile.file",
    well: { config: workspaceConfig },
    broken: { config: "[DEFAULT]\nhost = https://a\nnonsense\n" },
    state: "fail",
    seen: /line 3/,
    cure: /Mend line 3/,
  },
  {
    id: "profile.address",
    well: { config: workspaceConfig },
    broken: { config: "[DEFAULT]\nhost = https://accounts.cloud.databricks.com\n" },
    state: "fail",
    seen: /the account console/,
    cure: /address of a workspace/,
  },
  {
    id: "profile.twins",
    well: { config: workspaceConfig },
    broken: {
      config: `${workspaceConfig}\n[two]\nhost = https://one.cloud.databricks.com/\nauth_type = databricks-cli\n`,
    },
    state: "warn",
    seen: /DEFAULT, two are all for/,
    cure: /--profile DEFAULT/,
  },
  {
    id: "profile.environment",
    well: { config: workspaceConfig },
    broken: {
      config: workspaceConfig,
      env: {
        DATABRICKS_HOST: "https://two.cloud.databricks.com",
        DATABRICKS_TOKEN: "dapi00000000000000000000000000000000",
      },
    },
    state: "warn",
    seen: /DATABRICKS_HOST, DATABRICKS_TOKEN are set.*another workspace than one\.cloud/,
    cure: /^unset DATABRICKS_HOST DATABRICKS_TOKEN/,
  },
  {
    id: "identity.sign-in",
    well: { workspace: true },
    broken: {
      config: "[DEFAULT]\nhost = https://one.cloud.databricks.com\nauth_type = databricks-cli\n",
      fetch: answering(() => Response.json({})),
    },
    state: "fail",
    seen: /./,
    cure: /mortar auth login/,
  },
  {
    id: "identity.kind",
    well: { workspace: true },
    broken: { config: workspaceConfig, fetch: answering(() => Response.json({ userName: "me" })) },
    state: "warn",
    seen: /DEFAULT signs in by a personal token/,
    cure: /mortar auth login --profile DEFAULT --force/,
  },
  {
    id: "identity.older-tokens",
    well: { workspace: true },
    broken: {
      config: workspaceConfig,
      fetch: answering(() =>
        Response.json({
          userName: "me",
          token_infos: [
            { token_id: "a", comment: "Claude Code FMAPI (laptop)" },
            { token_id: "b", comment: "mine" },
          ],
        }),
      ),
    },
    state: "warn",
    seen: /^1 token was made by the FMAPI setup scripts/,
    cure: /save the one in use/,
  },
  {
    id: "identity.databricks-cli",
    well: {},
    broken: { prepare: script("bin/databricks"), env: inBin },
    state: "warn",
    seen: /is the legacy CLI/,
    cure: /pip uninstall databricks-cli/,
  },
  {
    id: "connectivity.workspace",
    well: { workspace: true },
    broken: { config: workspaceConfig },
    state: "fail",
    seen: /one\.cloud\.databricks\.com takes no connection/,
    cure: /network and the VPN/,
  },
  {
    id: "connectivity.clock",
    well: { workspace: true },
    broken: {
      config: workspaceConfig,
      fetch: answering(() => Response.json({}, { headers: { date: "Thu, 01 Jan 2026 00:10:00 GMT" } })),
    },
    state: "fail",
    seen: /600 s behind the workspace's/,
    cure: /Set the clock/,
  },
  {
    id: "connectivity.certificates",
    well: {
      config: workspaceConfig,
      fetch: answering(() => Response.json({})),
      around: { certificates: async () => [{ subject: "x", issuer: "DigiCert Inc", isPublic: true }] },
    },
    broken: {
      config: workspaceConfig,
      fetch: answering(() => Response.json({})),
      around: { certificates: async () => [{ subject: "x", issuer: "Zscaler Inc.", isPublic: false }] },
    },
    state: "warn",
    seen: /issued by Zscaler Inc\./,
    cure: /NODE_EXTRA_CA_CERTS=\/path\/to\/zscaler-inc\.pem/,
  },
  {
    id: "connectivity.proxy",
    well: { env: { HTTPS_PROXY: "http://p:1", NO_PROXY: "127.0.0.1,localhost" } },
    broken: { env: { HTTPS_PROXY: "http://p:1", NO_PROXY: "localhost" } },
    state: "warn",
    seen: /NO_PROXY lacks 127\.0\.0\.1:/,
    cure: /export NO_PROXY=/,
  },
  {
    id: "gateway.family",
    well: { workspace: true },
    broken: {
      workspace: true,
      prepare: async () => {
        for (const path of ["/api/2.1/unity-catalog/model-services**", "/api/ai-gateway/**"]) {
          await emulator.control("POST faults", { kind: "status", status: 404, times: 0, path });
        }
      },
    },
    state: "warn",
    seen: /only serving endpoints answer/,
    cure: /enable the AI Gateway/,
  },
  {
    id: "gateway.request",
    well: { workspace: true },
    broken: {
      workspace: true,
      prepare: () => emulator.control("POST faults", { kind: "status", status: 403, times: 0, path: "/ai-gateway/**" }),
    },
    state: "fail",
    seen: /claude-haiku/,
    cure: /EXECUTE|admin/,
  },
  {
    id: "models.roles",
    well: { workspace: true },
    broken: {
      config: workspaceConfig,
      fetch: async (input) =>
        Response.json(
          String(input).includes("model-services")
            ? {
                model_services: [
                  {
                    name: "model-services/system.ai.gemini-4-pro",
                    full_name: "system.ai.gemini-4-pro",
                    config: {},
                    api_types: ["gemini/v1/generateContent"],
                    supported_api_types: ["gemini/v1/generateContent"],
                  },
                ],
              }
            : { userName: "me" },
        ),
    },
    state: "warn",
    seen: /no Claude model/,
    cure: /EXECUTE/,
  },
  {
    id: "models.pins",
    well: {
      workspace: true,
      prepare: ({ deps }) => pinModel(deps, "DEFAULT", { role: "opus", model: "system.ai.claude-opus-5-5" }),
    },
    broken: {
      workspace: true,
      prepare: ({ deps }) => pinModel(deps, "DEFAULT", { role: "opus", model: "system.ai.claude-opus-1" }),
    },
    state: "fail",
    seen: /opus is pinned to system\.ai\.claude-opus-1/,
    cure: /^mortar models pin opus --off$/,
    mends: true,
  },
  {
    id: "models.settings",
    well: {
      workspace: true,
      prepare: settings({
        env: { ANTHROPIC_MODEL: "opus[1m]", ANTHROPIC_DEFAULT_OPUS_MODEL: "system.ai.claude-opus-5-5[1m]" },
      }),
    },
    broken: { workspace: true, prepare: settings({ env: { ANTHROPIC_MODEL: "databricks-claude-opus-4-1" } }) },
    state: "fail",
    seen: /ANTHROPIC_MODEL in .* names databricks-claude-opus-4-1/,
    cure: /mortar setup claude/,
    mends: true,
  },
  {
    id: "proxy.running",
    well: {},
    broken: {
      prepare: async ({ deps, write, home }) => {
        // A process that lives, has the proxy's place on record, and answers nothing.
        const { processStart } = await import("../platform/process-start.ts");
        const { recordFile } = await import("../proxy/lifecycle/places.ts");
        const start = await processStart(deps, process.pid);
        write(keyFile(deps).slice(home.length), `mortar-${"k".repeat(43)}`);
        write(recordFile(deps).slice(home.length), JSON.stringify({ ...proxyRecord, processStart: start }));
      },
    },
    state: "fail",
    seen: /has the proxy's place and does not answer/,
    cure: /^mortar proxy stop --now$/,
  },
  {
    id: "proxy.port",
    well: { around: nobodyListens },
    broken: { around: { listens: async () => true } },
    state: "warn",
    seen: /another program answers on 49153/,
    cure: /lsof -i :49153/,
  },
  {
    id: "proxy.service",
    well: { prepare: unit("/bin/sh") },
    broken: { prepare: unit("/gone/mortar") },
    state: "fail",
    seen: /starts \/gone\/mortar/,
    cure: /^mortar proxy install$/,
  },
  {
    id: "proxy.certificate",
    well: {},
    broken: {
      deps: { clock: systemClock },
      prepare: async ({ deps, write, home }) => {
        const { recordFile } = await import("../proxy/lifecycle/places.ts");
        const certFile = write("cert.pem", testCertificates(["x"]).cert);
        write(
          recordFile(deps).slice(home.length),
          JSON.stringify({ ...proxyRecord, tls: { certFile, keyFile: "/k" } }),
        );
      },
    },
    state: "warn",
    seen: /The certificate Test Server ends on/,
    cure: /cert\.pem/,
  },
  {
    id: "mcp.server",
    well: { deps: { run: printing(toolList) } },
    broken: {
      deps: {
        run: async () => ({ exitCode: 1, stdout: "no\n", stderr: "error: it is broken token=abcdef123456\nhint\n" }),
      },
    },
    state: "fail",
    seen: /^the server did not list its tools: error: it is broken token=(?!abc)\S+$/,
    cure: /mortar mcp serve/,
  },
  {
    id: "mcp.agents",
    well: {
      prepare: (world) =>
        void world.write(
          ".cursor/mcp.json",
          JSON.stringify({
            mcpServers: { databricks: { command: String(script("bin/mortar")(world)), args: ["mcp", "serve"] } },
          }),
        ),
    },
    broken: {
      prepare: ({ write }) =>
        void write(
          ".cursor/mcp.json",
          '{\n  // mine\n  "mcpServers": {"databricks": {"command": "/gone/mortar", "args": ["mcp", "serve"]}}\n}',
        ),
    },
    state: "fail",
    seen: /Cursor starts \/gone\/mortar for databricks/,
    cure: /mortar mcp install --client cursor/,
    mends: true,
  },
  {
    id: "skills.installed",
    well: { prepare: (world) => putSkill(world) },
    broken: {
      prepare: async (world) => {
        const folder = await putSkill(world);
        const { recordPath, readRecord, writeRecord } = await import("../skills/record.ts");
        const [one] = [...(await readRecord(world.deps)).values()];
        if (one === undefined) throw new Error(recordPath(world.deps));
        // An older version, which had another text.
        const { hashOf } = await import("../skills/package.ts");
        const path = join(folder, one.name, "SKILL.md");
        world.write(path.slice(world.home.length), "older");
        const files = { ...one.files, "SKILL.md": hashOf(new TextEncoder().encode("older")) };
        await writeRecord(world.deps, new Map([[one.folder, { ...one, files }]]));
      },
    },
    state: "warn",
    seen: /not as this version has them/,
    cure: /^mortar skills update$/,
    mends: true,
  },
  {
    id: "completion.installed",
    well: { around: { completion: async () => [place] } },
    broken: { around: { completion: async () => [{ ...place, state: "outdated" as const }] } },
    state: "warn",
    seen: /bash: \/x\/mortar is of another version/,
    cure: /^mortar completion install bash$/,
  },
];

async function putSkill({ deps, home }: TestWorld): Promise<string> {
  const folder = join(home, ".claude", "skills");
  const skill = await builtInPackage("databricks-jobs").catch(async () => {
    const { skillCatalog } = await import("../skills/catalog.ts");
    return builtInPackage(skillCatalog[0]?.name ?? "");
  });
  const options = { deps, signal: AbortSignal.timeout(20_000), dryRun: false, version: "1.2.3" };
  await installSkills([skill], [{ folder }], options);
  return folder;
}

const around: Surroundings = {
  version: "1.2.3",
  self: ["/opt/mortar"],
  completion: async () => [],
  desktop: async () => undefined,
  certificates: async () => [],
  listens: async () => false,
  freeBytes: async () => 10_000_000_000,
  processors: async () => ({ own: "x64", system: "x64" }),
};

async function on(
  fixture: Fixture,
  work: (look: (id: string) => Promise<readonly Finding[]>, world: TestWorld) => Promise<void>,
) {
  const ofWorkspace =
    fixture.workspace === true
      ? { config: `[DEFAULT]\nhost = ${emulator.host}\ntoken = ${emulator.token}\n`, fetch: fetch as Fetch }
      : {};
  const { config, fetch: answers } = { ...fixture, ...ofWorkspace };
  const real = fixture.workspace === true ? { clock: systemClock } : {};
  const made = testWorld({
    ...(config === undefined ? {} : { config }),
    ...(answers === undefined ? {} : { fetch: answers }),
    deps: { ...real, ...fixture.deps },
  });
  try {
    mkdirSync(join(made.home, "mortar"), { mode: 0o700 });
    const more = typeof fixture.env === "function" ? fixture.env(made) : fixture.env;
    const world = { ...made, deps: { ...made.deps, env: { ...made.deps.env, ...more } } };
    await fixture.prepare?.(world);
    const look = async (id: string) => {
      const signal = AbortSignal.timeout(20_000);
      const facts = createFacts(world.deps, { profile: fixture.profile ?? "DEFAULT", version: "1.2.3", signal });
      const only = checks.filter((check) => check.id === id).map((check) => ({ ...check, needs: [] }));
      const [result] = await runChecks(only, {
        deps: world.deps,
        around: { ...around, ...fixture.around },
        facts,
        signal,
      });
      return result?.findings ?? [];
    };
    await work(look, world);
  } finally {
    made.dispose();
  }
}

describe.each([...cases])("$id", ({ id, well, broken, state, seen, cure }) => {
  test("finds nothing where all is well", async () => {
    await on(well, async (look) => {
      const findings = await look(id);
      expect(findings.length).toBeGreaterThan(0);
      expect(findings.filter((one) => one.state === "warn" || one.state === "fail")).toEqual([]);
    });
  });

  test("names what is broken, and its cure", async () => {
    await on(broken, async (look) => {
      const findings = await look(id);
      const [found] = findings.filter((one) => one.state === state);
      expect({ findings, seen: found?.seen, cure: found?.cure }).toMatchObject({
        seen: expect.stringMatching(seen),
        cure: expect.stringMatching(cure),
      });
    });
  });
});

test.each(cases.filter(({ mends }) => mends === true))(
  "$id mends it, and finds nothing then",
  async ({ id, broken }) => {
    await on(broken, async (look) => {
      const findings = await look(id);
      const check = checks.find((one) => one.id === id);
      if (check === undefined) throw new Error(id);
      const signal = AbortSignal.timeout(20_000);
      const mended = await mend([{ check, findings, late: false }], { agrees: async () => true, signal });
      expect(mended.map(({ outcome, error }) => [outcome, error])).toEqual(mended.map(() => ["done", undefined]));
      expect(mended.length).toBeGreaterThan(0);
      expect((await look(id)).filter((one) => one.state === "warn" || one.state === "fail")).toEqual([]);
    });
  },
);

describe("the table", () => {
  test("has every check once, and each has its machines here", () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
  });

  test("needs only checks that are there, and goes in no ring", () => {
    const known = new Map(checks.map((check) => [check.id, check.needs ?? []]));
    const depth = (id: string, way: readonly string[]): number => {
      expect(way).not.toContain(id);
      const needs = known.get(id);
      expect(needs).toBeDefined();
      return 1 + Math.max(0, ...(needs ?? []).map((one) => depth(one, [...way, id])));
    };
    for (const id of known.keys()) expect(depth(id, [])).toBeLessThan(10);
  });

  test.each(checks.map(({ id, group }) => [id, group] as const))("%s is named after its group", (id, group) => {
    expect(id).toStartWith(`${group}.`);
  });
});

describe("limits and refusals", () => {
  const refused = (fault: object): Fixture => ({
    workspace: true,
    prepare: () => emulator.control("POST faults", { kind: "status", times: 0, path: "/ai-gateway/**", ...fault }),
  });

  test("a rate limit is a warning that says how long to wait, at once", async () => {
    await on(refused({ status: 429, retry_after: "120" }), async (look) => {
      const [found] = await look("gateway.request");
      expect(found).toMatchObject({ state: "warn", cure: expect.stringContaining("wait 120 seconds") });
    });
  });

  test("a refusal names the model and who asked", async () => {
    await on(refused({ status: 403 }), async (look) => {
      const [found] = await look("gateway.request");
      expect(found?.cure).toMatch(/EXECUTE .* on system\.ai\.claude-haiku-5-5 for \S+@\S+/);
    });
  });

  test("a sign-in that has ended names the command that makes it anew", async () => {
    const host = "https://one.cloud.databricks.com";
    const config = `[DEFAULT]\nhost = ${host}\nauth_type = databricks-cli\n`;
    const ended: Fetch = async (input) => {
      const isToken = String(input instanceof Request ? input.url : input).includes("/oidc/v1/token");
      return isToken
        ? Response.json({ error: "invalid_grant", error_description: "refresh token is expired" }, { status: 400 })
        : Response.json({});
    };
    const prepare: Prepare = (world) => storeLogin(world, host, { expiresAtMs: 1 }, "DEFAULT");
    await on({ config, prepare, fetch: ended }, async (look) => {
      const [found] = await look("identity.sign-in");
      expect(found).toMatchObject({ state: "fail", cure: expect.stringContaining("mortar auth login") });
    });
  });
});

describe("what is mended keeps the rest", () => {
  test("of a file with comments and a person's own hooks", async () => {
    const text = '{\n  // mine\n  "apiKeyHelper": "/gone/helper",\n  "theme": "dark"\n}\n';
    const prepare: Prepare = ({ write }) => void write(".claude/settings.json", text, 0o640);
    await on({ prepare }, async (look, { home }) => {
      const file = join(home, ".claude", "settings.json");
      for (const { fix } of await look("configuration.helper")) await fix?.apply();
      expect(readFileSync(file, "utf8")).toBe('{\n  // mine\n  "theme": "dark"\n}\n');
      expect(statSync(file).mode & 0o777).toBe(0o640);
    });
  });

  test("a command of a person's own beside an older hook stays", async () => {
    const older = cases.find(({ id }) => id === "configuration.older-hooks");
    await on(older?.broken ?? {}, async (look, { home }) => {
      for (const { fix } of await look("configuration.older-hooks")) await fix?.apply();
      const text = readFileSync(join(home, ".claude", "settings.json"), "utf8");
      expect(text).toContain("echo mine");
      expect(text).not.toContain("databricks-claude");
    });
  });

  test.each([
    ["http://one.cloud.databricks.com/ai-gateway/anthropic", /in clear/],
    ["https://accounts.cloud.databricks.com/ai-gateway/anthropic", /account console/],
    ["https://one.cloud.databricks.com/ai-gateway/anthropic?o=17", /behind it/],
    ["https://123.ai-gateway.cloud.databricks.com/anthropic", /address of before/],
    ["https://two.cloud.databricks.com/ai-gateway/anthropic", /the profile is of one\.cloud/],
    ["https://gateway.example.com/anthropic", undefined],
  ])("a base URL of %s", async (url, seen) => {
    await on({ config: workspaceConfig, prepare: settings({ env: { ANTHROPIC_BASE_URL: url } }) }, async (look) => {
      const [found] = await look("configuration.gateway-path");
      if (seen === undefined) expect(found?.state).toBe("pass");
      else expect(found?.seen).toMatch(seen);
    });
  });

  test("a token in settings never comes out, one that lasts is a warning, and Codex and OpenCode are looked at", async () => {
    const token = jwt(startMs / 1_000 + 1_800);
    const prepare: Prepare = ({ write }) => {
      write(".codex/config.toml", `[model_providers.x]\nexperimental_bearer_token = "${token}"\n`);
      write(
        ".config/opencode/opencode.json",
        JSON.stringify({ provider: { y: { options: { apiKey: "dapi0123456789" } } } }),
      );
    };
    await on({ prepare }, async (look) => {
      const found = await look("configuration.static-token");
      expect(found.map(({ state }) => state)).toEqual(["warn", "warn"]);
      expect(found[0]?.seen).toMatch(/for 30 more minutes/);
      expect(JSON.stringify(found)).not.toContain(token.split(".")[1] ?? "");
    });
  });

  test("a dead address of somebody else's in a file that a setup has written is named", async () => {
    await on({ around: nobodyListens, workspace: true }, async (look, { deps, home, write }) => {
      const file = write(".claude/settings.json", '{"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:4999/x"}}');
      const { applyEdit } = await import("../platform/edits/edits.ts");
      const changes = [{ kind: "set", path: ["env", "A"], value: "1" }] as const;
      await applyEdit(deps, { owner: "setup-claude", file, format: "json", changes });
      expect((await look("configuration.base-urls"))[0]?.state).toBe("fail");
      const led = [{ kind: "set", path: ["env", "ANTHROPIC_BASE_URL"], value: "http://127.0.0.1:4998/x" }] as const;
      await applyEdit(deps, { owner: "setup-claude", file, format: "json", changes: led });
      expect([home.length > 0, (await look("configuration.base-urls"))[0]?.state]).toEqual([true, "pass"]);
    });
  });

  test("a Databricks CLI that gives out ended tokens, and its broken cache, are named", async () => {
    const prepare: Prepare = ({ write }) => {
      // As large as the real one, which is no script.
      write("bin/databricks", `#!/bin/sh\necho 'Databricks CLI v0.296.0'\nexit\n${"#".repeat(1_100_000)}`, 0o755);
      write(".databricks/token-cache.json", '{"version": 1, "tokens": {');
    };
    await on({ prepare, env: ({ home }) => ({ PATH: `${join(home, "bin")}:/bin:/usr/bin` }) }, async (look) => {
      const found = await look("identity.databricks-cli");
      expect(found.map(({ state, seen }) => [state, seen])).toEqual([
        ["warn", expect.stringContaining("malformed token cache")],
        ["warn", expect.stringMatching(/version 0\.296\.0: before 0\.298\.0/)],
      ]);
    });
  });

  test("Claude Desktop by way of a proxy that is gone, with a key of before", async () => {
    const daemon = {
      inferenceGatewayBaseUrl: "http://127.0.0.1:4999/p/DEFAULT/anthropic",
      inferenceGatewayApiKey: "old",
    };
    const prepare: Prepare = ({ write, deps, home }) =>
      write(keyFile(deps).slice(home.length), "mortar-new-key-of-the-proxy");
    await on({ prepare, around: { ...desktopOn(daemon), ...nobodyListens } }, async (look) => {
      const found = await look("configuration.desktop");
      expect(found.map(({ state, cure }) => [state, cure])).toEqual([
        ["fail", "mortar proxy install"],
        ["fail", "mortar desktop install --daemon"],
      ]);
      expect(JSON.stringify(found)).not.toContain("mortar-new-key");
    });
    const other = {
      inferenceGatewayBaseUrl: "https://two.cloud.databricks.com/x",
      inferenceCredentialHelper: "/bin/sh",
    };
    await on({ config: workspaceConfig, around: desktopOn(other) }, async (look) => {
      expect((await look("configuration.desktop"))[0]?.seen).toMatch(/is on two\.cloud.*, agents are on one\.cloud/);
    });
  });

  test("tokens of the FMAPI scripts are revoked by the fix, and no others", async () => {
    const prepare: Prepare = (world) => storeLogin(world, "https://one.cloud.databricks.com");
    const revoked: string[] = [];
    const fetch: Fetch = async (url, init) => {
      if (String(url).endsWith("/token/delete")) revoked.push(String(init?.body));
      const tokens = ["Claude Code FMAPI (x)", "mine", "Claude Code FMAPI"];
      const infos = tokens.map((comment, index) => ({ token_id: `t${index}`, comment }));
      return Response.json(String(url).endsWith("/token/list") ? { token_infos: infos } : {});
    };
    const config = "[dev]\nhost = https://one.cloud.databricks.com\nauth_type = databricks-cli\n";
    await on({ config, prepare, fetch, profile: "dev" }, async (look) => {
      const [found] = await look("identity.older-tokens");
      expect([found?.seen, found?.fix?.title, found?.fix?.safe]).toEqual([
        expect.stringContaining("2 tokens were made"),
        "Revoke the 2 tokens of the FMAPI setup scripts",
        false,
      ]);
      await found?.fix?.apply();
      expect(revoked.map((body) => JSON.parse(body) as unknown)).toEqual([{ token_id: "t0" }, { token_id: "t2" }]);
    });
  });

  test("a sign-in that cannot be understood is named, one that can is not", async () => {
    const prepare: Prepare = async (world) => {
      await storeLogin(world, "https://one.cloud.databricks.com");
      world.write("mortar/logins/broken.json", '{"host": ');
    };
    await on({ prepare }, async (look) => {
      expect((await look("configuration.own")).map(({ seen }) => seen)).toEqual([
        expect.stringMatching(/^the sign-in in .*broken\.json cannot be understood$/),
      ]);
    });
  });

  test.each([
    [{ WSL_DISTRO_NAME: "Ubuntu" }, "warn", /no program here opens a browser of Windows/, /wslu/],
    [
      { WSL_DISTRO_NAME: "Ubuntu", BROWSER: "wslview" },
      "pass",
      /^WSL.*: the proxy listens on 127\.0\.0\.1 of this side/,
      undefined,
    ],
    [{ REMOTE_CONTAINERS: "true" }, "warn", /the proxy listens inside it/, /forward port 8020/],
    [{ CODESPACES: "true" }, "warn", /a dev container/, /forward port 8020/],
    [{ SSH_TTY: "/dev/pts/1", DISPLAY: ":10" }, "pass", /the other end of SSH/, undefined],
  ] as const)("where this machine is: %j", async (env, state, seen, cure) => {
    await on({ env }, async (look) => {
      const found = (await look("machine.place")).find((one) => one.state === state);
      expect(found?.seen).toMatch(seen);
      if (cure !== undefined) expect(found?.cure).toMatch(cure);
    });
  });

  test("settings of a project that was set up for itself are no surprise", async () => {
    await on({ prepare: settings({ apiKeyHelper: "/opt/x" }) }, async (look, { deps, home }) => {
      const { applyEdit } = await import("../platform/edits/edits.ts");
      const file = join(home, ".claude", "settings.local.json");
      const changes = [{ kind: "set", path: ["env", "ANTHROPIC_BASE_URL"], value: "http://127.0.0.1:1" }] as const;
      await applyEdit(deps, { owner: `setup-claude:${home}`, file, format: "json", changes });
      expect((await look("configuration.overrides")).map(({ state }) => state)).toEqual(["pass"]);
    });
  });

  test("a model of Codex is looked for in the workspace, and a prefix of its list is refused", async () => {
    const prepare: Prepare = (world) => {
      settings({ env: { ANTHROPIC_DEFAULT_OPUS_MODEL: "model-services/system.ai.claude-opus-5-5" } })(world);
      world.write(
        ".codex/config.toml",
        'model = "gpt-5"\nmodel_provider = "databricks"\n[model_providers.databricks]\nbase_url = "https://one.cloud.databricks.com/ai-gateway/codex/v1"\n',
      );
    };
    await on({ workspace: true, prepare }, async (look) => {
      expect((await look("models.settings")).map(({ seen }) => seen)).toEqual([
        expect.stringContaining("with a prefix of its list"),
        expect.stringMatching(/Codex: model in .* names gpt-5, which the workspace does not list/),
      ]);
    });
  });

  test("a helper of somebody else is not taken for that of FMAPI", async () => {
    await on({ prepare: settings({ apiKeyHelper: "/opt/key-helper.sh" }) }, async (look) => {
      expect((await look("configuration.fmapi")).map(({ state }) => state)).toEqual(["pass"]);
    });
  });

  test("a dead server of somebody else's is named, and not taken out", async () => {
    const text = '{"mcpServers":{"databricks":{"command":"/opt/theirs/server","args":[]}}}';
    await on({ prepare: ({ write }) => void write(".cursor/mcp.json", text) }, async (look) => {
      const [found] = await look("mcp.agents");
      expect([found?.state, found?.fix]).toEqual(["warn", undefined]);
    });
  });

  test("a server of ours counts by whatever name it has", async () => {
    const prepare: Prepare = (world) => {
      script("bin/cursor")(world);
      const command = String(script("bin/mortar")(world));
      world.write(".cursor/mcp.json", JSON.stringify({ mcpServers: { dbx: { command, args: ["mcp", "serve"] } } }));
    };
    await on({ prepare, env: inBin }, async (look) => {
      expect(await look("mcp.agents")).toMatchObject([{ state: "pass", seen: "Cursor" }]);
    });
  });

  test.each(["$HOME/bin/helper", "TOKEN=1 helper", "helper-of-a-shell"])(
    "a helper line %j is not taken for dead",
    async (line) => {
      await on({ prepare: settings({ apiKeyHelper: line }) }, async (look) => {
        const findings = await look("configuration.helper");
        expect(findings.filter(({ state, fix }) => state === "fail" || fix !== undefined)).toEqual([]);
      });
    },
  );

  test("hooks of the older name stay where that is a link to this program", async () => {
    const older = cases.find(({ id }) => id === "configuration.older-hooks");
    const prepare: Prepare = async (world) => {
      script("bin/databricks-claude")(world);
      await older?.broken.prepare?.(world);
    };
    await on({ prepare, env: inBin }, async (look) => {
      expect((await look("configuration.older-hooks")).map(({ state }) => state)).toEqual(["warn"]);
    });
    const linked: Prepare = async (world) => {
      mkdirSync(join(world.home, "bin"));
      symlinkSync("/bin/sh", join(world.home, "bin", "databricks-claude"));
      await older?.broken.prepare?.(world);
    };
    await on({ prepare: linked, env: inBin, around: { self: ["/bin/sh"] } }, async (look) => {
      expect((await look("configuration.older-hooks")).map(({ state }) => state)).toEqual(["pass"]);
    });
  });

  test.skipIf(process.platform === "win32")("one file that cannot be read fails one check alone", async () => {
    const pipe = ({ home }: TestWorld): unknown => Bun.spawnSync(["mkfifo", join(home, ".claude.json")]);
    await on({ prepare: pipe }, async (look) => {
      const bad = await Promise.all(
        checks
          .filter(({ group, id }) => group === "configuration" || id === "mcp.agents" || id === "agents.foreign")
          .map(async ({ id }) => ((await look(id)).some(({ state }) => state === "fail") ? [id] : [])),
      );
      expect(bad.flat()).toEqual(["configuration.files"]);
      expect((await look("configuration.files"))[0]?.seen).toMatch(/Claude Code: Cannot read .*a pipe, and no file/);
    });
  });

  test("looking writes nothing", async () => {
    await on({}, async (look, { home }) => {
      for (const { id } of checks) await look(id);
      expect(existsSync(join(home, ".claude"))).toBe(false);
      expect(existsSync(join(home, "mortar", "edits.json"))).toBe(false);
    });
  });
});
