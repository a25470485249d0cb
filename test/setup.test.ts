// `mortar setup` and `mortar uninstall` through the binary: real Claude Code on what was written, questions on a terminal, and
// a home folder that is what it was when all is taken back.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMachine, type Machine } from "./support/binary.ts";
import { signIn } from "./support/agent-stage.ts";
import { claudeCode, installAgents } from "./support/real-agents.ts";
import { ctrlC, hasControl, onTerminal, type TerminalRun } from "./support/terminal.ts";
import { freePort } from "./support/ports.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let env: Record<string, string>;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  env = await installAgents(machine, [claudeCode]);
  const npm = join(machine.home, "bin", "npm");
  await writeFile(npm, `#!/bin/sh\necho "$@" >>'${join(machine.home, "npm-was-asked")}'\n`);
  await chmod(npm, 0o755);
}, 60_000);

afterAll(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  await workspace.stop();
  await machine.dispose();
});

const own = '{\n  // mine\n  "theme": "dark",\n  "permissions": { "allow": ["Bash(ls:*)"] },\n}\n';

async function fresh(settings = own): Promise<void> {
  await machine.run(["uninstall", "--yes"], { env });
  for (const name of [".claude", ".claude.json"]) await rm(join(machine.home, name), { recursive: true, force: true });
  await mkdir(join(machine.home, ".claude"), { recursive: true });
  await writeFile(join(machine.home, ".claude", "settings.json"), settings);
}

/** Every file below the home by its bytes and mode, but for the emulator's and the locks, which are empty. */
async function tree(): Promise<Readonly<Record<string, string>>> {
  const all: Record<string, string> = {};
  for (const entry of await readdir(machine.home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(machine.home.length + 1);
    if (/^(?:workspace(?:$|\/)|mortar$|mortar\/run$|mortar\/run\/(?:emulator-|[\w-]+\.lck))/.test(path)) continue;
    const { mode } = await stat(join(machine.home, path));
    const bytes = entry.isDirectory() ? "folder" : Bun.hash(await readFile(join(machine.home, path))).toString(36);
    all[path] = `${mode.toString(8)} ${bytes}`;
  }
  return all;
}

const setup = (...words: string[]) => machine.json(["setup", ...words], { env });
const uninstall = (...words: string[]) => machine.json(["uninstall", ...words, "--yes"], { env });
const read = (path: string) => readFile(join(machine.home, path), "utf8");

describe("without questions", () => {
  test("a host is enough, and all of it can be taken back to the byte", async () => {
    await fresh();
    const before = await tree();
    const { ok, data, error } = await setup("--host", `${workspace.host}/?o=17#job`);
    expect(error).toBeUndefined();
    expect(ok).toBe(true);
    expect(data).toMatchObject({
      host: workspace.host,
      profile: "DEFAULT",
      agents: [{ agent: "claude", mode: "proxy" }],
    });
    expect(data["proofs"]).toMatchObject([{ agent: "claude", status: "passed" }]);
    expect(await read(".claude/settings.json")).toContain("// mine");
    // Claude Code itself takes none.
    expect(JSON.stringify(data["notes"])).toContain("does not take");
    expect(await read(".claude/settings.json")).toContain("/p/DEFAULT/anthropic");
    expect(JSON.parse(await read(".claude.json"))).toMatchObject({ mcpServers: { databricks: {} } });
    const taken = await uninstall();
    expect(taken.data["kept"]).toEqual([]);
    expect(taken.data["proxy"]).toBeNumber();
    expect(await tree()).toEqual(before);
    expect((await machine.json(["proxy", "status"], { env })).data["running"]).toBe(false);
    await machine.run(["uninstall", "--yes"], { env });
    expect(await tree()).toEqual(before);
  }, 60_000);

  test("a second time it changes nothing, and --reinstall does the last one again", async () => {
    await fresh();
    await setup("--host", workspace.host, "--mode", "helper", "--ttl", "20", "--no-mcp", "--no-skills");
    const first = await tree();
    expect(await read(".claude/settings.json")).toContain("1200000");
    const again = await setup("--reinstall", "--no-verify");
    expect(again.data["agents"]).toMatchObject([
      { mode: "helper", files: [{ status: "unchanged" }, { status: "unchanged" }] },
    ]);
    expect((await tree())[".claude/settings.json"]).toEqual(first[".claude/settings.json"]);
    expect(first[".claude/skills"]).toBeUndefined();
    await uninstall();
  }, 60_000);

  test.each(["proxy", "helper", "wrapper"])(
    "in a project, with the mode %s, the home folder stays as it is",
    async (mode) => {
      await fresh();
      const folder = join(machine.home, "project");
      await mkdir(folder, { recursive: true });
      const before = await tree();
      const words = ["--settings-location", folder, "--mode", mode, "--no-verify"];
      const { ok, data } = await setup("claude", "--host", workspace.host, ...words);
      expect(ok).toBe(true);
      const files = (data["agents"] as readonly { files: readonly { file: string }[] }[]).flatMap((one) => one.files);
      expect(files.map(({ file }) => file)).toContain(join(folder, ".mcp.json"));
      const after = await tree();
      expect(after[".claude/settings.json"]).toEqual(before[".claude/settings.json"] as string);
      expect(after["project/.claude/skills/databricks-genie/SKILL.md"]).toBeString();
      expect(after["project/.claude/settings.local.json"]).toBeString();
      await uninstall();
      expect(await tree()).toEqual(before);
      await rm(folder, { recursive: true });
    },
    60_000,
  );

  test("a profile with odd characters is used as it is called", async () => {
    await fresh();
    const file = join(machine.home, ".databrickscfg");
    const profiles = await readFile(file, "utf8");
    const odd = "of my team (ü) & 'co' 100%";
    await writeFile(file, `${profiles}\n${profiles.replace("[DEFAULT]", `[${odd}]`)}`);
    const before = await tree();
    for (const mode of ["proxy", "helper"]) {
      const { error, data } = await setup("claude", "--profile", odd, "--yes", "--mode", mode);
      expect(error).toBeUndefined();
      expect(data).toMatchObject({ profile: odd, proofs: [{ status: "passed" }] });
      await uninstall();
    }
    expect(await tree()).toEqual(before);
    await writeFile(file, profiles);
  }, 60_000);

  test.each(["proxy", "helper"])(
    "a model that does not answer is said, with the mode %s: written, and exit code 7",
    async (mode) => {
      await fresh();
      const refusal = { status: 403, error_code: "PERMISSION_DENIED", message: "You may not use this model" };
      await workspace.control("POST", "faults", { kind: "status", path: "/ai-gateway/**", times: 0, ...refusal });
      try {
        const words = ["setup", "claude", "--host", workspace.host, "--mode", mode];
        const { exitCode, stdout } = await machine.run(words, { env });
        expect(exitCode).toBe(7);
        expect(stdout).toContain("claude FAILED: 403");
        expect(stdout).toContain("You may not use this model");
        expect(stdout).toContain("mortar doctor");
        expect(await read(".claude/settings.json")).toContain("ANTHROPIC_BASE_URL");
      } finally {
        await workspace.control("DELETE", "faults");
      }
      await uninstall();
    },
    60_000,
  );

  test("a dry run writes nothing, and shows no secret", async () => {
    await fresh();
    const before = await tree();
    const { stdout, exitCode } = await machine.run(["setup", "claude", "--host", workspace.host, "--dry-run"], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('"ANTHROPIC_AUTH_TOKEN": "***"');
    expect(stdout).toContain("Nothing was done.");
    expect(await tree()).toEqual(before);
  }, 30_000);

  test.each([
    ["an account console", "https://accounts.cloud.databricks.com", "account console"],
    ["http", "http://dbc-1.cloud.databricks.com", "not https"],
    ["no address", "https://", "is not the address of a workspace"],
  ])("%s is refused, with what to give instead", async (_, host, message) => {
    await fresh();
    const before = await tree();
    const { ok, error } = await setup("--host", host);
    expect(ok).toBe(false);
    expect(error?.exit_code).toBe(2);
    expect(error?.message).toContain(message);
    expect(error?.hint).toBeString();
    expect(await tree()).toEqual(before);
  });

  test("settings that lead elsewhere give way only to a yes, and come back", async () => {
    await fresh();
    const theirs = JSON.stringify({ apiKeyHelper: "/bin/theirs", env: { ANTHROPIC_BASE_URL: "https://gw.example" } });
    await writeFile(join(machine.home, ".claude/settings.json"), theirs);
    const before = await tree();
    const refused = await setup("--host", workspace.host);
    expect(refused.error).toMatchObject({ code: "conflict", hint: expect.stringContaining("--take-over") });
    expect(await tree()).toEqual(before);
    const taken = await setup("--host", workspace.host, "--take-over", "--no-verify");
    expect(taken.ok).toBe(true);
    expect(await read(".claude/settings.json")).not.toContain("gw.example");
    await uninstall();
    expect(await tree()).toEqual(before);
  }, 60_000);

  test("a server of somebody else stays under its name, and ours has the one that is given", async () => {
    await fresh();
    const theirs = { mcpServers: { databricks: { command: "npx", args: ["theirs"] } } };
    await writeFile(join(machine.home, ".claude.json"), JSON.stringify(theirs));
    const before = await tree();
    for (const words of [[], ["--take-over"]]) {
      const { error } = await setup("--host", workspace.host, "--no-verify", ...words);
      expect(error).toMatchObject({ code: "conflict", hint: expect.stringContaining("--name NAME") });
    }
    expect(await tree()).toEqual(before);
    expect((await setup("--host", workspace.host, "--no-verify", "--name", "two words")).error?.exit_code).toBe(2);
    expect((await setup("--host", workspace.host, "--no-verify", "--name", "dbx")).ok).toBe(true);
    const { mcpServers } = JSON.parse(await read(".claude.json")) as { mcpServers: Record<string, unknown> };
    expect(mcpServers["databricks"]).toEqual(theirs.mcpServers.databricks);
    expect(mcpServers["dbx"]).toMatchObject({ args: ["mcp", "serve", "--profile", "DEFAULT"] });
    // The name is kept for the next one.
    expect((await setup("--host", workspace.host, "--no-verify")).data["agents"]).toMatchObject([
      { files: [{ status: "unchanged" }, { status: "unchanged" }] },
    ]);
    const agents = (await machine.json(["status"], { env })).data["agents"];
    expect(agents).toContainEqual(expect.objectContaining({ name: "claude", server: "dbx" }));
    await uninstall();
    expect(await tree()).toEqual(before);
  }, 60_000);

  test("each agent keeps its own mode, and --reinstall stays in its place", async () => {
    await fresh();
    const before = await tree();
    await setup("claude", "--host", workspace.host, "--no-verify", "--mode", "helper");
    await setup("codex", "--host", workspace.host, "--no-verify", "--mode", "proxy");
    const { data } = await setup("--reinstall", "--no-verify");
    expect(data["agents"]).toMatchObject([
      { agent: "claude", mode: "helper" },
      { agent: "codex", mode: "proxy" },
    ]);
    await uninstall();
    expect(await tree()).toEqual(before);
  }, 60_000);

  test("a broken file is named and left, and nothing else is written", async () => {
    await fresh();
    await writeFile(join(machine.home, ".claude.json"), '{ "projects": ');
    const before = await tree();
    const { error } = await setup("--host", workspace.host);
    expect(error).toMatchObject({ code: "config_invalid", message: expect.stringContaining(".claude.json") });
    expect(await tree()).toEqual(before);
  }, 30_000);

  test("a list in the place of an object is named, and left", async () => {
    await fresh('{ "env": [] }');
    const before = await tree();
    const { error } = await setup("--host", workspace.host);
    expect(error).toMatchObject({ code: "config_invalid", message: expect.stringContaining("env is not an object") });
    expect(await tree()).toEqual(before);
  }, 30_000);

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "a folder that cannot be written leaves nothing half written",
    async () => {
      await fresh();
      await chmod(join(machine.home, ".claude"), 0o500);
      const before = await tree();
      const { ok, error } = await setup("--host", workspace.host);
      await chmod(join(machine.home, ".claude"), 0o700);
      expect(ok).toBe(false);
      expect(error?.code).toBe("io");
      expect(Object.keys(await tree()).filter((path) => path.startsWith(".claude"))).toEqual(
        Object.keys(before).filter((path) => path.startsWith(".claude")),
      );
      await uninstall();
    },
    30_000,
  );

  test("a folder of skills that cannot be made takes the settings back", async () => {
    await fresh();
    await writeFile(join(machine.home, ".claude", "skills"), "a file of mine\n");
    const before = await tree();
    const { ok } = await setup("--host", workspace.host);
    expect(ok).toBe(false);
    const after = await tree();
    for (const path of [".claude/settings.json", ".claude/skills", ".claude.json"])
      expect(after[path]).toEqual(before[path] as string);
    await uninstall();
    expect(await tree()).toEqual(before);
  }, 60_000);

  test("what a person has in the place of a skill stays, then and when all is taken back", async () => {
    await fresh();
    const skills = join(machine.home, ".claude", "skills");
    await mkdir(skills, { recursive: true });
    await writeFile(join(skills, "databricks-unity-catalog"), "a file of mine\n");
    const before = await tree();
    expect((await setup("--host", workspace.host, "--no-verify")).data["skills"]).toMatchObject({ kept: 1 });
    expect(await read(".claude/skills/databricks-unity-catalog")).toBe("a file of mine\n");
    await uninstall();
    expect(await tree()).toEqual(before);
  }, 60_000);

  test.skipIf(process.platform !== "linux")(
    "an agent that is missing is installed only when that is said",
    async () => {
      await fresh();
      const asked = join(machine.home, "npm-was-asked");
      const plain = await setup("codex", "--host", workspace.host, "--no-verify");
      expect(JSON.stringify(plain.data["notes"])).toContain("Codex is not installed (npm install -g @openai/codex)");
      expect(await Bun.file(asked).exists()).toBe(false);
      expect((await setup("codex", "--host", workspace.host, "--no-verify", "--install-missing")).ok).toBe(true);
      expect(await readFile(asked, "utf8")).toBe("install -g @openai/codex\n");
      await rm(asked);
      await uninstall();
      expect(await Bun.file(join(machine.home, ".codex", "config.toml")).exists()).toBe(false);
    },
    60_000,
  );

  test("two at once end in one state", async () => {
    await fresh();
    const before = await tree();
    const both = await Promise.all([1, 2].map(() => setup("--host", workspace.host, "--no-verify")));
    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    expect((await setup("--host", workspace.host, "--no-verify")).data["agents"]).toMatchObject([
      { files: [{ status: "unchanged" }, { status: "unchanged" }] },
    ]);
    await uninstall();
    expect(await tree()).toEqual(before);
  }, 90_000);

  test("an entry that two agents share is unchanged when both want it again", async () => {
    await fresh();
    const project = join(machine.home, "shared");
    await mkdir(project, { recursive: true });
    const both = () =>
      setup("claude", "copilot", "--host", workspace.host, "--scope", project, "--mode", "wrapper", "--no-skills");
    expect((await both()).ok).toBe(true);
    const file = join(project, ".mcp.json");
    const before = await readFile(file, "utf8");
    const again = await both();
    const agents = again.data["agents"] as readonly { readonly files: readonly object[] }[];
    expect(agents).toHaveLength(2);
    expect(agents.flatMap(({ files }) => files)).toContainEqual({ file, status: "unchanged", kept: 0 });
    expect(JSON.stringify(agents)).not.toContain('"written"');
    expect(await readFile(file, "utf8")).toBe(before);
    await uninstall();
    await rm(project, { recursive: true });
  }, 60_000);

  test("an uninstall beside a setup leaves nothing that the next one does not take", async () => {
    await fresh();
    const home = join(machine.home, "beside");
    for (let round = 0; round < 3; round++) {
      await mkdir(join(home, ".claude"), { recursive: true });
      const { MORTAR_HOME: _, ...common } = { ...machine.env, ...env };
      const own = {
        env: {
          ...common,
          HOME: home,
          MORTAR_HOME: "",
          XDG_DATA_HOME: "",
          XDG_CACHE_HOME: "",
          DATABRICKS_CONFIG_FILE: join(machine.home, ".databrickscfg"),
        },
      };
      await Promise.all([
        machine.run(["setup", "claude", "--host", workspace.host], own),
        machine.run(["uninstall", "--yes"], own),
        machine.run(["uninstall", "--dry-run"], own),
      ]);
      const last = await machine.run(["uninstall", "--yes"], own);
      expect([last.exitCode, last.stderr]).toEqual([0, ""]);
      expect(await readdir(home)).toEqual([".claude"]);
      await rm(home, { recursive: true });
    }
  }, 120_000);

  test("nobody there, and nothing that says which workspace: the flag is named", async () => {
    await fresh();
    const empty = join(machine.home, "no-profiles");
    const { error } = await machine.json(["setup", "claude"], { env: { ...env, DATABRICKS_CONFIG_FILE: empty } });
    expect(error).toMatchObject({ code: "usage", exit_code: 2, hint: expect.stringContaining("--host") });
  });

  test("a team's file answers, and what it may not have is named", async () => {
    await fresh();
    const file = join(machine.home, "team.json");
    await writeFile(file, JSON.stringify({ version: 1, host: workspace.host, ttl: 30, mode: "helper", skills: false }));
    const { data } = await setup("--config", file, "--dry-run");
    expect(data).toMatchObject({ agents: [{ mode: "helper" }] });
    expect(data["diff"]).toContain("1800000");
    await writeFile(file, JSON.stringify({ hots: workspace.host }));
    const { error } = await setup("--config", file);
    expect(error).toMatchObject({ exit_code: 2, hint: expect.stringContaining("Did you mean host?") });
    await rm(file);
  }, 30_000);
});

test("what the FMAPI setup script has made is taken as it was, gives way, and comes back", async () => {
  const helper = join(machine.home, ".claude", "fmapi-key-helper.sh");
  const theirs = {
    apiKeyHelper: helper,
    env: {
      ANTHROPIC_MODEL: "databricks-claude-opus-4-6",
      ANTHROPIC_BASE_URL: `${workspace.host}/serving-endpoints/anthropic`,
      CLAUDE_CODE_API_KEY_HELPER_TTL_MS: "1800000",
    },
  };
  await fresh(JSON.stringify(theirs));
  await writeFile(helper, `#!/bin/sh\nFMAPI_PROFILE="DEFAULT"\nFMAPI_HOST="${workspace.host}"\n`);
  const before = await tree();
  const { ok, data } = await setup("--yes");
  expect(ok).toBe(true);
  expect(data).toMatchObject({ host: workspace.host, profile: "DEFAULT", agents: [{ mode: "helper" }] });
  expect(JSON.stringify(data["notes"])).toContain("FMAPI setup");
  expect(JSON.parse(await read(".claude/settings.json"))).toMatchObject({
    apiKeyHelper: expect.stringContaining("auth token"),
    env: { CLAUDE_CODE_API_KEY_HELPER_TTL_MS: "1800000" },
  });
  await uninstall();
  expect(await tree()).toEqual(before);
}, 60_000);

test("the port of databricks-claude is taken over, its telemetry too, and a model that is gone makes way", async () => {
  await fresh("{}");
  const port = Number(await freePort());
  const state = { profile: "DEFAULT", port, otel_metrics_table: "main.t.claude_otel_metrics" };
  const file = join(machine.home, ".claude", ".databricks-claude.json");
  await writeFile(file, JSON.stringify(state));
  await mkdir(join(machine.home, ".codex"), { recursive: true });
  await writeFile(join(machine.home, ".codex", ".databricks-codex.json"), '{ "model": "databricks-gpt-of-old" }');
  const before = await tree();
  const planned = await setup("claude", "--yes", "--dry-run");
  expect(planned.data["diff"]).toContain(`http://127.0.0.1:${port}/p/DEFAULT/anthropic`);
  expect(await tree()).toEqual(before);
  const { data } = await setup("claude", "--yes");
  expect(data["proofs"]).toMatchObject([{ status: "passed" }]);
  expect(JSON.stringify(data["notes"])).toContain("lists no databricks-gpt-of-old any more");
  const settings = await read(".claude/settings.json");
  expect(settings).toContain(`http://127.0.0.1:${port}/p/DEFAULT/anthropic`);
  expect(settings).toContain("OTEL_METRICS_EXPORTER");
  await uninstall();
  expect(await tree()).toEqual(before);
  await rm(join(machine.home, ".codex"), { recursive: true });
}, 60_000);

test("Claude Code itself works on what was written, and no trace of us stays in what it has", async () => {
  const plain = '{ "theme": "dark" }\n';
  await fresh(plain);
  const tool = (name: string): string => `mcp__databricks__${name}`;
  await setup("claude", "--host", workspace.host);
  await workspace.control("PUT", "scenario", {
    turns: [
      {
        text: "I write it.",
        tools: [{ name: tool("write_notebook"), input: { notebook_path: "~/after-setup", content: "print(6 * 7)" } }],
      },
      { text: "Done after setup." },
    ],
  });
  const words = [
    "-p",
    "Write a notebook.",
    "--allowedTools",
    "mcp__databricks",
    "--output-format",
    "stream-json",
    "--verbose",
  ];
  const child = Bun.spawn([join(machine.home, "bin", "claude"), ...words], {
    env: { ...machine.env, ...env },
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect(stdout + stderr).toContain("Done after setup.");
  expect(await child.exited).toBe(0);
  const start = JSON.parse(stdout.split("\n").find((line) => line.includes('"subtype":"init"')) ?? "{}") as Record<
    string,
    unknown
  >;
  expect(start["mcp_servers"]).toMatchObject([{ name: "databricks", status: "connected" }]);
  expect(start["skills"]).toContain("databricks-genie");
  const seen = (await workspace.requests()).map(({ path }) => path);
  expect(seen).toContain("/ai-gateway/anthropic/v1/messages");
  expect(seen).toContain("/api/2.0/workspace/import");
  await uninstall();
  expect(await read(".claude/settings.json")).toBe(plain);
  const state = JSON.parse(await read(".claude.json")) as Record<string, unknown>;
  expect(JSON.stringify(state["mcpServers"] ?? {})).not.toContain("databricks");
  expect(await readdir(join(machine.home, ".claude", "skills")).catch(() => [])).toEqual([]);
}, 180_000);

describe.skipIf(!hasControl)("on a terminal", () => {
  const questions: readonly (readonly [wait: string | RegExp, keys: string])[] = [
    ["Which agents?", "\r"],
    ["Which workspace?", "\r"],
    ["Where?", "\r"],
    ["How do models reach", "\r"],
    ["Which models?", "\r"],
    ["Write this?", "\r"],
  ];

  async function answer(run: TerminalRun, count: number): Promise<void> {
    for (const [wait, keys] of questions.slice(0, count)) {
      await run.until(wait);
      run.type(keys);
    }
  }

  test("Enter at every question makes the agents ready", async () => {
    await fresh();
    const before = await tree();
    const run = onTerminal(machine, ["setup"], { env });
    await answer(run, questions.length);
    expect(await run.ended()).toBe(0);
    expect(run.text()).toContain("Next: ");
    expect(run.text()).toContain('"ANTHROPIC_AUTH_TOKEN": "***"');
    expect(await read(".claude/settings.json")).toContain("ANTHROPIC_BASE_URL");
    await uninstall();
    expect(await tree()).toEqual(before);
  }, 60_000);

  test("what was said once, and nobody is asked about, stays so", async () => {
    await fresh("{}");
    const words = ["--no-mcp", "--no-skills", "--ttl", "20", "--mode", "helper"];
    await setup("--host", workspace.host, "--no-verify", ...words);
    const settings = await read(".claude/settings.json");
    const run = onTerminal(machine, ["setup"], { env });
    await answer(run, questions.length);
    expect(await run.ended()).toBe(0);
    expect(run.text()).toContain("Every setting is as it should be.");
    expect(await read(".claude/settings.json")).toBe(settings);
    expect(await read(".claude.json")).not.toContain("mcpServers");
    expect(await readdir(join(machine.home, ".claude"))).not.toContain("skills");
    await uninstall();
  }, 60_000);

  test.each(questions.map(([wait], index) => [String(wait), index] as const))(
    "Ctrl-C at %p changes nothing",
    async (wait, index) => {
      await fresh();
      const before = await tree();
      const run = onTerminal(machine, ["setup"], { env });
      await answer(run, index);
      await run.until(wait);
      run.type(ctrlC);
      expect(await run.ended()).toBe(130);
      expect(await tree()).toEqual(before);
    },
    60_000,
  );

  test("Claude Desktop is found, led to the workspace on a yes, and given back", async () => {
    await fresh();
    await mkdir(join(machine.home, ".config", "Claude"), { recursive: true });
    const before = await tree();
    const ask = "Claude Desktop is on this machine.";
    const stopped = onTerminal(machine, ["setup"], { env });
    await stopped.until(ask);
    stopped.type(ctrlC);
    expect(await stopped.ended()).toBe(130);
    expect(await tree()).toEqual(before);
    const run = onTerminal(machine, ["setup"], { env });
    await run.until(ask);
    run.type("\u001B[B\r");
    await answer(run, questions.length);
    expect(await run.ended()).toBe(0);
    const { data } = await machine.json(["desktop", "status"], { env });
    expect(data["library"]).toMatchObject({ installed: true });
    await uninstall();
    expect(await tree()).toEqual(before);
    await rm(join(machine.home, ".config", "Claude"), { recursive: true });
  }, 60_000);

  describe("questions that are asked where there is a reason", () => {
    const down = "\u001B[B";
    const foreign = JSON.stringify({ apiKeyHelper: "/bin/theirs" });
    const older = JSON.stringify({ apiKeyHelper: "/x/fmapi-key-helper.sh" });
    const cases: readonly (readonly [
      string,
      string,
      readonly (readonly [string, string])[],
      Record<string, string>,
    ])[] = [
      ["What shall become of it?", foreign, questions.slice(0, 5).map(([wait, keys]) => [String(wait), keys]), {}],
      ["Go on with its workspace", older, [], {}],
      [
        "Address of the workspace",
        own,
        [["Which agents?", "\r"]],
        { DATABRICKS_CONFIG_FILE: "/nonexistent/databrickscfg" },
      ],
      [
        "is not installed. Run npm",
        own,
        [
          ["Which agents?", `${down} \r`],
          ...questions.slice(1, 4).map(([wait, keys]) => [String(wait), keys] as const),
        ],
        {},
      ],
      [
        "Model for opus?",
        own,
        [...questions.slice(0, 4).map(([wait, keys]) => [String(wait), keys] as const), ["Which models?", `${down}\r`]],
        {},
      ],
    ];

    test.each(cases)(
      "Ctrl-C at %p changes nothing",
      async (wait, settings, before, more) => {
        await fresh(settings);
        const start = await tree();
        const run = onTerminal(machine, ["setup"], { env: { ...env, ...more } });
        for (const [shown, keys] of before) {
          await run.until(shown);
          run.type(keys);
        }
        await run.until(wait);
        run.type(ctrlC);
        expect(await run.ended()).toBe(130);
        expect(await tree()).toEqual(start);
      },
      60_000,
    );

    test("another name is asked for where the server's is taken, and Ctrl-C there changes nothing", async () => {
      for (const isLeft of [true, false]) {
        await fresh();
        await writeFile(join(machine.home, ".claude.json"), '{ "mcpServers": { "databricks": { "command": "npx" } } }');
        const start = await tree();
        const run = onTerminal(machine, ["setup"], { env });
        await answer(run, 5);
        await run.until("Name for ours [databricks-mortar]");
        if (isLeft) {
          run.type(ctrlC);
          expect(await run.ended()).toBe(130);
          expect(await tree()).toEqual(start);
          continue;
        }
        run.type("a b\r");
        await run.until(/at most 64[^]*Name for ours/);
        run.type("\r");
        await run.until("Write this?");
        run.type("\r");
        expect(await run.ended()).toBe(0);
        expect(JSON.parse(await read(".claude.json"))).toMatchObject({
          mcpServers: { databricks: { command: "npx" }, "databricks-mortar": { args: expect.anything() } },
        });
        await uninstall();
        expect(await tree()).toEqual(start);
      }
    }, 60_000);

    test("an address that will not do is asked for again", async () => {
      await fresh();
      const run = onTerminal(machine, ["setup"], {
        env: { ...env, DATABRICKS_CONFIG_FILE: "/nonexistent/databrickscfg" },
      });
      await run.until("Which agents?");
      run.type("\r");
      await run.until("Address of the workspace");
      run.type("http://dbc-1.cloud.databricks.com\r");
      await run.until("is not https");
      await run.until(/not https[^]*Address of the workspace/);
      run.type(ctrlC);
      expect(await run.ended()).toBe(130);
    }, 60_000);

    test("a no to taking the place of others leaves the agent out", async () => {
      await fresh(foreign);
      const start = await tree();
      const run = onTerminal(machine, ["setup"], { env });
      await answer(run, 5);
      await run.until("What shall become of it?");
      run.type("\r");
      expect(await run.ended()).toBe(1);
      expect(run.text()).toContain("Nothing was changed");
      expect(await tree()).toEqual(start);
    }, 60_000);
  });

  test("who is not signed in is signed in on the way, and the profile is made", async () => {
    await fresh();
    await workspace.control("PATCH", "switches", { autoConsent: true });
    const visit = join(machine.home, "visit.ts");
    await writeFile(visit, 'await (await fetch(process.argv[2] ?? "", { proxy: "" })).text();\n');
    const browser = join(machine.home, "own-browser");
    await writeFile(browser, `#!/bin/sh\nexec '${process.execPath}' '${visit}' "$1"\n`);
    await chmod(browser, 0o755);
    const file = join(machine.home, "fresh.databrickscfg");
    const own = { ...env, DATABRICKS_CONFIG_FILE: file, BROWSER: browser };
    const unasked = await machine.json(["setup", "--host", workspace.host, "--profile", "fresh"], { env: own });
    expect(unasked.error).toMatchObject({
      exit_code: 3,
      hint: expect.stringContaining("mortar auth login fresh --host"),
    });
    const run = onTerminal(machine, ["setup", "--host", workspace.host, "--profile", "fresh"], { env: own });
    expect(await run.ended()).toBe(0);
    expect(await readFile(file, "utf8")).toContain("[fresh]");
    expect(await read(".claude/settings.json")).toContain("/p/fresh/anthropic");
    await machine.run(["uninstall", "--yes", "--sign-out"], { env: own });
    for (const path of [visit, browser, file]) await rm(path);
  }, 60_000);

  test("uninstall asks, and a no changes nothing", async () => {
    await fresh();
    await setup("--host", workspace.host, "--no-verify");
    const before = await tree();
    const run = onTerminal(machine, ["uninstall"], { env });
    await run.until("Take this back? [y/N] ");
    run.type("n\r");
    expect(await run.ended()).toBe(1);
    expect((await tree())[".claude/settings.json"]).toEqual(before[".claude/settings.json"] as string);
    await uninstall();
  }, 60_000);
});

test("a person's sign-in: tokens of the older script are revoked, and auth login renews what is set up", async () => {
  await fresh();
  const profile = await read(".databrickscfg");
  const token = /token *= *(\S+)/.exec(profile)?.[1] ?? "";
  const ask = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${token}` };
    const init = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
    return (await (await fetch(`${workspace.host}/api/2.0/token/${path}`, init)).json()) as Record<string, unknown>;
  };
  for (const comment of ["Claude Code FMAPI (me, 2026-02-01)", "mine"]) await ask("create", { comment });
  await signIn({ machine, workspace });
  if (hasControl) {
    const before = await tree();
    const words = ["setup", "claude", "--scope", "home", "--mode", "proxy", "--no-verify"];
    const stopped = onTerminal(machine, words, { env });
    await stopped.until("Which workspace?");
    stopped.type("\r");
    await stopped.until("Which models?");
    stopped.type("\r");
    await stopped.until("Revoke?");
    stopped.type(ctrlC);
    expect(await stopped.ended()).toBe(130);
    expect(JSON.stringify(await ask("list"))).toContain("Claude Code FMAPI");
    expect(await tree()).toEqual(before);
  }
  const told = await setup("--host", workspace.host, "--no-verify");
  expect(JSON.stringify(told.data["notes"])).toContain("--revoke-older-tokens");
  expect(JSON.stringify(await ask("list"))).toContain("Claude Code FMAPI");
  const done = await setup("--host", workspace.host, "--no-verify", "--revoke-older-tokens");
  expect(done.data["tokens_revoked"]).toBe(1);
  const left = JSON.stringify(await ask("list"));
  expect(left).not.toContain("Claude Code FMAPI");
  expect(left).toContain("mine");
  const browser = join(machine.home, "browser");
  const again = await machine.json(["auth", "login", "--callback-port", "0"], { env: { BROWSER: browser } });
  expect(again.data).toMatchObject({ profile: "DEFAULT", already_signed_in: false });
  const kept = await uninstall();
  expect(JSON.stringify(kept.data["kept"])).toContain("--sign-out");
  const out = await uninstall("--sign-out");
  expect(out.data).toMatchObject({ signed_out: ["DEFAULT"], kept: [] });
  expect((await machine.run(["auth", "status"])).exitCode).toBe(3);
  await writeFile(join(machine.home, ".databrickscfg"), profile);
}, 90_000);
