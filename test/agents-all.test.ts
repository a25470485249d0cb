// Real Codex, Gemini CLI, OpenCode and Copilot CLI, each through its own command: a session of several turns with tools of
// the workspace, on the emulator's scripted model in the agent's own dialect. Only with everything, for they are fetched for it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createMachine, type Machine } from "./support/binary.ts";
import { installAgents, otherAgents } from "./support/real-agents.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

if (process.env["MORTAR_TEST_ALL"] === "1") declare();

function declare(): void {
  let machine: Machine;
  let workspace: TestWorkspace;
  let env: Record<string, string>;

  beforeAll(async () => {
    machine = await createMachine();
    workspace = await startWorkspace(machine);
    env = await installAgents(machine, otherAgents);
  }, 60_000);

  afterAll(async () => {
    await machine.run(["proxy", "stop"]);
    await workspace.stop();
    await machine.dispose();
  });

  describe.each(otherAgents.map((agent) => [agent.name, agent] as const))("%s", (name, agent) => {
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
