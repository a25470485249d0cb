// Real Claude Code without a person in front of it: it closes every question, so that nothing is lost, unless --yes says that
// nobody is to be asked. The model is the emulator's scripted one.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let maker: Session;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  maker = await openSession(machine, ["--yes"]);
  await maker.call("execute_sql", { sql: "CREATE SCHEMA IF NOT EXISTS main.shop" });
}, 60_000);

afterAll(async () => {
  await maker.close();
  await workspace.stop();
  await machine.dispose();
});

async function runClaude(words: readonly string[]): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const folder = join(toolFolder("claude-code"), "node_modules/@anthropic-ai", `claude-code-${platform}`);
  const profile = await Bun.file(join(machine.home, ".databrickscfg")).text();
  const child = Bun.spawn([join(folder, process.platform === "win32" ? "claude.exe" : "claude"), ...words], {
    env: {
      ...machine.env,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      ANTHROPIC_BASE_URL: `${workspace.host}/ai-gateway/anthropic`,
      ANTHROPIC_AUTH_TOKEN: /token *= *(\S+)/.exec(profile)?.[1] ?? "",
      ANTHROPIC_DEFAULT_HAIKU_MODEL: "databricks-claude-haiku-5-5",
    },
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  const [stdout] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  return stdout;
}

test.each([
  ["asks, and takes a question that is closed for a no", [], "SUCCEEDED"],
  ["asks nobody with --yes", ["--yes"], "FAILED"],
] as const)(
  "%s",
  async (_what, flags, left) => {
    const table = `main.shop.t${flags.length}`;
    await maker.call("execute_sql", { sql: `CREATE TABLE ${table} AS SELECT 1 AS a` });
    const server = `databricks${flags.length}`;
    const name = `mcp__${server}__execute_sql`;
    const turn = { text: "I drop it.", tools: [{ name, input: { sql: `DROP TABLE ${table}` } }] };
    await workspace.control("PUT", "scenario", { turns: [turn, { text: "Done." }] });
    await runClaude(["mcp", "add", "--scope", "user", server, "--", binary, "mcp", "serve", ...flags]);
    const model = "databricks-claude-sonnet-5-5";
    const words = ["-p", "Drop it.", "--allowedTools", name, "--output-format", "stream-json", "--verbose"];
    const said = await runClaude([...words, "--model", model]);
    expect(said.includes("not_confirmed")).toBe(left === "SUCCEEDED");
    const { data } = await maker.call("query_sql", { sql: `SELECT * FROM ${table}` });
    expect(data["state"]).toBe(left);
  },
  120_000,
);
