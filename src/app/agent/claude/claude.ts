// Claude Code as an engine: the person's own program, in its documented headless mode, one turn a process.
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { claude } from "../../../agents/launch/claude.ts";
import { claudeFolder } from "../../../agents/launch/claude-servers.ts";
import { MortarError, toMortarError } from "../../../platform/errors.ts";
import { startLines, type LineProcess } from "../../../platform/line-process.ts";
import type { AgentEvent } from "../../contract/events.ts";
import { childHome, childVariables, type ChildHome } from "../child-environment.ts";
import type { Engine, EngineDeps, EngineRequest } from "../engine.ts";
import { findEngine } from "../found.ts";
import { createVeil, type Veil } from "../veil.ts";
import type { ClaudeCount } from "./count.ts";
import { createClaudeReader, type ClaudeReader } from "./events.ts";
import { failureOfEnd } from "./failure.ts";
import { claudeSandbox } from "./sandbox.ts";
import { behaviour, claudeStart } from "./settings.ts";
import { pluginOfSkills, projectNotes } from "./skills.ts";
import { createKeeper, readTranscript, setAside, type Keeper } from "./transcript.ts";

export const claudeEngine: Engine = {
  name: "claude",
  title: claude.title,
  install: claude.install,
  permissionModes: ["ask", "accept_edits", "plan", "everything"],
  find: (deps) => findEngine(deps, claude.program),
  sandbox: claudeSandbox,
  run,
};

interface Stage {
  readonly deps: EngineDeps;
  readonly request: EngineRequest;
  /** The project's folder as the system calls it. */
  readonly folder: string;
  readonly words: readonly string[];
  readonly env: Record<string, string>;
  readonly veil: Veil;
  readonly keeper: Keeper;
}

async function* run(deps: EngineDeps, request: EngineRequest): AsyncGenerator<AgentEvent> {
  let stage: Stage;
  try {
    stage = await makeReady(deps, request);
  } catch (thrown) {
    return yield errorEvent(thrown);
  }
  const known = await readTranscript(request.transcript);
  if (known === undefined && request.sessionId !== null) yield await forgotten(request.transcript);
  if (known === undefined) return yield* turn(stage);
  const resumed: Resumed = { before: known.before, isLost: false };
  yield* turn(stage, resumed);
  if (!resumed.isLost) return;
  yield await forgotten(request.transcript);
  yield* turn(stage);
}

async function forgotten(transcript: string): Promise<AgentEvent> {
  await setAside(transcript);
  return {
    type: "notice",
    message: "What the agent remembered of this conversation cannot be read; it begins anew with this message.",
  };
}

async function makeReady(deps: EngineDeps, request: EngineRequest): Promise<Stage> {
  const folder = await realpath(request.folder).catch(() => {
    throw new MortarError("not_found", "The project's folder is not there");
  });
  const home = childHome(deps, request);
  const configFolder = request.models.kind === "login" ? claudeFolder(deps) : request.stateFolder;
  for (const path of [request.stateFolder, request.runFolder, home.home, home.temporary]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  const [plugin, notes] = await Promise.all([pluginOfSkills(folder, request.runFolder), projectNotes(folder)]);
  const start = claudeStart(request, { folder, plugin, instructions: request.systemPrompt + notes });
  for (const { path, content } of start.files) await writeFile(path, content, { mode: 0o600 });
  return {
    deps,
    request,
    folder,
    words: start.words,
    env: environment(deps, request, home),
    veil: await veilOf(request, folder, home),
    keeper: createKeeper({ configFolder, transcript: request.transcript, clock: deps.clock }),
  };
}

function environment(deps: EngineDeps, request: EngineRequest, home: ChildHome): Record<string, string> {
  return {
    ...childVariables(deps, home),
    ...behaviour,
    CLAUDE_CODE_TMPDIR: home.temporary,
    // With its own sign-in, the person's own folder, wherever that is.
    ...(request.models.kind === "login" ? ownFolder(deps) : { CLAUDE_CONFIG_DIR: request.stateFolder }),
    ...request.env,
  };
}

function ownFolder({ env }: EngineDeps): Record<string, string> {
  const own = env["CLAUDE_CONFIG_DIR"] ?? "";
  return own === "" ? {} : { CLAUDE_CONFIG_DIR: own };
}

async function veilOf(request: EngineRequest, folder: string, home: ChildHome): Promise<Veil> {
  const names = async (path: string): Promise<string[]> => [path, await realpath(path).catch(() => path)];
  const others = [
    ...(await names(request.runFolder)).map((path) => [path, "(the run's folder)"] as const),
    ...(await names(request.stateFolder)).map((path) => [path, "(the agent's folder)"] as const),
    ...(await names(home.home)).map((path) => [path, "~"] as const),
    [request.transcript, "(the transcript)"] as const,
    ...(await names(request.program)).map((path) => [path, "claude"] as const),
    ...secretsOf(request).map((secret) => [secret, "***"] as const),
  ];
  return createVeil({ folders: [request.folder, folder], others });
}

function secretsOf({ models, servers }: EngineRequest): readonly string[] {
  const keys = models.kind === "login" ? [] : [models.key];
  return [...keys, ...servers.map(({ bearer }) => bearer)].map((one) => one.reveal()).filter((text) => text.length > 7);
}

// So long may it take to its first word: its servers have half a minute to answer.
const startMs = 60_000;

/** A turn that goes on from the transcript. */
interface Resumed {
  readonly before: ClaudeCount;
  /** Set where it could not, and nothing has happened. */
  isLost: boolean;
}

/** One process. */
async function* turn(stage: Stage, resumed?: Resumed): AsyncGenerator<AgentEvent> {
  const { deps, request, veil } = stage;
  const reader = createClaudeReader({ veil, now: () => deps.clock.now(), before: resumed?.before });
  const resume = resumed === undefined ? [] : [`--resume=${request.transcript}`];
  let child: LineProcess;
  try {
    child = startLines([request.program, ...stage.words, ...resume], {
      env: stage.env,
      cwd: stage.folder,
      input: inputOf(request.message),
      signal: request.signal,
    });
  } catch (thrown) {
    return yield errorEvent(thrown);
  }
  const watch = watchStart(deps, child);
  try {
    for await (const line of child.lines) {
      const events = reader.read(line);
      if (reader.state.sessionId !== undefined) watch.begun();
      yield* events;
      if (reader.state.hasMoved) await keepUp(stage.keeper, reader);
      if (reader.state.isRefused) void child.end();
    }
    const exitCode = await child.exited;
    const stderr = await child.stderr;
    if (child.skipped() > 0) deps.log.warn(`Claude Code: ${child.skipped()} lines were too long and are left out`);
    deps.log.debug(`Claude Code ended with ${exitCode}: ${veil.text(stderr).slice(-2_000)}`);
    const isUnknown =
      reader.state.sessionId === undefined && /No conversation found|session.*(?:corrupt|invalid)/i.test(stderr);
    if (resumed !== undefined && isUnknown && !request.signal.aborted) {
      resumed.isLost = true;
      return;
    }
    await stage.keeper.close(reader.state.sessionId ?? "").catch((thrown: unknown) => {
      deps.log.warn(`The transcript of a conversation is not kept: ${toMortarError(thrown).message}`);
    });
    yield* endEvents({ stage, reader, exitCode, stderr, isLate: watch.isLate() });
  } finally {
    watch.begun();
    await child.end();
  }
}

/** A message is a message: one that begins with a slash would be a command of the program (`/config`, `/heapdump`). */
function inputOf(message: string): string {
  const text = message.startsWith("/") ? ` ${message}` : message;
  return `${JSON.stringify({ type: "user", message: { role: "user", content: [{ type: "text", text }] } })}\n`;
}

function watchStart({ clock }: EngineDeps, child: LineProcess): { begun(): void; isLate(): boolean } {
  const waiting = new AbortController();
  let isLate = false;
  const onTime = (): void => {
    isLate = true;
    void child.end();
  };
  clock.sleep(startMs, waiting.signal).then(onTime, () => undefined);
  return { begun: () => waiting.abort(), isLate: () => isLate };
}

async function keepUp(keeper: Keeper, { state }: ClaudeReader): Promise<void> {
  state.hasMoved = false;
  if (state.sessionId !== undefined) await keeper.keep(state.sessionId);
}

interface End {
  readonly stage: Stage;
  readonly reader: ClaudeReader;
  readonly exitCode: number;
  readonly stderr: string;
  readonly isLate: boolean;
}

function endEvents({ stage, reader, exitCode, stderr, isLate }: End): readonly AgentEvent[] {
  const { request, veil } = stage;
  if (request.signal.aborted) return [{ type: "error", code: "interrupted", message: "The run was stopped" }];
  if (isLate) {
    const message = `Claude Code said nothing for ${startMs / 1_000} seconds after its start`;
    const hint = "Send the message again. If it stays so, run `claude -p hello` on the machine of the server.";
    return [{ type: "error", code: "timeout", message, hint }];
  }
  if (reader.state.isRefused) {
    const message = "The key for the models was refused";
    return [
      { type: "error", code: "token_rejected", message, hint: "Sign in again, or check the key in the settings." },
    ];
  }
  const events = reader.result();
  if (events.length > 0) return events;
  const { code, message, hint } = failureOfEnd(exitCode, stderr);
  return [{ type: "error", code, message: veil.text(message), ...(hint === undefined ? {} : { hint }) }];
}

function errorEvent(thrown: unknown): AgentEvent {
  const { code, message, hint } = toMortarError(thrown);
  return { type: "error", code, message, ...(hint === undefined ? {} : { hint }) };
}
