// The agent's part of a run: everything that it is given, and what it says until it ends or is stopped.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { selectTools } from "../../../tools/selection.ts";
import { toMortarError } from "../../../platform/errors.ts";
import type { EngineRequest, ModelSource } from "../../agent/engine.ts";
import type { AgentEvent, AnyEvent } from "../../contract/events.ts";
import type { ProjectFolder } from "../../projects/projects.ts";
import { promptFor } from "../prompt.ts";
import { titleFrom } from "../title.ts";
import { createCallBook } from "../tools/call-book.ts";
import { selectionFor } from "../tools/databricks-server.ts";
import { createGrants } from "../tools/grants.ts";
import { appServer, approveName, databricksServer, type RunContext } from "../tools/run-context.ts";
import { appTools } from "../tools/app-tools.ts";
import type { BegunRun } from "./begin.ts";
import { placeOf } from "./finish.ts";
import { remember } from "./memory.ts";
import type { Emitter } from "./perform.ts";
import type { LiveRun, Runtime } from "./runtime.ts";

export interface Turn {
  readonly live: LiveRun;
  readonly emitter: Emitter;
  readonly runFolder: string;
}

/** An agent that was stopped and does not end is left behind after so long, in milliseconds. */
const farewellMs = 6_000;

export async function agentTurn(runtime: Runtime, begun: BegunRun, turn: Turn): Promise<void> {
  const { parts } = runtime;
  const { live } = turn;
  const folder = await parts.projects.open(begun.run.project_id);
  live.signal.throwIfAborted();
  const over = new AbortController();
  const signal = AbortSignal.any([live.signal, over.signal]);
  const context = await contextOf(runtime, begun, { folder, signal });
  const models = await modelSource(runtime, begun, live.signal);
  const access = runtime.tools.admit(context);
  const titling = begun.title !== undefined ? improveTitle(runtime, begun, models.source) : Promise.resolve();
  try {
    live.signal.throwIfAborted();
    const request = await requestOf(runtime, begun, { folder, context, turn, models: models.source });
    live.signal.throwIfAborted();
    await listen(runtime, begun, { request: { ...request, servers: access.servers }, turn, context });
  } finally {
    access.release();
    // What the agent has asked for and does not wait for any more.
    over.abort();
    void titling.finally(() => models.close());
  }
}

async function contextOf(
  runtime: Runtime,
  { caller, choices, run }: BegunRun,
  { folder, signal }: { readonly folder: ProjectFolder; readonly signal: AbortSignal },
): Promise<RunContext> {
  const { deps, parts, sessions } = runtime;
  const place = placeOf(run);
  const hidden = await parts.projects.skills.hiddenTools(run.project_id);
  return {
    ...place,
    projectId: run.project_id,
    user: caller.user,
    folder: folder.files,
    isShared: parts.isShared,
    deps: { ...deps, cwd: folder.files },
    source: choices.access.source,
    selection: selectionFor(parts.selection ?? selectTools(), { isShared: parts.isShared, hidden }),
    session: sessions.of({ user: caller.user, conversationId: run.conversation_id, host: choices.access.host }),
    mode: { current: choices.mode },
    calls: createCallBook(),
    grants: createGrants(),
    signal,
    emit: (event: AnyEvent) => runtime.emit(place, event),
  };
}

interface OpenedModels {
  readonly source: ModelSource;
  close(): void;
}

async function modelSource(
  runtime: Runtime,
  { caller, choices }: BegunRun,
  signal: AbortSignal,
): Promise<OpenedModels> {
  const { source } = choices;
  if (source.kind === "anthropic") return { source, close: () => undefined };
  if (source.kind === "login") return { source: { kind: "login" }, close: () => undefined };
  const [way, models] = await Promise.all([runtime.models.open(caller), runtime.models.byRole(caller, signal)]);
  return { source: { kind: "proxy", url: way.url, key: way.key, models }, close: () => way.close() };
}

interface RequestParts {
  readonly folder: ProjectFolder;
  readonly context: RunContext;
  readonly turn: Turn;
  readonly models: ModelSource;
}

async function requestOf(
  runtime: Runtime,
  begun: BegunRun,
  { folder, context, turn, models }: RequestParts,
): Promise<Omit<EngineRequest, "servers">> {
  const { parts, shells } = runtime;
  const { caller, choices, run, message, conversation } = begun;
  const { engine, mode } = choices;
  const transcript = folder.transcript(run.conversation_id);
  const about = { conversation, message, runId: run.id, engine: engine.name, transcript };
  const [memory, shell] = await Promise.all([remember(parts.store, about), shells.modeOf(engine)]);
  const systemPrompt = await promptFor(runtime, caller, {
    projectId: run.project_id,
    context: choices.context,
    host: choices.access.host,
    selection: context.selection,
    hasShell: shell !== "off",
  });
  const isAllowed = (effect: string): boolean => mode === "everything" || effect === "read";
  const ours = context.selection.entries.filter(({ effect }) => isAllowed(effect));
  return {
    program: choices.found.program,
    message: memory.message,
    folder: folder.files,
    stateFolder: join(parts.dataFolder, "users", userFolder(caller.user), engine.name),
    runFolder: turn.runFolder,
    transcript,
    sessionId: memory.sessionId,
    model: choices.model,
    models,
    systemPrompt,
    permissionMode: mode,
    allowedTools: [
      ...ours.map(({ name }) => `mcp__${databricksServer}__${name}`),
      ...appTools.map(({ name }) => `mcp__${appServer}__${name}`),
    ],
    permissionTool: `mcp__${appServer}__${approveName}`,
    shell,
    signal: turn.live.signal,
  };
}

/** A name of a user may hold what no name of a folder may. */
function userFolder(user: string): string {
  return createHash("sha256").update(user).digest("hex").slice(0, 32);
}

interface Listening {
  readonly request: EngineRequest;
  readonly turn: Turn;
  readonly context: RunContext;
}

/** Hands on what the agent says until it ends; one that was stopped and goes on is left to itself. */
async function listen(
  runtime: Runtime,
  { choices, run }: BegunRun,
  { request, turn, context }: Listening,
): Promise<void> {
  const { deps, parts } = runtime;
  const { live, emitter } = turn;
  const over = new AbortController();
  const pump = async (): Promise<void> => {
    for await (const event of choices.engine.run(deps, request)) {
      if (over.signal.aborted) return;
      context.calls.note(event);
      if (isFarewell(event, live)) continue;
      await emitter.emit(event);
      // What a tool has made is copied soon: a long run may end with its machine.
      if (event.type === "tool_result") parts.projects.changed(run.project_id);
    }
  };
  const pumping = pump();
  const leaving = new Promise<void>((resolve) => {
    const leave = (): void => {
      const farewell = deps.clock.sleep(farewellMs, over.signal);
      void farewell.catch(() => undefined).then(resolve);
    };
    if (live.signal.aborted) leave();
    else live.signal.addEventListener("abort", leave, { once: true });
  });
  try {
    await Promise.race([pumping, leaving]);
  } finally {
    over.abort();
    pumping.catch((thrown: unknown) => deps.log.debug(`An agent that was left: ${toMortarError(thrown).message}`));
  }
}

/** What a stopped agent says of having been stopped is known already. */
function isFarewell(event: AgentEvent, live: LiveRun): boolean {
  return live.signal.aborted && event.type === "error";
}

async function improveTitle(runtime: Runtime, begun: BegunRun, source: ModelSource): Promise<void> {
  const { deps, parts, writer, ending } = runtime;
  const { run, message } = begun;
  const title = await titleFrom(deps, { source, message: message.content, signal: ending });
  if (title === undefined) return;
  try {
    const { conversations } = parts.store;
    // A person who named it meanwhile knows better.
    const present = await conversations.get(run.conversation_id);
    if (present === undefined || present.title !== begun.title || present.title === title) return;
    await conversations.update(run.conversation_id, { title });
    await writer.write(placeOf(run), { type: "conversation.titled", title });
  } catch (thrown) {
    deps.log.debug(`A title could not be stored: ${toMortarError(thrown).message}`);
  }
}
