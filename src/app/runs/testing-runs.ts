// For tests: the app's runs over a real database, real project folders and an agent that a test scripts.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { callerCredentials } from "../../auth/caller-token.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { Secret } from "../../platform/secret.ts";
import { createWorkspace } from "../../workspace/workspace.ts";
import { testDeps } from "../../proxy/testing.ts";
import { resolvePaths } from "../../platform/paths.ts";
import type { Engine, EngineRequest } from "../agent/engine.ts";
import type { Project, StartRun } from "../contract/api.ts";
import type { AgentEvent, ResetEvent, StoredEvent } from "../contract/events.ts";
import type { Projects } from "../projects/projects.ts";
import { createProjects } from "../projects/create-projects.ts";
import type { Caller, Identity } from "../server/caller.ts";
import type { Store } from "../storage/store.ts";
import { openStore } from "../storage/open-store.ts";
import { createRuns } from "./create-runs.ts";
import type { RunsParts } from "./parts.ts";
import type { Runs } from "./runs.ts";

export type Script = (request: EngineRequest) => AsyncIterable<AgentEvent>;

/** An agent that does what `script` says; what it was asked is in `requests`. */
export interface ScriptedEngine extends Engine {
  script: Script;
  readonly requests: EngineRequest[];
  isInstalled: boolean;
}

export const done = (sessionId = "session-1"): AgentEvent => ({
  type: "result",
  session_id: sessionId,
  duration_ms: 12,
  total_cost_usd: 0.5,
  is_error: false,
  usage: { input_tokens: 1, output_tokens: 2, cache_read_tokens: 3, cache_write_tokens: 4 },
});

export async function* answering(text = "Hello."): AsyncGenerator<AgentEvent> {
  yield { type: "system", subtype: "init", session_id: "session-1", model: "model-of-the-agent" };
  for (const word of text.split(/(?<= )/)) yield { type: "text_delta", text: word };
  yield { type: "text", text };
  yield done();
}

export function scriptedEngine(script: Script = () => answering()): ScriptedEngine {
  const requests: EngineRequest[] = [];
  const engine: ScriptedEngine = {
    name: "claude",
    title: "Scripted agent",
    install: "npm install -g scripted-agent",
    permissionModes: ["ask", "accept_edits", "plan", "everything"],
    script,
    requests,
    isInstalled: true,
    find: () => Promise.resolve(engine.isInstalled ? { program: "/bin/agent", version: "1" } : undefined),
    sandbox: () => Promise.resolve({ available: true, reason: null }),
    run: (_deps, request) => {
      requests.push(request);
      return engine.script(request);
    },
  };
  return engine;
}

export interface Stage extends AsyncDisposable {
  readonly deps: Deps;
  readonly folder: string;
  readonly store: Store;
  readonly projects: Projects;
  readonly engine: ScriptedEngine;
  readonly runs: Runs;
  caller(user?: string): Caller;
  project(user?: string): Promise<Project>;
  /** Sends a message in a project. */
  send(request: Omit<StartRun, "message"> & { readonly message?: string }, user?: string): ReturnType<Runs["start"]>;
  /** The events of a conversation until its run ends. */
  toEnd(conversationId: string, afterSeq?: number): Promise<StoredEvent[]>;
  /** Another process on the same database, with a data folder of its own unless it is the same one begun anew. */
  another(options?: Partial<RunsParts> & { readonly same?: boolean }): Promise<Runs>;
}

export interface StageOptions {
  readonly parts?: Partial<RunsParts>;
  readonly deps?: Partial<Deps>;
  readonly script?: Script;
  /** Puts something between the runs and the database. */
  readonly over?: (store: Store) => Store;
  /** A file of its own unless given. */
  readonly database?: string;
  /** The workspace; a place where nobody answers unless given. */
  readonly host?: string;
  readonly tokenOf?: (user: string) => string;
}

const ann = "ann@example.com";

/** Laying out all of them takes longer than most of these runs. */
const fewSkills = ["databricks-jobs", "databricks-notebooks"];

export async function stage(options: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "mortar-runs-"));
  const paths = resolvePaths({ MORTAR_HOME: join(folder, "home"), HOME: join(folder, "home") }, "linux");
  const deps = testDeps({ paths, cwd: folder, ...options.deps });
  const database = options.database ?? join(folder, "app.db");
  const stores: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = await openStore(deps, { database });
    stores.push(store);
    return store;
  };
  const store = await open();
  const projects = createProjects(deps, { store, root: join(folder, "projects"), skills: fewSkills });
  const engine = scriptedEngine(options.script);
  const all: Runs[] = [];
  const host = options.host ?? "http://127.0.0.1:9";
  const tokenOf = options.tokenOf ?? ((user: string) => `token-of-${user}`);
  const caller = (user = ann): Caller => callerAt(deps, { user, host, token: tokenOf(user) });
  const make = async (own: Store, parts: Partial<RunsParts>): Promise<Runs> => {
    const runs = await createRuns(deps, {
      version: "1.2.3",
      store: own,
      projects,
      identity: lonely,
      engines: [engine],
      tracer: undefined,
      dataFolder: join(folder, "data"),
      isShared: false,
      ...options.parts,
      ...parts,
    });
    all.push(runs);
    return runs;
  };
  const runs = await make(options.over?.(store) ?? store, {});
  return {
    deps,
    folder,
    store,
    projects,
    engine,
    runs,
    caller,
    project: (user = ann) => store.projects.create(user, "Sales"),
    send: (request, user) => runs.start(caller(user), { message: "Hello", ...request }),
    toEnd: async (conversationId, afterSeq = 0) => {
      const signal = AbortSignal.timeout(50_000);
      return withoutResets(await Array.fromAsync(runs.watch(conversationId, { afterSeq, untilRunEnds: true, signal })));
    },
    another: async ({ same = false, ...parts } = {}) =>
      make(await open(), same ? parts : { dataFolder: join(folder, `data-${all.length}`), ...parts }),
    [Symbol.asyncDispose]: async () => {
      for (const one of all) await one.close();
      await projects.close();
      for (const one of stores) await one.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function withoutResets(events: readonly (StoredEvent | ResetEvent)[]): StoredEvent[] {
  return events.filter((event) => event.type !== "reset");
}

const lonely: Identity = {
  mode: "local",
  callerOf: () => Promise.reject(new Error("nobody asks")),
  accessTo: () => Promise.reject(new MortarError("permission_denied", "There is no other workspace")),
};

function callerAt(deps: Deps, about: { readonly user: string; readonly host: string; readonly token: string }): Caller {
  const credentials = callerCredentials(about.host, new Secret(about.token));
  const workspace = createWorkspace({ deps, credentials, userAgent: { version: "1.2.3" } });
  return {
    user: about.user,
    displayName: about.user,
    access: {
      host: about.host,
      profile: undefined,
      source: { open: () => Promise.resolve(workspace), forget: () => undefined },
      credentials: () => Promise.resolve(credentials),
    },
  };
}

/** A client of one of a run's servers, as an agent has it. */
export async function clientOf(request: EngineRequest, name: string): Promise<Client> {
  const server = request.servers.find((one) => one.name === name);
  if (server === undefined) throw new Error(`no server ${name}`);
  const headers = { authorization: `Bearer ${server.bearer.reveal()}` };
  const client = new Client({ name: "agent", version: "1" }, { versionNegotiation: { mode: "legacy" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } }));
  return client;
}

/** Waits until `look` gives something. Fails after forty seconds. */
export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const endMs = Date.now() + 40_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endMs) throw new Error("waited in vain");
    await Bun.sleep(5);
  }
}
