// A person's machine for the tests of this room: a home, a project in it, an environment, and a proxy that is only named.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Environment } from "../../platform/deps.ts";
import { resolvePaths } from "../../platform/paths.ts";
import type { RunProcess } from "../../platform/process.ts";
import { Secret } from "../../platform/secret.ts";
import type { Agent, Launch, LaunchDeps, Prepared } from "./agent.ts";
import type { AgentModels, ListedModel } from "./models.ts";

export const key = "a-local-key-for-tests";

const listed: readonly ListedModel[] = [
  { id: "databricks-claude-opus-5-5", dialect: "anthropic" },
  { id: "databricks-claude-sonnet-4-6", dialect: "anthropic" },
  { id: "databricks-claude-haiku-5-5", dialect: "anthropic" },
  { id: "databricks-gpt-5-6", dialect: "responses" },
  { id: "databricks-gemini-4-pro", dialect: "gemini" },
  { id: "databricks-gemini-3-5-flash", dialect: "gemini" },
  { id: "databricks-qwen3-next", dialect: "chat" },
];

export const models: AgentModels = {
  opus: "databricks-claude-opus-5-5",
  sonnet: "databricks-claude-sonnet-4-6",
  haiku: "databricks-claude-haiku-5-5",
  codex: "databricks-gpt-5-6",
  gemini: "databricks-gemini-4-pro",
  geminiFast: "databricks-gemini-3-5-flash",
  chat: "databricks-qwen3-next",
  listed,
};

export interface TestMachine {
  readonly home: string;
  readonly project: string;
  readonly folder: string;
  readonly deps: LaunchDeps;
  readonly said: string[];
  write(path: string, content: string | object): string;
  read(path: string): string;
  has(path: string): boolean;
  /** `env` in the place of the machine's. */
  prepare(agent: Agent, launch?: Partial<Launch>, env?: Environment): Promise<Prepared>;
  dispose(): void;
}

export function testMachine(env: Record<string, string> = {}, run?: RunProcess): TestMachine {
  const home = mkdtempSync(join(tmpdir(), "mortar-launch-"));
  const project = join(home, "project");
  mkdirSync(project);
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const all = { HOME: home, MORTAR_HOME: join(home, "mortar"), ...env };
  const deps: LaunchDeps = {
    env: all,
    cwd: project,
    os: "linux",
    paths: resolvePaths(all, "linux"),
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    run: run ?? (() => Promise.reject(new Error("nothing is run here"))),
    log: { level: "verbose", warn: say, info: say, debug: say },
  };
  const folder = join(home, "mortar", "run", "agents", "x-1-a");
  const base = "http://127.0.0.1:49153/p/DEFAULT";
  const launch: Launch = {
    words: [],
    command: undefined,
    program: "/usr/bin/agent",
    endpoint: {
      anthropic: `${base}/anthropic`,
      responses: `${base}/codex/v1`,
      gemini: `${base}/gemini`,
      chat: `${base}/mlflow/v1`,
      key: new Secret(key),
    },
    models,
    server: ["/usr/bin/mortar", "mcp", "serve", "--profile", "DEFAULT"],
    folder,
  };
  return {
    home,
    project,
    folder,
    deps,
    said,
    write: (path, content) => {
      const full = join(home, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, typeof content === "string" ? content : JSON.stringify(content));
      return full;
    },
    read: (path) => readFileSync(join(home, path), "utf8"),
    has: (path) => existsSync(join(home, path)),
    prepare: (agent, changes = {}, env = all) => agent.prepare({ ...deps, env }, { ...launch, ...changes }),
    dispose: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The object in one of the prepared files. */
export function fileOf(prepared: Prepared, name: string): Record<string, unknown> {
  const file = prepared.files.find(({ path }) => path.endsWith(`/${name}`));
  if (file === undefined) throw new Error(`no file ${name} among ${prepared.files.map(({ path }) => path).join(", ")}`);
  return JSON.parse(file.content) as Record<string, unknown>;
}
