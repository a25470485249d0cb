// What a fix leaves as it was.
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { startMs, storeLogin, type TestWorld } from "../auth/testing.ts";
import type { Fetch } from "../platform/deps.ts";
import { keyFile } from "../proxy/lifecycle/places.ts";
import { checks } from "./checks.ts";
import {
  type Prepare,
  desktopOn,
  inBin,
  jwt,
  nobodyListens,
  on,
  script,
  settings,
  workspaceConfig,
  useEmulator,
} from "./testing-checks.ts";
import { cases } from "./testing-check-cases.ts";

useEmulator();

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
