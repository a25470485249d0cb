// The protocol's own inspector on the binary.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

const launcher = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js";
let machine: Machine;
let workspace: TestWorkspace;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
});

afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

async function inspect(...words: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const inspector = [process.execPath, "--bun", join(toolFolder("inspector"), launcher), "--cli"];
  // Those that are off by default are looked at, too.
  const command = [...inspector, binary, "mcp", "serve", "-e", "MORTAR_TOOLSETS=all"];
  const child = Bun.spawn([...command, "--format", "json", ...words], {
    env: machine.env,
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

test("finds nothing to object to in any schema", async () => {
  const { exitCode, stdout, stderr } = await inspect("--method", "tools/list", "--strict");
  expect(stderr).not.toContain("Error:");
  expect(stderr).not.toContain("Warning:");
  expect(exitCode).toBe(0);
  expect(stdout).toContain('"list_notebooks"');
  expect(stdout).toContain('"delete_volume_path"');
}, 60_000);

test("calls a tool, and sees a failing one fail", async () => {
  const listed = await inspect("--method", "tools/call", "--tool-name", "list_notebooks", "--tool-arg", "path=/");
  expect(listed.exitCode).toBe(0);
  expect(listed.stdout).toContain("/Shared");
  const missing = await inspect(
    "--method",
    "tools/call",
    "--tool-name",
    "read_notebook",
    "--tool-arg",
    "notebook_path=/none",
  );
  expect(missing.exitCode).toBe(5);
}, 60_000);

test("reads what is offered beside tools", async () => {
  const listed = await inspect("--method", "resources/list");
  expect([listed.exitCode, listed.stderr]).toEqual([0, ""]);
  expect(listed.stdout).toContain("skill://databricks-jobs/SKILL.md");
  const read = await inspect("--method", "resources/read", "--uri", "skill://databricks-jobs/SKILL.md");
  expect([read.exitCode, read.stdout.includes("name: databricks-jobs")]).toEqual([0, true]);
  const words = ["--prompt-name", "review_sql", "--prompt-args", "sql=SELECT 42"];
  const prompt = await inspect("--method", "prompts/get", ...words);
  expect([prompt.exitCode, prompt.stdout.includes("SELECT 42")]).toEqual([0, true]);
}, 60_000);
