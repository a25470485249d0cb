// Gemini CLI as an engine: the person's own program in its headless mode. It asks nobody, has no sandbox of its own that needs
// nothing else, and begins a new session with each message: what was said before comes with the message.
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gemini } from "../../../agents/launch/gemini.ts";
import { MortarError } from "../../../platform/errors.ts";
import type { AgentEvent } from "../../contract/events.ts";
import { childVariables, withoutRepository } from "../child-environment.ts";
import type { Engine, EngineDeps, EngineRequest } from "../engine.ts";
import { findEngine } from "../found.ts";
import { projectNotes } from "../project-notes.ts";
import { veilOf } from "../request-veil.ts";
import { errorEvent, folderMissing, runTurn, type TurnPlan } from "../turn.ts";
import { createGeminiReader } from "./events.ts";
import { geminiFailureOfEnd } from "./failure.ts";
import { geminiStart } from "./settings.ts";

export const geminiEngine: Engine = {
  name: "gemini",
  title: gemini.title,
  install: gemini.install,
  // `ask` is not among them: its headless mode has nobody to ask.
  permissionModes: ["accept_edits", "plan", "everything"],
  find: (deps) => findEngine(deps, gemini.program),
  sandbox: () =>
    Promise.resolve({ available: false, reason: "Gemini CLI keeps its shell in only within a container." }),
  run,
};

async function* run(deps: EngineDeps, request: EngineRequest): AsyncGenerator<AgentEvent> {
  let plan: TurnPlan;
  try {
    plan = await makeReady(deps, request);
  } catch (thrown) {
    return yield errorEvent(thrown);
  }
  yield* runTurn(plan);
}

const nothingKept = { keep: () => Promise.resolve(), close: () => Promise.resolve() };

async function makeReady(deps: EngineDeps, request: EngineRequest): Promise<TurnPlan> {
  const model = modelOf(request);
  const folder = await realpath(request.folder).catch(() => {
    throw folderMissing();
  });
  const place = join(request.runFolder, "gemini");
  const work = join(place, "work");
  const home = { home: place, temporary: join(request.runFolder, "tmp") };
  for (const path of [work, home.temporary]) await mkdir(path, { recursive: true, mode: 0o700 });
  const instructions = request.systemPrompt + (await projectNotes(folder));
  const start = geminiStart(request, { home: place, folder, model, instructions });
  for (const { path, content } of start.files) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, content, { mode: 0o600 });
  }
  const veil = await veilOf(request, { folder, home, name: gemini.program });
  const servers = request.servers.map(({ name }) => name);
  return {
    deps,
    request,
    title: gemini.title,
    words: start.words,
    env: { ...childVariables(deps, home), ...withoutRepository(request), ...start.env, ...request.env },
    folder: work,
    // With a slash at its begin it would be a command.
    input: request.message.startsWith("/") ? ` ${request.message}` : request.message,
    reader: createGeminiReader({ veil, now: () => deps.clock.now(), servers }),
    veil,
    keeper: nothingKept,
    failureOf: geminiFailureOfEnd,
  };
}

/** Throws `unsupported` for what Gemini CLI cannot do. */
function modelOf({ models, model, permissionMode }: EngineRequest): string {
  const hint = "Choose the workspace's models in the settings, or Claude Code for this conversation.";
  if (models.kind !== "proxy")
    throw new MortarError("unsupported", "Gemini CLI runs on the workspace's models alone here", { hint });
  if (permissionMode === "ask") {
    throw new MortarError("unsupported", "Gemini CLI cannot ask before it acts when the app runs it", {
      hint: "Choose another mode for this conversation, or Claude Code.",
    });
  }
  const chosen = model ?? models.models?.gemini;
  if (chosen !== undefined) return chosen;
  throw new MortarError("unsupported", "The workspace offers no Gemini model", {
    hint: "Choose another agent for this conversation.",
  });
}
