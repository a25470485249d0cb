// Real Claude Code through `mortar claude`: sessions with tools on the emulator's scripted model, by way of the real proxy.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMachine, type Machine, type Ran } from "./support/binary.ts";
import { claudeCode, installAgents } from "./support/real-agents.ts";
import { ctrlC, hasControl, onTerminal } from "./support/terminal.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let env: Record<string, string>;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  env = await installAgents(machine, [claudeCode]);
  const profile = await readFile(join(machine.home, ".databrickscfg"), "utf8");
  await writeFile(join(machine.home, ".databrickscfg"), `${profile}\n${profile.replace("[DEFAULT]", "[OTHER]")}`);
}, 60_000);

afterAll(async () => {
  await machine.run(["proxy", "stop"]);
  await workspace.stop();
  await machine.dispose();
});

function claude(words: readonly string[], more: Record<string, string> = {}): Promise<Ran> {
  return machine.run(["claude", ...words], { env: { ...env, ...more } });
}

const tool = (name: string): string => `mcp__databricks__${name}`;

test("a session writes a notebook, runs it and reads its output, on the workspace's model", async () => {
  await workspace.control("PUT", "scenario", {
    turns: [
      {
        text: "I write it.",
        tools: [{ name: tool("write_notebook"), input: { notebook_path: "~/through-proxy", content: "print(6 * 7)" } }],
      },
      { text: "I run it.", tools: [{ name: tool("run_notebook"), input: { notebook_path: "~/through-proxy" } }] },
      { text: "I wait.", tools: [{ name: tool("wait_for_run"), input: { run_id: '{{/"run_id": ?"?(\\d+)/}}' } }] },
      { text: "The cell printed {{/\\b(42)\\b/}}." },
    ],
  });
  const allowed = ["write_notebook", "run_notebook", "wait_for_run"].map(tool).join(",");
  const ran = await claude(["-p", "Multiply six by seven in a notebook.", "--allowedTools", allowed]);
  expect(ran.stdout + ran.stderr).toContain("The cell printed 42.");
  expect(ran.exitCode).toBe(0);
  const seen = (await workspace.requests()).map(({ path }) => path);
  expect(seen).toContain("/ai-gateway/anthropic/v1/messages");
  expect(seen).toContain("/api/2.2/jobs/runs/submit");
}, 180_000);

describe("the person's settings", () => {
  const own = JSON.stringify({
    env: {
      ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
      ANTHROPIC_API_KEY: "sk-of-somebody",
      CLAUDE_CODE_USE_BEDROCK: "1",
      ANTHROPIC_MODEL: "us.anthropic.claude-opus-4-6-v1:0",
    },
    apiKeyHelper: "echo another-key",
  });

  beforeAll(async () => {
    await workspace.control("PUT", "scenario", { turns: [{ text: "Hello." }] });
    await mkdir(join(machine.home, ".claude"), { recursive: true });
    await writeFile(join(machine.home, ".claude", "settings.json"), own);
  });

  afterAll(() => writeFile(join(machine.home, ".claude", "settings.json"), "{}"));

  test.each([
    ["alone", [], {}],
    ["with keys of other providers in the environment", [], { ANTHROPIC_API_KEY: "sk-x", CLAUDE_CODE_USE_VERTEX: "1" }],
    ["with a --settings of their own", ["--settings", '{"env":{"CLAUDE_CODE_USE_FOUNDRY":"1"}}'], {}],
    [
      "behind a company's proxy",
      [],
      { HTTPS_PROXY: "http://127.0.0.1:1", HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "" },
    ],
  ])(
    "lead elsewhere, and the session goes to the workspace: %s",
    async (_how, words, more) => {
      const ran = await claude(["-p", "hi", ...words], more);
      expect([ran.stdout.trim(), ran.exitCode]).toEqual(["Hello.", 0]);
      expect(await readFile(join(machine.home, ".claude", "settings.json"), "utf8")).toBe(own);
      expect(await readdir(join(machine.home, "mortar", "run", "agents"))).toEqual([]);
    },
    60_000,
  );
});

test("what is piped in, forms of output and a server of the person's own work as without us", async () => {
  await workspace.control("PUT", "scenario", { turns: [{ text: "Read." }] });
  await writeFile(
    join(machine.home, "own.json"),
    JSON.stringify({ mcpServers: { mine: { command: "/nonexistent" } } }),
  );
  const words = ["-p", "--output-format", "stream-json", "--verbose", "--mcp-config", join(machine.home, "own.json")];
  const ran = await machine.run(["claude", ...words], { env, input: "What is this?" });
  const lines = ran.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const servers = lines[0]?.["mcp_servers"] as readonly { name: string; status: string }[];
  expect(servers.map(({ name }) => name).toSorted()).toEqual(["databricks", "mine"]);
  expect(servers.find(({ name }) => name === "databricks")?.status).toBe("connected");
  expect(lines.at(-1)).toMatchObject({ type: "result", result: "Read." });
}, 60_000);

test("two sessions on two profiles at once do not mix, and the models are those of the workspace", async () => {
  const turns = (text: string) => [{ text }];
  await workspace.control("PUT", "scenario", {
    conversations: [
      { when: "the first of two", turns: turns("One.") },
      { when: "the second of two", turns: turns("Two.") },
    ],
  });
  const [one, two] = await Promise.all([
    claude(["--profile", "DEFAULT", "-p", "the first of two"]),
    claude(["-p", "the second of two", "--profile", "OTHER", "--model", "haiku"]),
  ]);
  expect([one.stdout.trim(), two.stdout.trim()]).toEqual(["One.", "Two."]);
}, 60_000);

test("its own commands start without a sign-in, and without anything of ours", async () => {
  const bare = { ...env, DATABRICKS_CONFIG_FILE: join(machine.home, "none") };
  const version = await machine.run(["claude", "--version"], { env: bare });
  expect(version.stdout).toContain("Claude Code");
  const list = await machine.run(["claude", "mcp", "list"], { env: bare });
  expect(list.stdout).toContain("No MCP servers");
  const session = await machine.run(["claude", "-p", "hi"], { env: bare });
  expect(session.exitCode).toBe(3);
  expect(session.stderr).toContain("mortar auth login");
});

test("none of the names that we take is Claude Code's own", async () => {
  const help = (await claude(["--", "--help"])).stdout;
  const ours = (await claude(["--help"])).stdout.split("\nClaude Code's own help:")[0] ?? "";
  const taken = [...ours.matchAll(/^\s+(?:-\w, )?(--[\w-]+)/gm)].map(([, name]) => name ?? "");
  expect(taken.length).toBeGreaterThan(10);
  const theirs = new Set(help.match(/--[\w-]+/g));
  expect(taken.filter((name) => theirs.has(name) && name !== "--help")).toEqual([]);
});

describe.skipIf(!hasControl)("on a terminal", () => {
  test("a person talks to it, and leaves it by its own keys", async () => {
    await workspace.control("PUT", "scenario", { turns: [{ text: "Good morning from the workspace." }] });
    const state = {
      hasCompletedOnboarding: true,
      theme: "dark",
      projects: { [machine.home]: { hasTrustDialogAccepted: true } },
    };
    await writeFile(join(machine.home, ".claude.json"), JSON.stringify(state));
    const run = onTerminal(machine, ["claude"], { env: { ...env, CLAUDE_CODE_DISABLE_TERMINAL_TITLE: "1" } });
    await run.until(/\? *for *shortcuts|for *agents|❯/);
    run.type("hello");
    await run.until("hello");
    run.type("\r");
    await run.until(/Good.*morning/);
    run.type(ctrlC);
    await run.until(/again *to *exit/);
    run.type(ctrlC);
    expect(await run.ended()).toBe(0);
  }, 60_000);
});
