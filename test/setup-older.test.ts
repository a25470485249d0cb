// `mortar setup` on a machine on which every program before this one was: taken over, taken away, and nothing comes back.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createMachine, type Machine } from "./support/binary.ts";
import { ctrlC, hasControl, onTerminal } from "./support/terminal.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let env: Record<string, string>;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  const bin = join(machine.home, "bin");
  await put("bin/claude", "#!/bin/sh\necho '2.1.0 (Claude Code)'\n", 0o755);
  env = { PATH: `${bin}:/usr/bin:/bin`, TMPDIR: join(machine.home, "tmp"), SHELL: "" };
}, 60_000);

afterAll(async () => {
  await machine.run(["uninstall", "--yes"], { env });
  await workspace.stop();
  await machine.dispose();
});

async function put(path: string, content: string | object, mode = 0o600): Promise<string> {
  const full = join(machine.home, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  await chmod(full, mode);
  return full;
}

const isThere = (path: string): boolean => existsSync(join(machine.home, path));
const settings = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(machine.home, ".claude", "settings.json"), "utf8")) as Record<string, unknown>;

const left = [
  ".claude/fmapi-key-helper.sh",
  ".claude/.fmapi-pat-cache",
  ".claude/.databricks-claude.json",
  ".claude/skills/databricks-genie/manage.md",
  ".ai-dev-kit",
  ".cache/databricks-claude/credential-helper.log",
];

/** All of them at once, as people have them who have tried everything. */
async function crowded(): Promise<void> {
  await machine.run(["uninstall", "--yes"], { env });
  for (const name of [".claude", ".claude.json", ".ai-dev-kit"]) {
    await rm(join(machine.home, name), { recursive: true, force: true });
  }
  await mkdir(join(machine.home, "tmp"), { recursive: true });
  const helper = await put(
    ".claude/fmapi-key-helper.sh",
    `#!/bin/sh\nFMAPI_PROFILE="DEFAULT"\nFMAPI_HOST="${workspace.host}"\n`,
    0o700,
  );
  await put(".claude/.fmapi-pat-cache", "{}");
  await put(".claude/settings.json", {
    theme: "dark",
    apiKeyHelper: helper,
    env: {
      ANTHROPIC_BASE_URL: "https://one.cloud.databricks.com/serving-endpoints/anthropic",
      ANTHROPIC_MODEL: "databricks-claude-opus-4-6",
      ANTHROPIC_DEFAULT_SONNET_MODEL: "long-gone-endpoint",
      CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: "1",
      MINE: "1",
    },
    hooks: {
      SessionStart: [
        { matcher: "startup", hooks: [{ type: "command", command: "databricks-claude --headless-ensure" }] },
      ],
      UserPromptSubmit: [{ hooks: [{ type: "command", command: `${dirname(helper)}/fmapi-auth-precheck.sh` }] }],
    },
  });
  await put(".claude/.databricks-claude.json", {
    profile: "DEFAULT",
    otel_metrics_table: "main.telemetry.claude_otel_metrics",
    with_websearch: true,
    websearch_backend: "ddg",
  });
  await put(".cache/databricks-claude/credential-helper.log", "token begins eyJ\n");
  await put(".claude/skills/databricks-genie/SKILL.md", "---\nname: databricks-genie\ndescription: x\n---\n");
  await put(".claude/skills/databricks-genie/manage.md", "x");
  await put(".claude/skills/mine/SKILL.md", "mine");
  await put(".ai-dev-kit/.installed-skills", `${join(machine.home, ".claude", "skills")}|databricks-genie\n`);
  await put(".claude.json", {
    mcpServers: { databricks: { command: join(machine.home, ".ai-dev-kit/.venv/bin/python") } },
  });
}

const setup = (...words: string[]) => machine.json(["setup", ...words, "--no-verify"], { env });

test("is told of, and left where nobody has said anything", async () => {
  await crowded();
  const { data, error } = await setup("--yes");
  expect(error).toBeUndefined();
  const notes = JSON.stringify(data["notes"]);
  expect(data).toMatchObject({ profile: "DEFAULT", host: workspace.host, older_removed: [] });
  for (const words of [
    "the FMAPI setup of Claude Code on the profile DEFAULT",
    "databricks-claude on the profile DEFAULT",
    "the server of ai-dev-kit",
    "no long-gone-endpoint any more",
    "metrics go to main.telemetry.claude_otel_metrics",
    "web search by duckduckgo",
    "--remove-older",
  ]) {
    expect(notes).toContain(words);
  }
  expect(left.filter((path) => !isThere(path))).toEqual([]);
}, 60_000);

test("goes with --remove-older, our skills take their place, and taking setup back brings nothing of it back", async () => {
  await crowded();
  const { data, error } = await setup("--yes", "--remove-older", "--mode", "proxy");
  expect(error).toBeUndefined();
  expect(JSON.stringify(data["older_removed"])).toContain("fmapi-key-helper.sh");
  expect(left.filter((path) => isThere(path))).toEqual([]);
  expect(await readFile(join(machine.home, ".claude/skills/databricks-genie/SKILL.md"), "utf8")).toContain(
    "description: ",
  );
  expect(isThere(".claude/skills/mine/SKILL.md")).toBe(true);
  const { env: variables, hooks } = await settings();
  expect(variables).toMatchObject({ MINE: "1", CLAUDE_CODE_ENABLE_TELEMETRY: "1" });
  expect(variables).not.toHaveProperty("CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS");
  expect(JSON.stringify(hooks)).not.toMatch(/databricks-claude|fmapi/);
  const shown = await machine.json(["config", "websearch", "show"], { env });
  expect(shown.data).toMatchObject({ enabled: true, backend: "duckduckgo" });
  const doctor = await machine.json(["doctor", "--only", "configuration"], { env });
  const findings = doctor.data["findings"] as readonly { readonly id: string; readonly state: string }[];
  const older = findings.filter(({ id }) => /older|fmapi|ai-dev-kit/.test(id)).map(({ state }) => state);
  expect(new Set(older)).toEqual(new Set(["pass"]));
  await machine.json(["uninstall", "--yes"], { env });
  expect(await settings()).toEqual({ theme: "dark", env: { MINE: "1" } });
  expect(JSON.parse(await readFile(join(machine.home, ".claude.json"), "utf8"))).toEqual({});
}, 60_000);

test("stays where a project alone is set up, and that is said", async () => {
  await crowded();
  const project = join(machine.home, "project");
  await mkdir(project, { recursive: true });
  const { data, error } = await setup("--yes", "--remove-older", "--scope", project, "--mode", "wrapper");
  expect(error).toBeUndefined();
  expect(JSON.stringify(data["notes"])).toContain("takes nothing of older programs away");
  expect(left.filter((path) => !isThere(path))).toEqual([]);
}, 60_000);

test("is shown by a dry run, which takes nothing away", async () => {
  await crowded();
  const { data } = await setup("--yes", "--remove-older", "--dry-run");
  expect(JSON.stringify(data["notes"])).toContain("Would be done: Take away its settings in");
  expect(left.filter((path) => !isThere(path))).toEqual([]);
}, 60_000);

test.skipIf(!hasControl)(
  "is asked about on a terminal: Ctrl-C changes nothing",
  async () => {
    await crowded();
    const before = await settings();
    const run = onTerminal(machine, ["setup", "claude", "--mode", "proxy", "--scope", "home"], { env });
    for (const question of ["Go on with its workspace", "Which workspace?", "Which models?"]) {
      await run.until(question);
      run.type("\r");
    }
    await run.until("Do that when everything is set up?");
    run.type(ctrlC);
    expect(await run.ended()).toBe(130);
    expect(run.text()).toContain("Older programs have left things here");
    expect(await settings()).toEqual(before);
    expect(left.filter((path) => !isThere(path))).toEqual([]);
  },
  60_000,
);

test.skipIf(!hasControl)(
  "goes where a person says yes on a terminal",
  async () => {
    await crowded();
    const words = ["setup", "claude", "--mode", "proxy", "--scope", "home", "--no-verify"];
    const run = onTerminal(machine, words, { env });
    const questions = [
      "Go on with its workspace",
      "Which workspace?",
      "Which models?",
      "Do that when everything",
      "Write this?",
    ];
    for (const question of questions) {
      await run.until(question);
      run.type("\r");
    }
    expect(await run.ended()).toBe(0);
    expect(run.text()).toContain("older program: Take away its settings in");
    expect(left.filter((path) => isThere(path))).toEqual([]);
  },
  60_000,
);
