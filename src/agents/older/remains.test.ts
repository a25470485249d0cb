// A machine on which every program before this one was: each thing is found, taken away, and nothing of a person's with it.
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { testWorld, type TestWorld } from "../../auth/testing.ts";
import type { Deps } from "../../platform/deps.ts";
import { applyEdit, revertEdits } from "../../platform/edits/edits.ts";
import type { RunProcess } from "../../platform/process.ts";
import { fleetDomain } from "../../platform/managed/managed.ts";
import { withoutFmapi, withoutFmapiProvider } from "./fmapi.ts";
import { findRemains, remainsOf, type OlderKind } from "./remains.ts";
import type { OlderRemain } from "./remain.ts";

let world: TestWorld;
afterEach(() => world.dispose());

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const text = (path: string): string => readFileSync(join(world.home, path), "utf8");
const isThere = (path: string): boolean => lstatSync(join(world.home, path), { throwIfNoEntry: false }) !== undefined;

function machine(deps: Partial<Deps> = {}, env: Deps["env"] = {}): void {
  world = testWorld({ env, deps: { run: async () => ({ exitCode: 1, stdout: "", stderr: "" }), ...deps } });
  mkdirSync(join(world.home, "tmp"));
  Object.assign(world.deps.env, { TMPDIR: join(world.home, "tmp") });
}

/** The look's own signal ends with it, as that of a check does. */
async function look(kind?: OlderKind): Promise<readonly OlderRemain[]> {
  const ended = new AbortController();
  const about = { deps: world.deps, self: "/opt/mortar", signal: ended.signal };
  const found = await (kind === undefined ? findRemains(about) : remainsOf(kind, about));
  ended.abort();
  return found;
}

async function takeAll(kind?: OlderKind): Promise<void> {
  for (const { removal } of await look(kind)) await removal?.apply();
}

interface Called {
  readonly run: RunProcess;
  readonly words: string[];
}

function calls(exitCode = 0, stdout = ""): Called {
  const words: string[] = [];
  const run: RunProcess = async (command, options) => {
    options?.signal?.throwIfAborted();
    words.push(command.join(" "));
    return { exitCode, stdout, stderr: "" };
  };
  return { run, words };
}

test("a machine without any of them has nothing, and looking makes nothing", async () => {
  machine();
  world.write(".claude/settings.json", pretty({ apiKeyHelper: "/opt/own", env: { ANTHROPIC_MODEL: "x" } }));
  expect(await look()).toEqual([]);
  expect(existsSync(join(world.home, "mortar"))).toBe(false);
});

describe("databricks-claude", () => {
  test("loses state, versions, counts and logs of its own, and no file of that name of somebody else", async () => {
    machine();
    world.write(".claude/.databricks-claude.json", "{}");
    world.write(".claude/.update-check.json", pretty({ repo_slug: "IceRhymers/databricks-claude" }));
    world.write(".codex/.update-check.json", pretty({ repo_slug: "somebody/else" }));
    world.write("tmp/.databricks-codex-sessions-49154", "{}");
    world.write(".cache/databricks-claude/credential-helper.log", "token eyJhbGciOiJ");
    world.write(".local/state/databricks-claude-daemon/serve.log", "x");
    const found = await look("state");
    expect(found.map(({ seen }) => seen)).toEqual([
      expect.stringMatching(/\.databricks-claude\.json, .*\.update-check\.json, .*sessions-49154/),
      expect.stringContaining("beginnings of tokens"),
    ]);
    await takeAll("state");
    expect(await look("state")).toEqual([]);
    expect([".cache/databricks-claude", ".local/state/databricks-claude-daemon"].map(isThere)).toEqual([false, false]);
    expect(isThere(".codex/.update-check.json")).toBe(true);
  });

  test("and the FMAPI commands are named where they are still installed; a link to this program is none of them", async () => {
    machine();
    const self = world.write("opt/mortar", "#!/bin/sh\n", 0o755);
    for (const name of ["databricks-claude", "setup-fmapi-codex"]) world.write(`bin/${name}`, "#!/bin/sh\n", 0o755);
    symlinkSync(self, join(world.home, "bin", "databricks-codex"));
    Object.assign(world.deps.env, { PATH: join(world.home, "bin") });
    const { signal } = new AbortController();
    const found = await findRemains({ deps: world.deps, self, signal });
    expect(found.map(({ seen, step, removal }) => [seen, step, removal])).toEqual([
      [expect.stringMatching(/bin\/setup-fmapi-codex is on the PATH/), expect.stringContaining("uv tool"), undefined],
      [
        expect.stringMatching(/bin\/databricks-claude is on the PATH/),
        expect.stringContaining("brew uninstall"),
        undefined,
      ],
    ]);
  });

  test("loses the list of sessions of its first versions, and not somebody else's of that name", async () => {
    machine();
    world.write(".claude/.settings.lock", "");
    world.write(".claude/.sessions.json", '[{"id":"mine"}]');
    expect(await look("state")).toEqual([]);
    world.write(
      ".claude/.sessions.json",
      '[{"pid":1,"proxy_url":"http://127.0.0.1:5","started_at":"2026-01-01T00:00:00Z"}]',
    );
    await takeAll("state");
    expect([".claude/.sessions.json", ".claude/.settings.lock"].filter(isThere)).toEqual([]);
  });

  test("its state stays where its name is a link to this program, which reads it", async () => {
    machine();
    const self = world.write("opt/mortar", "#!/bin/sh\n", 0o755);
    mkdirSync(join(world.home, "bin"));
    symlinkSync(self, join(world.home, "bin", "databricks-claude"));
    Object.assign(world.deps.env, { PATH: join(world.home, "bin") });
    world.write(".claude/.databricks-claude.json", "{}");
    world.write(".codex/.databricks-codex.json", "{}");
    const { signal } = new AbortController();
    const found = await remainsOf("state", { deps: world.deps, self, signal });
    expect(found.map(({ removal }) => removal?.title)).toEqual([
      `Delete ${join(world.home, ".codex", ".databricks-codex.json")}`,
    ]);
  });

  test("its unit is stopped before it is deleted, with the link by which it is wanted", async () => {
    const systemd = calls(1);
    machine({ run: systemd.run });
    const unit = world.write(".config/systemd/user/databricks-claude-daemon.service", "[Service]\n");
    mkdirSync(join(world.home, ".config/systemd/user/default.target.wants"));
    const wanted = ".config/systemd/user/default.target.wants/databricks-claude-daemon.service";
    symlinkSync(unit, join(world.home, wanted));
    await takeAll("service");
    expect(systemd.words).toEqual([
      "systemctl --user disable --now databricks-claude-daemon.service",
      "systemctl --user daemon-reload",
    ]);
    expect([existsSync(unit), isThere(wanted)]).toEqual([false, false]);
  });

  test("its launch agent is booted out", async () => {
    const launchd = calls();
    machine({ run: launchd.run, os: "darwin" });
    const path = "Library/LaunchAgents/databricks-claude-daemon.plist";
    world.write(path, "<plist/>");
    await takeAll("service");
    expect(launchd.words).toEqual([expect.stringMatching(/launchctl bootout gui\/\d+\/databricks-claude-daemon$/)]);
    expect(isThere(path)).toBe(false);
  });

  test("its task is ended and deleted, and one that Windows keeps is said", async () => {
    const tasks = calls();
    machine({ run: tasks.run, os: "win32" });
    await takeAll("service");
    expect(tasks.words.at(-1)).toBe("schtasks /Delete /TN databricks-claude-daemon /F");
    world.dispose();
    machine({
      os: "win32",
      run: async (command) => ({ exitCode: command.includes("/Delete") ? 1 : 0, stdout: "", stderr: "" }),
    });
    await expect(takeAll("service")).rejects.toThrow("did not delete the task");
  });

  test("what an administrator has rolled out is named, and our own payload is none of it", async () => {
    const defaults = calls();
    machine({ run: defaults.run, os: "darwin" });
    const path = `Library/Preferences/${fleetDomain}.plist`;
    const plist = (keys: string): string => `<plist version="1.0"><dict>${keys}</dict></plist>`;
    const profile = "<key>databricksProfile</key><string>work</string>";
    world.write(path, plist(profile));
    expect((await look("managed")).map(({ seen }) => seen)).toEqual([
      `${join(world.home, path)} is set, and names the profile work`,
    ]);
    await takeAll("managed");
    expect(defaults.words).toEqual([`/usr/bin/defaults delete ${fleetDomain}`]);
    world.write(path, plist(`${profile}<key>databricksHost</key><string>https://one.example</string>`));
    expect(await look("managed")).toEqual([]);
  });

  test("a policy of the machine is for an administrator, a person's own is deleted", async () => {
    const line = "    databricksProfile    REG_SZ    work\r\n";
    const registry = calls(0, `\r\nKEY\r\n${line}`);
    machine({ run: registry.run, os: "win32" });
    const found = await look("managed");
    expect(found.map(({ step, removal }) => [step !== undefined, removal?.title])).toEqual([
      [true, undefined],
      [false, "Delete HKCU\\SOFTWARE\\IceRhymers\\databricks-claude"],
    ]);
    await takeAll("managed");
    expect(registry.words.at(-1)).toBe("reg delete HKCU\\SOFTWARE\\IceRhymers\\databricks-claude /f");
  });
});

const fmapiEnv = {
  ANTHROPIC_MODEL: "databricks-claude-opus-4-6",
  ANTHROPIC_BASE_URL: "https://one.cloud.databricks.com/serving-endpoints/anthropic",
  ANTHROPIC_DEFAULT_OPUS_MODEL: "databricks-claude-opus-4-6",
  ANTHROPIC_DEFAULT_SONNET_MODEL: "databricks-claude-sonnet-4-6",
  ANTHROPIC_DEFAULT_HAIKU_MODEL: "databricks-claude-haiku-4-5",
  ANTHROPIC_CUSTOM_HEADERS: "x-databricks-use-coding-agent-mode: true",
  CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: "1",
  CLAUDE_CODE_API_KEY_HELPER_TTL_MS: "1800000",
};

describe("the FMAPI scripts", () => {
  test("lose helper, variables, hooks, caches, skills and their checkout; the person's own stays", async () => {
    machine();
    const helper = world.write(".claude/fmapi-key-helper.sh", "#!/bin/sh\n", 0o700);
    world.write(".claude/fmapi-auth-precheck.sh", "#!/bin/sh\n", 0o700);
    world.write(".claude/.fmapi-pat-cache", "dapi0");
    world.write(".agents/skills/fmapi-codingagent-doctor/SKILL.md", "x");
    world.write(".claude/skills/mine/SKILL.md", "x");
    world.write(".fmapi-codingagent-setup/setup-fmapi-claudecode.sh", "x");
    world.write(".claude/plugins/installed_plugins.json", pretty({ "fmapi-codingagent": { scope: "user" }, other: 1 }));
    const precheck = { type: "command", command: "/home/me/.claude/fmapi-auth-precheck.sh" };
    const settings = {
      theme: "dark",
      apiKeyHelper: helper,
      _fmapi_meta: { version: 1 },
      env: { ...fmapiEnv, MINE: "1" },
      hooks: {
        SubagentStart: [{ hooks: [precheck] }],
        UserPromptSubmit: [{ hooks: [precheck, { type: "command", command: "echo mine" }] }],
      },
    };
    world.write(".claude/settings.json", pretty(settings));
    await takeAll("fmapi");
    expect(await look()).toEqual([]);
    expect(JSON.parse(text(".claude/settings.json"))).toEqual({
      theme: "dark",
      env: { MINE: "1" },
      hooks: { UserPromptSubmit: [{ hooks: [{ type: "command", command: "echo mine" }] }] },
    });
    expect(JSON.parse(text(".claude/plugins/installed_plugins.json"))).toEqual({ other: 1 });
    const gone = ["fmapi-key-helper.sh", "fmapi-auth-precheck.sh", ".fmapi-pat-cache"].map((name) => `.claude/${name}`);
    expect([...gone, ".agents/skills/fmapi-codingagent-doctor", ".fmapi-codingagent-setup"].filter(isThere)).toEqual(
      [],
    );
    expect(isThere(".claude/skills/mine/SKILL.md")).toBe(true);
  });

  test("what a setup has on record as the value of before does not come back either", async () => {
    machine();
    const file = world.write(
      ".claude/settings.json",
      pretty({ apiKeyHelper: join(world.home, ".claude/fmapi-key-helper.sh"), env: fmapiEnv, theme: "dark" }),
    );
    world.write(".claude/fmapi-key-helper.sh", "#!/bin/sh\n");
    const changes = [
      { kind: "set", path: ["apiKeyHelper"] },
      { kind: "set", path: ["env", "ANTHROPIC_BASE_URL"], value: "http://127.0.0.1:1" },
    ] as const;
    await applyEdit(world.deps, { owner: "setup-claude", file, format: "json", changes });
    expect((await look("fmapi"))[0]?.seen).toContain(file);
    await takeAll("fmapi");
    expect(JSON.parse(text(".claude/settings.json"))).toEqual({
      theme: "dark",
      env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:1" },
    });
    await revertEdits(world.deps, "setup-claude");
    expect(JSON.parse(text(".claude/settings.json"))).toEqual({ theme: "dark" });
    expect(await look()).toEqual([]);
  });

  test("of one folder are found from that folder", async () => {
    machine();
    const project = join(world.home, "project");
    world.write("project/.claude/fmapi-key-helper.sh", "#!/bin/sh\n");
    expect(await look("fmapi")).toEqual([]);
    Object.assign(world.deps, { cwd: project });
    expect((await look("fmapi"))[0]?.seen).toContain(join(project, ".claude", "fmapi-key-helper.sh"));
  });

  test("Codex loses their provider and what chooses it, whatever it is called", () => {
    const theirs =
      '# mine\napproval_policy = "never"\nprofile = "databricks_fmapi"\n\n[profiles.databricks_fmapi]\nmodel_provider = "databricks_fmapi"\nmodel = "databricks-gpt-5-2"\n\n[model_providers.databricks_fmapi]\nname = "Databricks FMAPI"\n\n[model_providers.databricks_fmapi.auth]\ncommand = "/home/me/.codex/fmapi-key-helper.sh"\n\n[model_providers.mine]\nname = "mine"\n';
    const left = withoutFmapiProvider(theirs);
    expect(Bun.TOML.parse(left)).toEqual({ approval_policy: "never", model_providers: { mine: { name: "mine" } } });
    expect(left).toContain("# mine");
    const own = '[model_providers.x.auth]\ncommand = "/opt/own-helper"\n';
    expect(withoutFmapiProvider(own)).toBe(own);
  });

  test("variables stay with another helper, and a broken file stays whole", () => {
    const own = pretty({ apiKeyHelper: "/opt/own", env: fmapiEnv });
    expect(withoutFmapi(own)).toBe(own);
    expect(withoutFmapi('{ "apiKeyHelper": "fmapi-key-helper.sh", ')).toBe('{ "apiKeyHelper": "fmapi-key-helper.sh", ');
  });
});

test("a variable that names the home folder has nothing of it deleted", async () => {
  machine();
  Object.assign(world.deps.env, { FMAPI_HOME: world.home, AIDEVKIT_HOME: world.home });
  for (const name of ["setup-fmapi-claudecode.sh", ".installed-skills", "version", "repo/mine"]) world.write(name, "x");
  expect((await look()).map(({ step, removal }) => [typeof step, removal])).toEqual([
    ["string", undefined],
    ["string", undefined],
  ]);
  await takeAll();
  expect(["setup-fmapi-claudecode.sh", "version", "repo/mine"].map(isThere)).toEqual([true, true, true]);
});

describe("ai-dev-kit", () => {
  const skill = (name: string, folder = ".claude/skills"): void =>
    void world.write(`${folder}/${name}/SKILL.md`, `---\nname: ${name}\n---\n`);

  test("loses its hook, its servers, its skills and its runtime; others of the same folders stay", async () => {
    machine();
    for (const name of ["databricks-genie", "spark-python-data-source", "mine"]) skill(name);
    const folder = join(world.home, ".claude", "skills");
    world.write(
      ".ai-dev-kit/.installed-skills",
      `${folder}|databricks-genie\n${folder}|spark-python-data-source\n${folder}|gone\n`,
    );
    const hook = { type: "command", command: `bash ${world.home}/.ai-dev-kit/repo/.claude-plugin/check_update.sh` };
    world.write(".claude/settings.json", pretty({ hooks: { SessionStart: [{ matcher: "startup", hooks: [hook] }] } }));
    const python = join(world.home, ".ai-dev-kit", ".venv", "bin", "python");
    world.write(".claude.json", pretty({ mcpServers: { databricks: { command: python }, mine: { command: "x" } } }));
    await takeAll("ai-dev-kit");
    expect(await look()).toEqual([]);
    expect(
      ["databricks-genie", "spark-python-data-source", "mine"].map((one) => isThere(`.claude/skills/${one}`)),
    ).toEqual([false, false, true]);
    expect(JSON.parse(text(".claude/settings.json"))).toEqual({});
    expect(JSON.parse(text(".claude.json"))).toEqual({ mcpServers: { mine: { command: "x" } } });
    expect(isThere(".ai-dev-kit")).toBe(false);
  });

  test("its record cannot lead to other folders, nor to skills of ours", async () => {
    machine();
    const { home } = world;
    skill("important", "Documents/skills");
    skill("linked", "elsewhere");
    skill("databricks-genie");
    mkdirSync(join(home, ".codex"));
    symlinkSync(join(home, "elsewhere"), join(home, ".codex", "skills"));
    world.write("project/.ai-dev-kit/version", "1");
    world.write(
      "project/.ai-dev-kit/.installed-skills",
      [
        `${home}/Documents/skills|important`,
        "../Documents/skills|important",
        `${home}/project|../Documents`,
        `${home}/.claude|skills`,
      ].join("\n"),
    );
    const ours = join(home, ".claude", "skills", "databricks-genie");
    world.write(
      "mortar/skills.json",
      pretty({
        version: 1,
        skills: [{ name: "databricks-genie", folder: ours, source: { kind: "built-in" }, version: "1", files: {} }],
      }),
    );
    world.write(".ai-dev-kit/.installed-skills", `${home}/.claude/skills|databricks-genie\n`);
    Object.assign(world.deps, { cwd: join(home, "project") });
    await takeAll("ai-dev-kit");
    expect(["Documents/skills/important", "elsewhere/linked", ".claude/skills/databricks-genie"].map(isThere)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test("a folder of that name without anything of the kit is a person's", async () => {
    machine();
    world.write(".ai-dev-kit/notes.md", "mine");
    expect(await look("ai-dev-kit")).toEqual([]);
  });

  test("older plugins are taken out by Claude Code itself; the official one is none of them", async () => {
    const claude = calls();
    machine({ run: claude.run });
    const program = world.write("bin/claude", "#!/bin/sh\n", 0o755);
    Object.assign(world.deps.env, { PATH: join(world.home, "bin") });
    const names = ["databricks@claude-plugins", "databricks-claude@x", "databricks@claude-plugins-official"];
    const plugins = Object.fromEntries(names.map((name) => [name, [{ scope: "user" }]]));
    world.write(".claude/plugins/installed_plugins.json", pretty({ version: 2, plugins }));
    await takeAll("ai-dev-kit");
    expect(claude.words).toEqual(names.slice(0, 2).map((name) => `${program} plugin uninstall ${name}`));
  });

  test("without Claude Code on the PATH the command is named", async () => {
    machine();
    world.write(".claude/plugins/installed_plugins.json", pretty({ "databricks@claude-plugins": {} }));
    expect((await look("ai-dev-kit")).map(({ step, removal }) => [step, removal])).toEqual([
      ["claude plugin uninstall databricks@claude-plugins", undefined],
    ]);
  });
});
