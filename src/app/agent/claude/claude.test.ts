// Claude Code's engine on programs that misbehave, and what a program of any kind is given.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../../platform/deps.ts";
import { isSameProcess } from "../../../platform/process-start.ts";
import { runProcess } from "../../../platform/process.ts";
import { Secret } from "../../../platform/secret.ts";
import type { AgentEvent } from "../../contract/events.ts";
import { createFakeStage, type FakeStage } from "../testing.ts";
import { claudeEngine } from "./claude.ts";

const system = { os: process.platform as "linux" | "darwin", run: runProcess };
const init = `say({ type: "system", subtype: "init", session_id: "s1" });`;
const done = `say({ type: "result", is_error: false, duration_ms: 1, num_turns: 1, total_cost_usd: 0, modelUsage: {} });`;

let stage: FakeStage;
beforeEach(async () => {
  stage = await createFakeStage({
    env: {
      HTTPS_PROXY: "http://proxy.corp:3128",
      NO_PROXY: "corp",
      LC_ALL: "C.UTF-8",
      DATABRICKS_TOKEN: "dapi-of-the-server",
      DATABRICKS_HOST: "https://x",
      MORTAR_HOME: "/srv/mortar",
      ANTHROPIC_API_KEY: "sk-of-the-server",
      AWS_SECRET_ACCESS_KEY: "aws",
      PGPASSWORD: "pg",
      NODE_OPTIONS: "--require /evil.js",
      CLAUDE_CODE_USE_BEDROCK: "1",
    },
  });
});
afterEach(() => stage[Symbol.asyncDispose]());

// The scripted program is started by its first line, which Windows does not read.
describe.if(process.platform !== "win32")("a program", () => {
  const lastOf = (events: readonly AgentEvent[]): AgentEvent | undefined => events.at(-1);

  test("gets the message on its input, its keys in private files, and nothing of the server's environment", async () => {
    const events = await stage.run(claudeEngine, init + done, { message: "Say --version and $(id)" });
    expect(lastOf(events)).toMatchObject({ type: "result", session_id: "s1" });
    const [seen] = await stage.seen();
    expect(JSON.parse(seen?.stdin ?? "")).toMatchObject({
      message: { content: [{ text: "Say --version and $(id)" }] },
    });
    const start = JSON.stringify([seen?.argv, seen?.env]);
    for (const secret of ["key-of-the-models", "bearer-of-this-run", "of-the-server", "Say --version"]) {
      expect(start).not.toContain(secret);
    }
    expect(
      Object.keys(seen?.env ?? {}).filter((name) => /^(?:DATABRICKS|MORTAR_HOME|AWS|PG|NODE_OPT)/.test(name)),
    ).toEqual([]);
    const { env } = seen ?? { env: {} };
    expect(env).toMatchObject({
      HTTPS_PROXY: "http://proxy.corp:3128",
      NO_PROXY: "corp,127.0.0.1,localhost,::1",
      LC_ALL: "C.UTF-8",
      HOME: join(stage.root, "state", "home"),
      CLAUDE_CONFIG_DIR: join(stage.root, "state"),
      TMPDIR: join(stage.root, "run", "tmp"),
      CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: "0",
    });
    expect(env).not.toHaveProperty("CLAUDE_CODE_USE_BEDROCK");
    expect(seen?.cwd).toEndWith("/project");
    const files = {
      "settings.json": "key-of-the-models",
      "servers.json": "bearer-of-this-run",
      "instructions.md": "Be good.",
    };
    for (const [name, text] of Object.entries(files)) {
      const path = join(stage.root, "run", name);
      expect(await Bun.file(path).text()).toContain(text);
      expect((await stat(path)).mode & 0o077).toBe(0);
    }
  });

  test("is told what it may do: the mode, the only tools, what runs unasked", async () => {
    await stage.run(claudeEngine, init + done, { permissionMode: "everything", shell: "unrestricted" });
    await stage.run(claudeEngine, init + done, { permissionMode: "plan", permissionTool: undefined });
    const [all, plan] = await stage.seen();
    expect(all?.argv).toContain("--restricted");
    expect(all?.argv).toContain("--permission-prompt-tool=mcp__app__approve");
    expect(all?.argv.find((word) => word.startsWith("--tools="))).toContain(",Bash");
    expect(all?.env["HOME"]).toBe(join(stage.root, "home"));
    expect(plan?.argv).toContain("--permission-mode=plan");
    expect(plan?.argv).toContain("--permission-prompts=none");
    expect(plan?.argv.find((word) => word.startsWith("--tools="))).not.toContain("Bash");
    expect(all?.argv.join(" ")).not.toMatch(/bypass|dangerously/);
    const settings = (await Bun.file(join(stage.root, "run", "settings.json")).json()) as {
      permissions: { allow: string[] };
    };
    expect(settings.permissions.allow).toContain("mcp__app__echo");
    expect(settings.permissions.allow).not.toContain("mcp__app");
  });

  test.each([
    [
      "anthropic",
      { kind: "anthropic", key: new Secret("sk-of-the-person") } as const,
      '"ANTHROPIC_API_KEY":"sk-of-the-person"',
    ],
    ["login", { kind: "login" } as const, '"env":{}'],
  ])("goes to the models of %s", async (_name, models, wanted) => {
    await stage.run(claudeEngine, init + done, { models });
    expect(await Bun.file(join(stage.root, "run", "settings.json")).text()).toContain(wanted);
    const [seen] = await stage.seen();
    const own = models.kind === "login" ? join(stage.root, "home") : join(stage.root, "state", "home");
    expect(seen?.env["HOME"]).toBe(own);
    expect(seen?.env["CLAUDE_CONFIG_DIR"]).toBe(models.kind === "login" ? undefined : join(stage.root, "state"));
  });

  test("that dies says what is known of it, without paths and secrets", async () => {
    const code = `${init} console.error("at " + process.env.CLAUDE_CONFIG_DIR + "/x: token=abcdef123456"); process.exit(9);`;
    expect(lastOf(await stage.run(claudeEngine, code))).toEqual({
      type: "error",
      code: "unavailable",
      message: "Claude Code ended without an answer (exit code 9): at (the agent's folder): token=***",
      hint: "Send the message again. If it stays so, run `claude -p hello` on the machine of the server.",
    });
  });

  test("that is killed, or prints nothing but garbage, ends with an error", async () => {
    expect(
      lastOf(await stage.run(claudeEngine, "process.kill(process.pid, 'SIGKILL'); await Bun.sleep(9_999);")),
    ).toMatchObject({
      type: "error",
      code: "unavailable",
    });
    const garbage = `for (let i = 0; i < 500; i++) say("{".repeat(i)); await Bun.write(Bun.stdout, new Uint8Array(9_000).fill(0xff));`;
    const events = await stage.run(claudeEngine, garbage);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: "error", code: "unavailable" });
  });

  test("that goes on after its result is read to its end, and has one result", async () => {
    const events = await stage.run(claudeEngine, `${init}${done}say("noise"); process.stdout.write('{"type":"resu');`);
    expect(events.map(({ type }) => type)).toEqual(["system", "result"]);
  });

  test("of an older version is named so", async () => {
    const code = `console.error("error: unknown option '--restricted'"); process.exit(1);`;
    expect(lastOf(await stage.run(claudeEngine, code))).toMatchObject({
      code: "unsupported",
      hint: "Update Claude Code: npm install -g @anthropic-ai/claude-code@latest",
    });
  });

  test("that is not there, or is none, is named", async () => {
    const events = await stage.run(claudeEngine, "", { program: join(stage.root, "nothing") });
    expect(events).toEqual([{ type: "error", code: "not_found", message: "Cannot start nothing: no such program" }]);
  });

  test("that has no place for its files is not started, and no path is told", async () => {
    await writeFile(join(stage.root, "file"), "");
    const events = await stage.run(claudeEngine, init, { stateFolder: join(stage.root, "file", "state") });
    expect(events).toEqual([{ type: "error", code: "io", message: "The run's files cannot be written: ENOTDIR" }]);
  });

  test("in a folder that is gone does not start", async () => {
    const events = await stage.run(claudeEngine, init, { folder: join(stage.root, "gone") });
    expect(events).toEqual([{ type: "error", code: "not_found", message: "The project's folder is not there" }]);
  });

  test("that cannot go on from the transcript is started anew, once, and this is said", async () => {
    const line = JSON.stringify({ type: "user", sessionId: "s1", message: { role: "user", content: "x" } });
    await writeFile(stage.request.transcript, `${line}\n`);
    const code = `
      if (seen.argv.some((word) => word.startsWith("--resume="))) {
        say({ type: "result", is_error: true, errors: ["No conversation found with session ID: s1"] });
        console.error("No conversation found with session ID: s1");
        process.exit(1);
      }
      ${init}${done}`;
    const events = await stage.run(claudeEngine, code, { sessionId: "s1" });
    expect(events.map(({ type }) => type)).toEqual(["notice", "system", "result"]);
    expect(await Bun.file(`${stage.request.transcript}.unreadable`).text()).toBe(`${line}\n`);
    expect(await stage.seen()).toHaveLength(2);
  });

  test("that fails for another reason keeps its transcript", async () => {
    const line = JSON.stringify({ type: "user", sessionId: "s1" });
    await writeFile(stage.request.transcript, `${line}\n`);
    const events = await stage.run(claudeEngine, "process.exit(3);", { sessionId: "s1" });
    expect(events).toMatchObject([{ type: "error", code: "unavailable" }]);
    expect(await Bun.file(stage.request.transcript).text()).toBe(`${line}\n`);
  });

  test("that never says a word is ended after a minute", async () => {
    const clock: Clock = { now: () => 0, sleep: async (ms) => expect(ms).toBe(60_000) };
    await using other = await createFakeStage({ clock });
    const events = await other.run(
      claudeEngine,
      "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1_000);",
    );
    expect(events).toEqual([
      {
        type: "error",
        code: "timeout",
        message: "Claude Code said nothing for 60 seconds after its start",
        hint: "Send the message again. If it stays so, start the agent by hand on the machine of the server.",
      },
    ]);
  });

  test("ends with all that it has started when the run is stopped, or nobody reads it any more", async () => {
    const code = `${init}
      process.on("SIGTERM", () => undefined);
      const child = Bun.spawn(["sleep", "600"], { detached: true });
      say({ type: "system", subtype: "task_progress", tool_use_id: "t", description: process.pid + " " + child.pid });
      setInterval(() => undefined, 1_000);`;
    await stage.script(code);
    for (const how of ["stopped", "left"]) {
      const stop = new AbortController();
      const pids: number[] = [];
      const events: AgentEvent[] = [];
      for await (const event of stage.start(claudeEngine, { signal: stop.signal })) {
        events.push(event);
        if (event.type !== "tool_progress") continue;
        pids.push(...event.message.split(" ").map(Number));
        if (how === "left") break;
        stop.abort();
      }
      if (how === "stopped")
        expect(lastOf(events)).toEqual({ type: "error", code: "interrupted", message: "The run was stopped" });
      expect(pids).toHaveLength(2);
      for (const pid of pids) while (await isSameProcess(system, pid, undefined)) await Bun.sleep(5);
    }
  });
});
