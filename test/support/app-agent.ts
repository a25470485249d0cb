// What a test of the app's engines needs: a project, folders of its own, a scripted model, and a server with tools that asks.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, EngineDeps, EngineRequest } from "../../src/app/agent/engine.ts";
import type { AgentEvent } from "../../src/app/contract/events.ts";
import { startTestEmulator, type TestEmulator } from "../../src/emulator/testing-server.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLogger } from "../../src/platform/log.ts";
import { resolvePaths } from "../../src/platform/paths.ts";
import { runProcess } from "../../src/platform/process.ts";
import { Secret } from "../../src/platform/secret.ts";

/** A turn of the scripted model. */
export type ScriptTurn = Readonly<Record<string, unknown>>;

export interface EngineStage extends AsyncDisposable {
  readonly root: string;
  readonly project: string;
  readonly home: string;
  readonly emulator: TestEmulator;
  readonly deps: EngineDeps;
  /** Calls of the tool that asks, oldest first. */
  readonly asked: Record<string, unknown>[];
  /** Bodies of the requests that the model got. */
  readonly bodies: string[];
  script(turns: readonly ScriptTurn[]): Promise<void>;
  request(changes?: Partial<EngineRequest>): Promise<EngineRequest>;
  /** Runs a turn to its end. */
  run(engine: Engine, changes?: Partial<EngineRequest>): Promise<readonly AgentEvent[]>;
}

export const bearer = "secret-of-this-run-0123456789";

/** `PATH` and HOME are of the stage: a home with files that no agent may see. */
export async function createStage(program: string, model: string): Promise<EngineStage> {
  const root = await mkdtemp(join(tmpdir(), "app-engines-"));
  const [project, home] = [join(root, "projects", "one"), join(root, "home")];
  for (const folder of [project, home]) await mkdir(folder, { recursive: true });
  await Bun.write(join(home, ".databrickscfg"), "[DEFAULT]\ntoken = top-secret-of-the-person\n");
  const emulator = await startTestEmulator();
  const bodies: string[] = [];
  const front = frontOf(emulator, bodies);
  const asked: Record<string, unknown>[] = [];
  const tools = toolServer(asked);
  let runs = 0;
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    LANG: "C.UTF-8",
    DATABRICKS_TOKEN: "never-to-be-seen",
    MORTAR_X: "1",
  };
  const deps: EngineDeps = {
    env,
    cwd: root,
    os: process.platform as EngineDeps["os"],
    paths: resolvePaths(env, process.platform as EngineDeps["os"]),
    clock: systemClock,
    run: runProcess,
    log: silentLogger,
  };
  const request: EngineStage["request"] = async (changes = {}) => {
    runs += 1;
    const runFolder = join(root, "runs", String(runs));
    await mkdir(runFolder, { recursive: true, mode: 0o700 });
    return {
      program,
      message: "hello",
      folder: project,
      stateFolder: join(root, "state"),
      runFolder,
      transcript: join(root, "transcripts", "one.jsonl"),
      sessionId: null,
      model,
      models: { kind: "proxy", url: `http://127.0.0.1:${front.port}/ai-gateway`, key: new Secret(emulator.token) },
      servers: [{ name: "app", url: `http://127.0.0.1:${tools.port}/mcp`, bearer: new Secret(bearer) }],
      systemPrompt: "You work in a project of the app.",
      permissionMode: "ask",
      allowedTools: [],
      permissionTool: "mcp__app__approve",
      shell: "off",
      signal: new AbortController().signal,
      ...changes,
    };
  };
  return {
    root,
    project,
    home,
    emulator,
    deps,
    asked,
    bodies,
    script: async (turns) => {
      const { status, text } = await emulator.control("PUT scenario", { turns });
      if (status !== 200) throw new Error(text);
    },
    request,
    run: async (engine, changes) => Array.fromAsync(engine.run(deps, await request(changes))),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([front.stop(true), tools.stop(true)]);
      await emulator.dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** The model's address, where what it is asked can be read. */
function frontOf(emulator: TestEmulator, bodies: string[]): Bun.Server<undefined> {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const body = await request.text();
      bodies.push(body);
      const headers = new Headers(request.headers);
      for (const name of ["host", "content-length", "accept-encoding"]) headers.delete(name);
      const { method, signal } = request;
      try {
        return await fetch(`${emulator.host}${pathname}${search}`, {
          method,
          headers,
          signal,
          ...(body === "" ? {} : { body }),
        });
      } catch {
        return new Response(null, { status: 502 });
      }
    },
  });
}

const schema = { type: "object" };
const toolList = [
  { name: "approve", description: "Asks the person", inputSchema: schema },
  { name: "echo", description: "Says what it gets", inputSchema: schema, outputSchema: schema },
];

/** Speaks as much of MCP as a session needs. `approve` says no where the input holds the word "no". */
function toolServer(asked: Record<string, unknown>[]): Bun.Server<undefined> {
  const answer = (method: string, params: Record<string, unknown>): unknown => {
    if (method === "initialize") {
      const serverInfo = { name: "app", version: "1" };
      return { protocolVersion: params["protocolVersion"], capabilities: { tools: {} }, serverInfo };
    }
    if (method === "tools/list") return { tools: toolList };
    if (method !== "tools/call") return undefined;
    const input = (params["arguments"] ?? {}) as Record<string, unknown>;
    if (params["name"] === "echo") {
      return { content: [{ type: "text", text: JSON.stringify(input) }], structuredContent: { said: input } };
    }
    asked.push(input);
    const isNo = JSON.stringify(input["input"]).includes('"no"');
    const decision = isNo
      ? { behavior: "deny", message: "The person says no" }
      : { behavior: "allow", updatedInput: input["input"] };
    return { content: [{ type: "text", text: JSON.stringify(decision) }] };
  };
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: async (request) => {
      if (request.headers.get("authorization") !== `Bearer ${bearer}`) return new Response(null, { status: 401 });
      if (request.method !== "POST") return new Response(null, { status: 405 });
      const { id, method, params } = (await request.json()) as { id?: number; method: string; params?: object };
      if (id === undefined) return new Response(null, { status: 202 });
      const result = answer(method, { ...params });
      const outcome = result === undefined ? { error: { code: -32_601, message: "unknown" } } : { result };
      return Response.json({ jsonrpc: "2.0", id, ...outcome });
    },
  });
}

/** The events of one kind. */
export function only<T extends AgentEvent["type"]>(
  events: readonly AgentEvent[],
  type: T,
): readonly Extract<AgentEvent, { type: T }>[] {
  return events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type);
}

/** Makes the project a Git repository whose settings have Git run a program, which leaves `mark`. */
export async function trapGit(project: string, mark: string): Promise<void> {
  const trap = join(project, "trap.sh");
  await Bun.write(trap, `#!/bin/sh\ntouch '${mark}'\n`);
  await chmod(trap, 0o755);
  const git = async (...words: string[]): Promise<void> => {
    const safe = ["-c", "core.fsmonitor=false", "-c", "filter.trap.process=", "-c", "filter.trap.clean=cat"];
    const { exitCode, stderr } = await runProcess(["git", ...safe, ...words], { cwd: project });
    if (exitCode !== 0) throw new Error(stderr);
  };
  await git("init", "--quiet");
  for (const name of ["core.fsmonitor", "core.pager", "diff.external", "filter.trap.clean", "filter.trap.process"]) {
    await git("config", name, trap);
  }
  await Bun.write(join(project, ".gitattributes"), "* filter=trap\n");
  await Bun.write(join(project, "tracked.txt"), "1");
  await git("add", "tracked.txt");
  await Bun.write(join(project, "tracked.txt"), "2");
  await runProcess(["git", "status"], { cwd: project });
  if (!(await Bun.file(mark).exists())) throw new Error("the trap does not work with this Git");
  await rm(mark);
}

/** Processes of Linux whose command line names the folder: what an agent has left behind. None elsewhere. */
export async function processesNaming(folder: string): Promise<readonly string[]> {
  const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "latin1").catch(() => "")));
  return lines.filter((line) => line.includes(folder)).map((line) => line.replaceAll("\0", " "));
}
