// Hooks through the compiled binary, and with real Claude Code that nobody has wrapped.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary, createMachine, type Machine, type Ran } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let port: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  const bin = join(machine.home, "bin");
  await mkdir(bin);
  await symlink(binary, join(bin, "mortar"));
  const platform = `${process.platform}-${process.arch}`;
  const folder = join(toolFolder("claude-code"), "node_modules/@anthropic-ai", `claude-code-${platform}`);
  await symlink(join(folder, process.platform === "win32" ? "claude.exe" : "claude"), join(bin, "claude"));
  machine.env["PATH"] = `${bin}:${machine.env["PATH"]}`;
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  port = String(probe.port);
  await probe.stop(true);
}, 120_000);

afterEach(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  await machine.run(["hooks", "uninstall"]);
  for (const folder of [".claude", ".codex", ".config"]) {
    await rm(join(machine.home, folder), { recursive: true, force: true });
  }
});

afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

const read = (path: string): Promise<string | undefined> =>
  readFile(join(machine.home, path), "utf8").catch(() => undefined);

async function plain(words: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" };
  const child = Bun.spawn([...words], {
    env: { ...machine.env, ...quiet, ...env },
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

describe("real Claude Code, called by its own name", () => {
  test("finds the workspace with no proxy running, and leaves none behind", async () => {
    expect((await machine.run(["hooks", "install", "--port", port])).exitCode).toBe(0);
    await workspace.control("PUT", "scenario", { turns: [{ text: "Hello from the workspace." }] });
    const ran = await plain([join(machine.home, "bin", "claude"), "-p", "say hello"]);
    expect([ran.exitCode, ran.stdout.trim()]).toEqual([0, "Hello from the workspace."]);
    const seen = (await workspace.requests()).map(({ path }) => path);
    expect(seen).toContain("/ai-gateway/anthropic/v1/messages");
    for (let tries = 0; (await machine.run(["proxy", "status"])).exitCode === 0; tries++) {
      if (tries > 400) throw new Error("the proxy stays");
      await Bun.sleep(25);
    }
  });

  test("inside of mortar's own session keeps that session's proxy", async () => {
    expect((await machine.run(["hooks", "install", "--port", port])).exitCode).toBe(0);
    await workspace.control("PUT", "scenario", { turns: [{ text: "Hello again." }] });
    const ran = await machine.run(["claude", "-p", "say hello"], { env: { DISABLE_AUTOUPDATER: "1" } });
    expect([ran.exitCode, ran.stdout.trim()]).toEqual([0, "Hello again."]);
  });
});

describe("mortar hooks", () => {
  test("install names the files, a second one changes nothing, uninstall leaves none", async () => {
    const words = ["hooks", "install", "--agent", "claude,codex,opencode", "--port", port];
    const planned = await machine.json([...words, "--dry-run"]);
    expect(planned.data["files"]).toHaveLength(4);
    expect(await read(".claude/settings.json")).toBeUndefined();
    const first = await machine.json(words);
    expect(first.data).toMatchObject({ agents: ["claude", "codex", "opencode"], profile: "DEFAULT", dry_run: false });
    const text = await read(".claude/settings.json");
    expect(text).toContain(`${join(machine.home, "bin", "mortar")} hooks session-start`);
    expect((await machine.json(words)).data["files"]).toEqual([]);
    expect(await read(".claude/settings.json")).toBe(text);
    const back = await machine.json(["hooks", "uninstall"]);
    expect(back.data["files"]).toHaveLength(4);
    for (const path of [".claude/settings.json", ".codex/config.toml", ".config/opencode/plugins/mortar.js"]) {
      expect(await read(path)).toBeUndefined();
    }
  });

  test("uninstall keeps a value that a person has changed since, and says so", async () => {
    await machine.run(["hooks", "install", "--port", port]);
    const file = join(machine.home, ".claude/settings.json");
    const text = ((await read(".claude/settings.json")) ?? "").replace(
      /"ANTHROPIC_BASE_URL": "[^"]+"/,
      '"ANTHROPIC_BASE_URL": "https://mine.example"',
    );
    await writeFile(file, text);
    const back = await machine.json(["hooks", "uninstall"]);
    expect(back.data["files"]).toMatchObject([{ agent: "claude", status: "restored", kept: 1 }]);
    expect(JSON.parse((await read(".claude/settings.json")) ?? "")).toEqual({
      env: { ANTHROPIC_BASE_URL: "https://mine.example" },
    });
  });

  test("session-start lets the session go on, and says what is wrong, where nobody is signed in", async () => {
    const config = (await read(".databrickscfg")) ?? "";
    await writeFile(
      join(machine.home, ".databrickscfg"),
      `${config}\n[out]\nhost = ${workspace.host}\nauth_type = databricks-cli\n`,
    );
    const ran = await machine.run(["hooks", "session-start", "--profile", "out", "--port", port]);
    expect(ran.exitCode).toBe(0);
    const { systemMessage } = JSON.parse(ran.stdout) as { systemMessage: string };
    expect(systemMessage).toContain("mortar auth login --profile out");
    await writeFile(join(machine.home, ".databrickscfg"), config);
  });

  test("session-start fails open where the proxy cannot be started", async () => {
    const taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("mine") });
    const ran = await machine.run(["hooks", "session-start", "--port", String(taken.port)]);
    await taken.stop(true);
    expect(ran.exitCode).toBe(0);
    expect((JSON.parse(ran.stdout) as { systemMessage: string }).systemMessage).toContain("is not there");
  });

  test("session-start gives OpenCode's plugin the providers, with the key of the proxy", async () => {
    const words = ["hooks", "session-start", "--agent", "opencode", "--port", port, "--pid", String(process.pid)];
    const ran = await machine.run(words, { printsToken: true });
    const layer = JSON.parse(ran.stdout) as { provider: Record<string, { options: Record<string, string> }> };
    const { baseURL, apiKey } = layer.provider["databricks"]?.options ?? {};
    expect(baseURL).toBe(`http://127.0.0.1:${port}/p/DEFAULT/anthropic/v1`);
    const answer = await fetch(`${baseURL}/models`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(answer.status).not.toBe(401);
  });
});
