// Codex as an engine: the person's own program, run by `codex exec`. It asks nobody: what would have to be asked for is not there.
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codex } from "../../../agents/launch/codex.ts";
import { catalogFile } from "../../../agents/launch/codex-catalog.ts";
import type { AgentModels } from "../../../agents/launch/models.ts";
import { MortarError } from "../../../platform/errors.ts";
import { findProgram } from "../../../platform/programs.ts";
import { requireHome } from "../../../platform/paths.ts";
import type { AgentEvent } from "../../contract/events.ts";
import { childHome, childVariables, withoutRepository } from "../child-environment.ts";
import type { Engine, EngineDeps, EngineRequest } from "../engine.ts";
import { findEngine } from "../found.ts";
import { createKeeper, setAside, type Keeper } from "../keeper.ts";
import { veilOf } from "../request-veil.ts";
import { errorEvent, folderMissing, forgotten, runTurn, type TurnPlan } from "../turn.ts";
import type { Veil } from "../veil.ts";
import { createCodexReader } from "./events.ts";
import { codexFailureOfEnd } from "./failure.ts";
import { codexStart } from "./settings.ts";
import { placeRollout, readRollout, rolloutIn, type Rollout } from "./transcript.ts";

export const codexEngine: Engine = {
  name: "codex",
  title: codex.title,
  install: codex.install,
  // `ask` is not among them: its headless mode has nobody to ask.
  permissionModes: ["accept_edits", "plan", "everything"],
  find: (deps) => findEngine(deps, codex.program),
  sandbox,
  run,
};

/** It brings its own: bubblewrap on Linux, Seatbelt on macOS. Asked of the program itself. */
async function sandbox(deps: EngineDeps): ReturnType<Engine["sandbox"]> {
  const no = (reason: string) => ({ available: false, reason });
  const program = findProgram(codex.program, deps);
  if (program === undefined) return no("Codex is not installed");
  if (deps.os === "win32") return no("Codex's sandbox is not used on Windows.");
  const home = join(deps.paths.cache, "codex-sandbox");
  await mkdir(home, { recursive: true, mode: 0o700 });
  const env = { ...childVariables(deps, { home, temporary: home }), CODEX_HOME: home };
  const tried = await deps
    .run([program, "sandbox", "-c", 'default_permissions=":read-only"', "--", "true"], {
      env,
      cwd: home,
      timeoutMs: 20_000,
      group: true,
    })
    .catch(() => ({ exitCode: 1 }));
  return tried.exitCode === 0 ? { available: true, reason: null } : no("Codex cannot make its sandbox on this system.");
}

interface Stage {
  readonly deps: EngineDeps;
  readonly request: EngineRequest;
  readonly folder: string;
  readonly codexHome: string;
  readonly words: readonly string[];
  readonly env: Record<string, string>;
  readonly veil: Veil;
  readonly keeper: Keeper;
}

async function* run(deps: EngineDeps, request: EngineRequest): AsyncGenerator<AgentEvent> {
  let stage: Stage;
  let known: Rollout | undefined;
  try {
    stage = await makeReady(deps, request);
    known = await readRollout(request.transcript);
    if (known !== undefined) await placeRollout(stage.codexHome, request.transcript, known.sessionId);
  } catch (thrown) {
    return yield errorEvent(thrown);
  }
  if (known !== undefined) {
    const how = yield* runTurn(planOf(stage, known));
    if (how === "ended") return;
  }
  if (known !== undefined || request.sessionId !== null) {
    await setAside(request.transcript);
    yield forgotten;
  }
  yield* runTurn(planOf(stage));
}

function planOf({ deps, request, folder, words, env, veil, keeper }: Stage, known?: Rollout): TurnPlan {
  const isResumed = known !== undefined;
  return {
    deps,
    request,
    title: codex.title,
    words: isResumed ? ["exec", "resume", ...words, known.sessionId, "-"] : ["exec", ...words, "-"],
    env,
    folder,
    input: request.message,
    reader: createCodexReader({ veil, now: () => deps.clock.now(), before: known?.before }),
    veil,
    keeper,
    isLost: isResumed
      ? (stderr) => /no rollout found|failed to (?:read|parse|load).{0,40}rollout|thread\/resume/i.test(stderr)
      : undefined,
    failureOf: codexFailureOfEnd,
  };
}

async function makeReady(deps: EngineDeps, request: EngineRequest): Promise<Stage> {
  if (request.models.kind === "anthropic") {
    throw new MortarError("unsupported", "Codex does not speak to Anthropic's models", {
      hint: "Choose the workspace's models in the settings, or Claude Code for this conversation.",
    });
  }
  if (request.permissionMode === "ask") {
    throw new MortarError("unsupported", "Codex cannot ask before it acts when the app runs it", {
      hint: "Choose another mode for this conversation, or Claude Code.",
    });
  }
  const folder = await realpath(request.folder).catch(() => {
    throw folderMissing();
  });
  const home = childHome(deps, request);
  const isLogin = request.models.kind === "login";
  const codexHome = isLogin ? ownHome(deps) : join(request.stateFolder, "codex");
  for (const path of [codexHome, request.runFolder, home.home, home.temporary]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  const program = await realpath(request.program).catch(() => request.program);
  const temporary = await realpath(home.temporary);
  const variables = childVariables(deps, home);
  const model = request.model ?? (request.models.kind === "proxy" ? request.models.models?.codex : undefined) ?? null;
  const catalog = await catalogOf({ ...deps, env: variables }, { ...request, model });
  const place = { folder, temporary, program, catalog, instructions: request.systemPrompt };
  const { words, env } = codexStart({ ...request, model }, place);
  return {
    deps,
    request,
    folder,
    codexHome,
    words,
    env: { ...variables, ...withoutRepository(request), CODEX_HOME: codexHome, ...env, ...request.env },
    veil: await veilOf(request, { folder, home, name: codex.program }),
    keeper: createKeeper({
      sourceOf: (sessionId) => rolloutIn(codexHome, sessionId),
      transcript: request.transcript,
      clock: deps.clock,
      keepsSource: true,
    }),
  };
}

function ownHome({ env, paths }: EngineDeps): string {
  const own = env["CODEX_HOME"] ?? "";
  return own === "" ? join(requireHome(paths), ".codex") : own;
}

/** Of a model that it does not know it knows too little to edit files. */
async function catalogOf(
  deps: EngineDeps,
  { models, model, program, runFolder }: EngineRequest,
): Promise<string | undefined> {
  if (models.kind !== "proxy") return undefined;
  const known: AgentModels = models.models ?? { listed: [] };
  const all = model === null ? known : { ...known, codex: model };
  const file = await catalogFile(deps, { models: all, program, folder: runFolder });
  if (file === undefined) return undefined;
  await writeFile(file.path, file.content, { mode: 0o600 });
  return file.path;
}
