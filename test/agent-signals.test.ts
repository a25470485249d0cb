// Signals between a terminal, `mortar claude` and the agent: each reaches the agent once, and none leaves it alone.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { installFakeAgents, type FakeAgents } from "./support/fake-agent.ts";
import { ctrlC, hasControl, onTerminal } from "./support/terminal.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let agents: FakeAgents;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  agents = await installFakeAgents(machine, ["claude"]);
});

afterAll(async () => {
  await machine.run(["proxy", "stop"]);
  await workspace.stop();
  await machine.dispose();
});

const processes = /agent (\d+) of (\d+)/;

function countOf(text: string, what: string): number {
  return text.split(what).length - 1;
}

describe.skipIf(!hasControl)("on a terminal", () => {
  test("Ctrl-C is the agent's, once each time, and a request to end is handed on", async () => {
    const run = onTerminal(machine, ["claude"], { env: { ...agents.env, FAKE_DO: "wait" } });
    await run.until(processes);
    run.type(ctrlC);
    await run.until("got SIGINT");
    run.type(ctrlC);
    await run.until(/got SIGINT[^]*got SIGINT/);
    const mortar = Number(processes.exec(run.text())?.[2]);
    process.kill(mortar, "SIGTERM");
    await run.until("got SIGTERM");
    process.kill(mortar, "SIGTERM");
    expect(await run.ended()).toBe(9);
    expect([countOf(run.text(), "got SIGINT"), countOf(run.text(), "got SIGTERM")]).toEqual([2, 2]);
    expect(await readdir(join(machine.home, "mortar", "run", "agents"))).toEqual([]);
  });

  test("the agent has the terminal", async () => {
    const run = onTerminal(machine, ["claude", "--", "x"], { env: { ...agents.env, FAKE_DO: "wait" } });
    await run.until(processes);
    const agent = Number(processes.exec(run.text())?.[1]);
    process.kill(agent, "SIGKILL");
    expect(await run.ended()).toBe(137);
  });
});

describe.skipIf(process.platform !== "linux")("without a terminal", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s is handed on once", async (name) => {
    const child = Bun.spawn(["setsid", "--wait", binary, "claude", "x"], {
      env: { ...machine.env, ...agents.env, FAKE_DO: "wait" },
      cwd: machine.home,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    const reader = child.stdout.getReader();
    const decoder = new TextDecoder();
    let text = "";
    const until = async (wanted: RegExp): Promise<void> => {
      while (!wanted.test(text)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`it ended without ${wanted}: ${text}`);
        text += decoder.decode(value, { stream: true });
      }
    };
    await until(processes);
    const [, agent, mortar] = processes.exec(text) ?? [];
    process.kill(Number(mortar), name);
    await until(new RegExp(`got ${name}`));
    process.kill(Number(agent), "SIGKILL");
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += decoder.decode(part.value);
    expect(await child.exited).toBe(137);
    expect(countOf(text, `got ${name}`)).toBe(1);
  });
});

test("what a killed session left is cleared away by the next, and its agent's files stay while it lives", async () => {
  const sessions = join(machine.home, "mortar", "run", "agents");
  const child = Bun.spawn([binary, "claude", "x"], {
    env: { ...machine.env, ...agents.env, FAKE_DO: "wait" },
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const first = new TextDecoder().decode((await child.stdout.getReader().read()).value);
  const agent = Number(processes.exec(first)?.[1]);
  child.kill("SIGKILL");
  await child.exited;
  expect((await agents.run("claude", ["y"])).exitCode).toBe(0);
  expect(await readdir(sessions)).toHaveLength(1);
  expect(await readdir(join(machine.home, "mortar", "run", "proxy-leases"))).toHaveLength(1);
  process.kill(agent, "SIGKILL");
  // The killed one is gone when it is nobody's any more.
  while ((await readdir(sessions)).length > 0) expect((await agents.run("claude", ["y"])).exitCode).toBe(0);
});

test.skipIf(process.platform === "win32")(
  "a script of the agent's name that calls this program ends soon",
  async () => {
    const folder = join(machine.home, "scripts");
    await mkdir(folder);
    await writeFile(join(folder, "claude"), `#!/bin/sh\nexec "${binary}" claude "$@"\n`);
    await chmod(join(folder, "claude"), 0o755);
    for (const words of [["x"], ["--version"], ["--help"], ["doctor"]]) {
      const ran = await machine.run(["claude", ...words], { env: { PATH: `${folder}:${machine.env["PATH"]}` } });
      expect(ran.exitCode).not.toBe(0);
      expect(ran.stderr).toContain("Claude Code is started by itself again and again");
    }
  },
  30_000,
);
