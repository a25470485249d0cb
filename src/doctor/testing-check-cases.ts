// For each check a machine on which it finds something, with what mends it, and one on which all is well.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startMs, storeLogin, type TestWorld } from "../auth/testing.ts";
import { systemClock } from "../platform/clock.ts";
import { rememberLatest } from "../platform/release/notice.ts";
import { pinModel } from "../proxy/models/roles.ts";
import { testCertificates } from "../proxy/testing-certificate.ts";
import { keyFile } from "../proxy/lifecycle/places.ts";
import {
  type Case,
  answering,
  desktopOn,
  emulator,
  fleetPlist,
  gemini,
  geminiAt,
  inBin,
  jwt,
  nobodyListens,
  proxyRecord,
  place,
  printing,
  putSkill,
  script,
  settings,
  toolList,
  unit,
  workspaceConfig,
} from "./testing-checks.ts";

export const cases: readonly Case[] = [
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
