// Real Codex, Gemini CLI and OpenCode after `mortar setup`, called by their own names: a session with a tool of the workspace,
// and after `mortar uninstall` the settings as they were. Only with everything, for they are fetched for it.
import { afterEach, describe, expect, test } from "bun:test";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMachine, type Machine } from "./support/binary.ts";
import { installAgents, otherAgents } from "./support/real-agents.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

if (process.env["MORTAR_TEST_ALL"] === "1") declare();

function declare(): void {
  let machine: Machine | undefined;
  let workspace: TestWorkspace | undefined;

  afterEach(async () => {
    await machine?.run(["proxy", "stop", "--now"]);
    await workspace?.stop();
    await machine?.dispose();
  });

  const modes = [
    ["codex", "proxy"],
    ["codex", "helper"],
    ["gemini", "proxy"],
    ["opencode", "proxy"],
  ] as const;

  describe.each(modes)("%s, %s", (name, mode) => {
    test("works by itself on what setup wrote, and has its settings back to the byte", async () => {
      const agent = otherAgents.find((one) => one.name === name);
      if (agent === undefined) throw new Error(`no agent ${name}`);
      const made = await createMachine();
      machine = made;
      workspace = await startWorkspace(made);
      const env = await installAgents(made, [agent]);
      const [path, text] = agent.settings;
      const file = join(made.home, path);
      await mkdir(join(file, ".."), { recursive: true });
      await writeFile(file, text);
      const ready = await made.json(["setup", name, "--host", workspace.host, "--mode", mode, "--take-over"], { env });
      expect(ready.error).toBeUndefined();
      // Codex starts the proxy when a person has trusted its hook.
      if (name === "codex" && mode === "proxy") await made.run(["proxy", "start"], { env });
      const turns = [{ tools: [{ name: agent.tool("list_clusters"), input: {} }] }, { text: "All of them." }];
      await workspace.control("PUT", "scenario", { turns });
      const ran = await plain([join(made.home, "bin", name), ...agent.session("list the clusters")], {
        cwd: made.home,
        env: { ...made.env, ...env },
      });
      expect([ran.exitCode, ran.stdout, ran.stderr]).toEqual([0, expect.stringContaining("All of them."), ran.stderr]);
      const seen = (await workspace.requests()).map((one) => one.path);
      expect(seen.filter((one) => agent.path.test(one)).length).toBeGreaterThan(1);
      expect(seen).toContain("/api/2.1/clusters/list");
      const gone = await made.json(["uninstall", name, "--yes"], { env });
      expect(gone.error).toBeUndefined();
      expect(await readFile(file, "utf8")).toBe(text);
      // What OpenCode fetches for plugins holds tokens for tests of its own.
      await rm(join(made.home, ".config", "opencode", "node_modules"), { recursive: true, force: true });
    }, 180_000);
  });
}

async function plain(words: readonly string[], options: { cwd: string; env: Record<string, string> }) {
  const child = Bun.spawn([...words], { ...options, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}
