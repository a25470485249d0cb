// Real Claude Code on the binary: it adds the server, sees it connected, and a session calls three tools. The model is the
// emulator's scripted one; everything between it and the workspace is real.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let claude: string;

beforeAll(async () => {
  const platform = `${process.platform}-${process.arch}`;
  const folder = join(toolFolder("claude-code"), "node_modules/@anthropic-ai", `claude-code-${platform}`);
  claude = join(folder, process.platform === "win32" ? "claude.exe" : "claude");
  machine = await createMachine();
  workspace = await startWorkspace(machine);
});

afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

async function runClaude(words: readonly string[], env: Record<string, string> = {}) {
  const child = Bun.spawn([claude, ...words], {
    env: {
      ...machine.env,
      PATH: `${join(binary, "..")}:${machine.env["PATH"]}`,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      ...env,
    },
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** One on the emulator's model. */
async function runSession(words: readonly string[]) {
  const profile = await Bun.file(join(machine.home, ".databrickscfg")).text();
  const token = /token *= *(\S+)/.exec(profile)?.[1] ?? "";
  return await runClaude([...words, "--model", "databricks-claude-sonnet-5-5"], {
    ANTHROPIC_BASE_URL: `${workspace.host}/ai-gateway/anthropic`,
    ANTHROPIC_AUTH_TOKEN: token,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: "databricks-claude-haiku-5-5",
  });
}

test("claude mcp add and list: the server is connected", async () => {
  const added = await runClaude(["mcp", "add", "--scope", "user", "databricks", "--", binary, "mcp", "serve"]);
  expect(added.exitCode).toBe(0);
  const listed = await runClaude(["mcp", "list"]);
  expect(listed.stdout).toMatch(/databricks.*Connected/);
}, 120_000);

test("a session writes a notebook, runs it, and reads what the cell printed", async () => {
  const tool = (name: string): string => `mcp__databricks__${name}`;
  await workspace.control("PUT", "scenario", {
    turns: [
      {
        text: "I write it.",
        tools: [{ name: tool("write_notebook"), input: { notebook_path: "~/from-claude", content: "print(6 * 7)" } }],
      },
      { text: "I run it.", tools: [{ name: tool("run_notebook"), input: { notebook_path: "~/from-claude" } }] },
      { text: "I wait.", tools: [{ name: tool("wait_for_run"), input: { run_id: '{{/"run_id": ?"?(\\d+)/}}' } }] },
      { text: "The cell printed {{/\\b(42)\\b/}}." },
    ],
  });
  const allowed = ["write_notebook", "run_notebook", "wait_for_run"].map(tool).join(",");
  const words = [
    "-p",
    "Run a notebook that multiplies six by seven.",
    "--allowedTools",
    allowed,
    "--output-format",
    "json",
  ];
  const { exitCode, stdout, stderr } = await runSession(words);
  expect(`${stderr}${stdout}`).toContain("The cell printed 42.");
  expect(exitCode).toBe(0);
  const seen = (await workspace.requests()).map(({ path }) => path);
  expect(seen).toContain("/api/2.0/workspace/import");
  expect(seen).toContain("/api/2.2/jobs/runs/submit");
  expect(seen).toContain("/api/2.2/jobs/runs/export");
}, 180_000);

test("a session lists resources and reads one", async () => {
  const uri = "databricks://notebook/~/from-claude";
  await workspace.control("PUT", "scenario", {
    turns: [
      { text: "I look.", tools: [{ name: "ListMcpResourcesTool", input: { server: "databricks" } }] },
      { text: "I read.", tools: [{ name: "ReadMcpResourceTool", input: { server: "databricks", uri } }] },
      { text: "The cell is {{/print\\((6 \\* 7)\\)/}}." },
    ],
  });
  const allowed = "ListMcpResourcesTool,ReadMcpResourceTool";
  const { stdout, stderr } = await runSession(["-p", "What is in my notebook?", "--allowedTools", allowed]);
  expect(`${stderr}${stdout}`).toContain("The cell is 6 * 7.");
}, 180_000);

test("a prompt is a command of the session, and brings what it is about", async () => {
  const said = async (when: string): Promise<string> => {
    const other = { turns: [{ text: "Nothing of it came." }] };
    const turns = [{ text: "It came." }];
    await workspace.control("PUT", "scenario", { conversations: [{ when, turns }, other] });
    const { stdout, stderr } = await runSession(["-p", "/mcp__databricks__job_from_notebook ~/from-claude"]);
    return stderr + stdout;
  };
  expect(await said("Make a job of the notebook ~/from-claude")).toContain("It came.");
  expect(await said("print(6 * 7)")).toContain("It came.");
  expect(await said("what stands in no prompt")).toContain("Nothing of it came.");
}, 180_000);
