// Claude Code as an engine: the person's own program, in its documented headless mode, one turn a process.
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { claude } from "../../../agents/launch/claude.ts";
import { claudeFolder } from "../../../agents/launch/claude-servers.ts";
import type { AgentEvent } from "../../contract/events.ts";
import { childHome, childVariables, type ChildHome } from "../child-environment.ts";
import type { Engine, EngineDeps, EngineRequest } from "../engine.ts";
import { findEngine } from "../found.ts";
import { createKeeper, setAside, type Keeper } from "../keeper.ts";
import { projectNotes } from "../project-notes.ts";
import { errorEvent, folderMissing, forgotten, runTurn, type TurnPlan } from "../turn.ts";
import type { Veil } from "../veil.ts";
import { veilOf } from "../request-veil.ts";
import type { ClaudeCount } from "./count.ts";
import { createClaudeReader } from "./events.ts";
import { failureOfEnd } from "./failure.ts";
import { claudeSandbox } from "./sandbox.ts";
import { behaviour, claudeStart } from "./settings.ts";
import { pluginOfSkills } from "./skills.ts";
import { readTranscript, sourceOf } from "./transcript.ts";

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
  if (known !== undefined) {
    const how = yield* runTurn(planOf(stage, known.before));
    if (how === "ended") return;
  }
  if (known !== undefined || request.sessionId !== null) {
    await setAside(request.transcript);
    yield forgotten;
  }
  yield* runTurn(planOf(stage));
}

/** `before`: what the session had used, where it goes on from its transcript. */
function planOf({ deps, request, folder, words, env, veil, keeper }: Stage, before?: ClaudeCount): TurnPlan {
  const isResumed = before !== undefined;
  return {
    deps,
    request,
    title: claude.title,
    words: isResumed ? [...words, `--resume=${request.transcript}`] : words,
    env,
    folder,
    input: inputOf(request.message),
    reader: createClaudeReader({ veil, now: () => deps.clock.now(), before }),
    veil,
    keeper,
    isLost: isResumed ? (stderr) => /No conversation found|session.*(?:corrupt|invalid)/i.test(stderr) : undefined,
    failureOf: failureOfEnd,
  };
}

async function makeReady(deps: EngineDeps, request: EngineRequest): Promise<Stage> {
  const folder = await realpath(request.folder).catch(() => {
    throw folderMissing();
  });
  const home = childHome(deps, request);
  const configFolder = request.models.kind === "login" ? claudeFolder(deps) : request.stateFolder;
  for (const path of [request.stateFolder, request.runFolder, home.home, home.temporary]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  const [plugin, notes] = await Promise.all([pluginOfSkills(folder, request.runFolder), projectNotes(folder)]);
  const start = claudeStart(request, { folder, os: deps.os, plugin, instructions: request.systemPrompt + notes });
  for (const { path, content } of start.files) await writeFile(path, content, { mode: 0o600 });
  return {
    deps,
    request,
    folder,
    words: start.words,
    env: environment(deps, request, home),
    veil: await veilOf(request, { folder, home, name: claude.program }),
    keeper: createKeeper({
      sourceOf: (sessionId) => sourceOf(configFolder, sessionId),
      transcript: request.transcript,
      clock: deps.clock,
    }),
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

/** A message is a message: one that begins with a slash would be a command of the program (`/config`, `/heapdump`). */
function inputOf(message: string): string {
  const text = message.startsWith("/") ? ` ${message}` : message;
  return `${JSON.stringify({ type: "user", message: { role: "user", content: [{ type: "text", text }] } })}\n`;
}
