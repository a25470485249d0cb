// The agent as a service for other programs: a message in a folder, and what comes of it as events.
import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildInfo } from "../../../build-info.ts";
import { MortarError } from "../../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../../platform/files.ts";
import type { Secret } from "../../../platform/secret.ts";
import { systemDeps } from "../../../platform/system.ts";
import type { SelectionWish } from "../../../tools/selection.ts";
import type { EngineName, PermissionMode } from "../../contract/api.ts";
import type { AgentEvent } from "../../contract/events.ts";
import type { Engine, EngineRequest, EngineServer, ModelSource, ShellMode } from "../engine.ts";
import { engineNamed } from "../engines.ts";
import { startApprovals, type Question } from "./approval-server.ts";
import { openModelSide, openToolSide, type ModelSide, type ToolSide } from "./workspace-side.ts";

export interface AgentOptions {
  /** Holds what the agent keeps: its state and the transcripts of conversations. Made if missing, for this user alone. */
  readonly stateFolder: string;
  /** Claude Code unless given. It has to be installed. */
  readonly engine?: EngineName;
  /** The agent's program, where it is not to be looked for. */
  readonly program?: string;
  /** Whose workspace has the models, and is acted on: a profile of `~/.databrickscfg`, never a token. The usual one unless given. */
  readonly profile?: string;
  /** The profile of another workspace, on which the tools act. */
  readonly toolsProfile?: string;
  /**
   * Models that are not the profile's: a gateway (its dialects below `url`, as the AI Gateway has them: `/anthropic`), a key of
   * Anthropic, or the agent's own sign-in.
   */
  readonly models?: { readonly url: string; readonly key: Secret } | { readonly anthropicKey: Secret } | "login";
  /** Which of our tools there are: the usual ones unless given, none for false. */
  readonly tools?: Pick<SelectionWish, "toolsets" | "tools" | "exclude" | "readOnly"> | false;
  /** MCP servers beside ours, over HTTP with a bearer. */
  readonly servers?: readonly EngineServer[];
  /** `off` unless given. */
  readonly shell?: ShellMode;
}

export interface AgentMessage {
  readonly message: string;
  /** The working directory, and all that the agent may read and write. */
  readonly folder: string;
  /** Goes on with what was said under this name before, or begins it: letters, digits, dots and dashes. New each time unless given. */
  readonly conversation?: string;
  readonly model?: string;
  /** `ask` unless given. */
  readonly permissionMode?: PermissionMode;
  /** Tools that run unasked beside those that only read: `mcp__databricks__execute_sql`. */
  readonly allowedTools?: readonly string[];
  /** Added to the agent's own. */
  readonly instructions?: string;
  /** Asked for every call that is not allowed; without it, all of those are refused. */
  readonly approve?: (question: Question) => Promise<"allow" | "deny">;
  readonly signal?: AbortSignal;
}

export interface AgentService extends AsyncDisposable {
  /** Ends with a `result` or an `error`. Many at once, one at a time in a conversation. Throws `invalid_input` for a bad request. */
  run(message: AgentMessage): AsyncIterable<AgentEvent>;
  /** Stops what runs. */
  close(): Promise<void>;
}

const farewellMs = 5_000;

/** Throws `config_missing` with what to install, and what signing in throws. */
export async function createAgent(options: AgentOptions): Promise<AgentService> {
  const deps = systemDeps({ level: "quiet", noColour: true });
  const engine = engineNamed(options.engine ?? "claude");
  if (engine === undefined) throw new MortarError("invalid_input", "There is no such engine");
  const program = options.program ?? (await engine.find(deps))?.program;
  if (program === undefined) {
    throw new MortarError("config_missing", `${engine.title} is not installed`, { hint: `Run: ${engine.install}` });
  }
  const closing = new AbortController();
  const side = { deps, version: buildInfo.version, profile: options.profile, signal: closing.signal };
  const tools = toolSideOf(side, options);
  const models = await modelSideOf(side, options.models).catch(async (thrown: unknown) => {
    await tools?.close();
    throw thrown;
  });
  const running = new Set<Promise<unknown>>();
  const service: Service = { options, engine, program, deps, tools, models: models.source, closing: closing.signal };
  const close = async (): Promise<void> => {
    closing.abort();
    // Who reads a run no further never sees its end; the agent has ended all the same.
    const over = new AbortController();
    const patience = deps.clock.sleep(farewellMs, over.signal).catch(() => undefined);
    await Promise.race([Promise.all(running), patience]);
    over.abort();
    await Promise.all([tools?.close(), models.close()]);
  };
  return {
    run: (message) => tracked(runMessage(service, message), running),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Service {
  readonly options: AgentOptions;
  readonly engine: Engine;
  readonly program: string;
  readonly deps: ReturnType<typeof systemDeps>;
  readonly tools: ToolSide | undefined;
  readonly models: ModelSource;
  readonly closing: AbortSignal;
}

type Side = Parameters<typeof openModelSide>[0];

function toolSideOf(side: Side, { tools = {}, toolsProfile }: AgentOptions): ToolSide | undefined {
  return tools === false ? undefined : openToolSide({ ...side, profile: toolsProfile ?? side.profile }, tools);
}

async function modelSideOf(side: Side, models: AgentOptions["models"]): Promise<ModelSide> {
  if (models === undefined) return await openModelSide(side);
  const close = (): Promise<void> => Promise.resolve();
  if (models === "login") return { source: { kind: "login" }, close };
  if ("anthropicKey" in models) return { source: { kind: "anthropic", key: models.anthropicKey }, close };
  return { source: { kind: "proxy", ...models }, close };
}

async function* tracked(events: AsyncIterable<AgentEvent>, running: Set<Promise<unknown>>): AsyncGenerator<AgentEvent> {
  const { promise, resolve } = Promise.withResolvers<void>();
  running.add(promise);
  try {
    yield* events;
  } finally {
    running.delete(promise);
    resolve();
  }
}

async function* runMessage(service: Service, message: AgentMessage): AsyncGenerator<AgentEvent> {
  const { options, engine, deps, closing } = service;
  const name = message.conversation ?? randomBytes(12).toString("hex");
  if (!/^[\w-][\w.-]{0,99}$/.test(name)) throw new MortarError("invalid_input", "That is no name of a conversation");
  if (options.shell === "sandboxed") await requireSandbox(service);
  const root = resolve(options.stateFolder);
  const runFolder = join(root, "runs", randomBytes(12).toString("hex"));
  const sessionFile = join(root, "conversations", `${name}.session`);
  await mkdir(runFolder, { recursive: true, mode: 0o700 });
  const approvals = message.approve === undefined ? undefined : startApprovals(message.approve);
  try {
    const servers = [service.tools?.server, approvals?.server].filter((one) => one !== undefined);
    const request = {
      ...requestOf(service, message),
      stateFolder: join(root, "agent"),
      runFolder,
      transcript: join(root, "conversations", `${name}.jsonl`),
      sessionId: (await readTextIfPresent(sessionFile)) ?? null,
      servers: [...servers, ...(options.servers ?? [])],
      permissionTool: approvals?.tool,
      signal: message.signal === undefined ? closing : AbortSignal.any([message.signal, closing]),
    };
    for await (const event of engine.run(deps, request)) {
      if (event.type === "system") await writeAtomic(sessionFile, event.session_id);
      yield event;
    }
  } finally {
    await approvals?.[Symbol.asyncDispose]();
    await rm(runFolder, { recursive: true, force: true });
  }
}

function requestOf(
  { options, program, tools, models }: Service,
  message: AgentMessage,
): Omit<
  EngineRequest,
  "stateFolder" | "runFolder" | "transcript" | "sessionId" | "servers" | "permissionTool" | "signal"
> {
  return {
    program,
    message: message.message,
    folder: resolve(message.folder),
    model: message.model ?? null,
    models,
    systemPrompt: message.instructions ?? "",
    permissionMode: message.permissionMode ?? "ask",
    allowedTools: [...(tools?.readers ?? []), ...(message.allowedTools ?? [])],
    shell: options.shell ?? "off",
  };
}

async function requireSandbox({ engine, deps }: Service): Promise<void> {
  const { available, reason } = await engine.sandbox(deps);
  if (!available) throw new MortarError("unsupported", reason ?? "The agent's shell cannot be kept in here");
}
