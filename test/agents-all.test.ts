// Real Codex, Gemini CLI, OpenCode and Copilot CLI, each through its own command: a session of several turns with tools of
// the workspace, on the emulator's scripted model in the agent's own dialect. Only with everything, for they are fetched for it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

interface RealAgent {
  readonly name: "codex" | "gemini" | "opencode" | "copilot";
  /** What starts it, in the folder that was fetched. */
  readonly program: () => Promise<readonly string[]>;
  /** The words of a session without its interface, with every tool allowed. */
  readonly session: (prompt: string) => readonly string[];
  /** How the model calls a tool of the server. */
  readonly tool: (name: string) => string;
  /** The path of the workspace that the model is asked at. */
  readonly path: RegExp;
  /** A file of the person's with a setting that has to survive. */
  readonly settings: readonly [path: string, text: string];
}

const platform = `${process.platform}-${process.arch}`;
const windowsName = platform.replace("win32", "windows");

async function below(folder: string, pattern: string): Promise<readonly string[]> {
  const [found] = await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: folder, dot: true }));
  if (found === undefined) throw new Error(`${folder} has no ${pattern}`);
  return [join(folder, found)];
}

const realAgents: readonly RealAgent[] = [
  {
    name: "codex",
    program: () => below(join(toolFolder("codex"), "node_modules/@openai/codex/vendor"), "*/bin/codex{,.exe}"),
    session: (prompt) => ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt],
    tool: (name) => name,
    path: /^\/ai-gateway\/codex\/v1\/responses$/,
    settings: [".codex/config.toml", 'model = "gpt-of-openai"\nmodel_provider = "openai"\n'],
  },
  {
    name: "gemini",
    program: async () => [
      process.execPath,
      join(toolFolder("gemini-cli"), "node_modules/@google/gemini-cli/bundle/gemini.js"),
    ],
    session: (prompt) => ["--skip-trust", "--approval-mode", "yolo", "-p", prompt],
    tool: (name) => `mcp_databricks_${name}`,
    path: /^\/ai-gateway\/gemini\/v1beta\/models\/[^:]+:streamGenerateContent$/,
    settings: [
      ".gemini/settings.json",
      '{\n  // mine\n  "security": { "auth": { "selectedType": "oauth-personal" } }\n}\n',
    ],
  },
  {
    name: "opencode",
    program: () => below(join(toolFolder("opencode"), `node_modules/opencode-${windowsName}/bin`), "opencode{,.exe}"),
    session: (prompt) => ["run", prompt],
    tool: (name) => `databricks_${name}`,
    path: /^\/ai-gateway\/anthropic\/v1\/messages$/,
    settings: [
      ".config/opencode/opencode.json",
      '{ "$schema": "https://opencode.ai/config.json", "model": "anthropic/x", "enabled_providers": ["anthropic"] }\n',
    ],
  },
  {
    name: "copilot",
    program: () => below(join(toolFolder("copilot"), `node_modules/@github/copilot-${platform}`), "copilot{,.exe}"),
    session: (prompt) => ["--allow-all-tools", "--no-auto-update", "-p", prompt],
    tool: (name) => `databricks-${name}`,
    path: /^\/ai-gateway\/mlflow\/v1\/chat\/completions$/,
    settings: [".copilot/mcp-config.json", '{ "mcpServers": {} }\n'],
  },
];

if (process.env["MORTAR_TEST_ALL"] === "1") declare();

function declare(): void {
  let machine: Machine;
  let workspace: TestWorkspace;
  let env: Record<string, string>;

  beforeAll(async () => {
    machine = await createMachine();
    workspace = await startWorkspace(machine);
    const bin = join(machine.home, "bin");
    await mkdir(bin);
    for (const { name, program } of realAgents) {
      const words = (await program()).map((word) => `'${word}'`).join(" ");
      await writeFile(join(bin, name), `#!/bin/sh\nexec ${words} "$@"\n`);
      await chmod(join(bin, name), 0o755);
    }
    env = { PATH: `${bin}:${machine.env["PATH"]}`, TERM: "xterm-256color", OPENCODE_DISABLE_AUTOUPDATE: "1" };
  }, 60_000);

  afterAll(async () => {
    await machine.run(["proxy", "stop"]);
    await workspace.stop();
    await machine.dispose();
  });

  describe.each(realAgents.map((agent) => [agent.name, agent] as const))("%s", (name, agent) => {
    test("writes a notebook, runs it, and reads what the cell printed", async () => {
      const [path, text] = agent.settings;
      const file = join(machine.home, path);
      await mkdir(join(file, ".."), { recursive: true });
      await writeFile(file, text);
      const notebook = `~/from-${name}`;
      await workspace.control("PUT", "scenario", {
        conversations: [
          {
            when: "six by seven",
            turns: [
              {
                text: "I write it.",
                tools: [
                  { name: agent.tool("write_notebook"), input: { notebook_path: notebook, content: "print(6 * 7)" } },
                ],
              },
              { text: "I run it.", tools: [{ name: agent.tool("run_notebook"), input: { notebook_path: notebook } }] },
              {
                text: "I wait.",
                tools: [{ name: agent.tool("wait_for_run"), input: { run_id: '{{/"?run_id"?: ?"?(\\d+)/}}' } }],
              },
              { text: "The cell printed {{/\\b(42)\\b/}}." },
            ],
          },
          // What agents ask on the side: a title, a summary.
          { when: "", turns: Array.from({ length: 9 }, () => ({ text: "A title" })) },
        ],
      });
      const ran = await machine.run([name, ...agent.session("Multiply six by seven in a notebook.")], { env });
      expect(`${ran.stdout}${ran.stderr}`).toContain("The cell printed 42.");
      expect(ran.exitCode).toBe(0);
      const seen = (await workspace.requests()).map((request) => request.path);
      expect(seen.some((one) => agent.path.test(one))).toBe(true);
      expect(seen).toContain("/api/2.2/jobs/runs/submit");
      expect(await readdir(join(machine.home, "mortar", "run", "agents"))).toEqual([]);
      if (name === "codex") expect(await readFile(file, "utf8")).toStartWith(text);
      else expect(await readFile(file, "utf8")).toBe(text);
    }, 120_000);
  });

  test("what Gemini CLI keeps of a session is in the person's own folder", () => {
    expect(existsSync(join(machine.home, ".gemini", "projects.json"))).toBe(true);
  });
}
