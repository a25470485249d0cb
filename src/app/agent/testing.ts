// A scripted agent in the place of a real one, for tests of what an engine does with programs that misbehave.
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import type { Clock, Environment } from "../../platform/deps.ts";
import { silentLogger } from "../../platform/log.ts";
import { resolvePaths } from "../../platform/paths.ts";
import { runProcess } from "../../platform/process.ts";
import { Secret } from "../../platform/secret.ts";
import type { AgentEvent } from "../contract/events.ts";
import type { Engine, EngineDeps, EngineRequest } from "./engine.ts";

/** What the scripted agent saw of its start. */
export interface Seen {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: string;
}

export interface FakeStage extends AsyncDisposable {
  readonly root: string;
  readonly deps: EngineDeps;
  readonly request: EngineRequest;
  /** Makes the program one that does this (JavaScript; `say` prints a value as a line, `seen` is its start). */
  script(code: string): Promise<void>;
  start(engine: Engine, changes?: Partial<EngineRequest>): AsyncIterable<AgentEvent>;
  /** Both, to the end. */
  run(engine: Engine, code: string, changes?: Partial<EngineRequest>): Promise<readonly AgentEvent[]>;
  /** The starts of all programs that were run, oldest first. */
  seen(): Promise<readonly Seen[]>;
}

export interface FakeOptions {
  readonly clock?: Clock;
  readonly env?: Environment;
}

export async function createFakeStage({ clock = systemClock, env: more = {} }: FakeOptions = {}): Promise<FakeStage> {
  const root = await mkdtemp(join(tmpdir(), "fake-agent-"));
  const program = join(root, "agent");
  const seenFile = join(root, "seen.jsonl");
  const folders = ["project", "state", "run", "home"].map((name) => join(root, name));
  for (const folder of folders) await mkdir(folder, { mode: 0o700 });
  const [folder = "", stateFolder = "", runFolder = "", home = ""] = folders;
  const env = { PATH: process.env["PATH"], HOME: home, ...more };
  const os = process.platform as EngineDeps["os"];
  const deps: EngineDeps = {
    env,
    cwd: root,
    os,
    paths: resolvePaths(env, os),
    clock,
    run: runProcess,
    log: silentLogger,
  };
  const request: EngineRequest = {
    program,
    message: "hello",
    folder,
    stateFolder,
    runFolder,
    transcript: join(root, "transcript.jsonl"),
    sessionId: null,
    model: "a-model",
    models: { kind: "proxy", url: "http://127.0.0.1:1/p/DEFAULT", key: new Secret("key-of-the-models") },
    servers: [{ name: "app", url: "http://127.0.0.1:1/mcp", bearer: new Secret("bearer-of-this-run") }],
    systemPrompt: "Be good.",
    permissionMode: "ask",
    allowedTools: ["mcp__app__echo"],
    permissionTool: "mcp__app__approve",
    shell: "off",
    signal: new AbortController().signal,
  };
  const script = async (code: string): Promise<void> => {
    await writeFile(program, scriptOf(code, seenFile));
    await chmod(program, 0o755);
  };
  return {
    root,
    deps,
    request,
    script,
    start: (engine, changes) => engine.run(deps, { ...request, ...changes }),
    run: async (engine, code, changes) => {
      await script(code);
      return Array.fromAsync(engine.run(deps, { ...request, ...changes }));
    },
    seen: async () => {
      const lines = (await Bun.file(seenFile).text()).trim().split("\n");
      return lines.map((line) => JSON.parse(line) as Seen);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

function scriptOf(code: string, seenFile: string): string {
  return `#!${process.execPath}
import { appendFileSync } from "node:fs";
const { argv, env } = process;
const seen = { argv: argv.slice(2), env, cwd: process.cwd(), stdin: await Bun.stdin.text() };
appendFileSync(${JSON.stringify(seenFile)}, JSON.stringify(seen) + "\\n");
const say = (value) => process.stdout.write((typeof value === "string" ? value : JSON.stringify(value)) + "\\n");
${code}
`;
}
