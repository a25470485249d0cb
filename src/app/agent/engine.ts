// One coding agent as the engine of a run: how it is found, what it can do, and its run as a stream of events.
import type { AgentModels } from "../../agents/launch/models.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Secret } from "../../platform/secret.ts";
import type { EngineName, PermissionMode } from "../contract/api.ts";
import type { AgentEvent } from "../contract/events.ts";

export type EngineDeps = Pick<Deps, "env" | "cwd" | "os" | "paths" | "clock" | "run" | "log">;

export interface FoundEngine {
  /** Absolute. */
  readonly program: string;
  /** Null where the program does not say. */
  readonly version: string | null;
}

/** Where an engine's models are: our proxy, the person's own key, or the agent's own sign-in. */
export type ModelSource =
  | {
      readonly kind: "proxy";
      /** The profile's part of it: `http://127.0.0.1:49153/p/DEFAULT`. The base of each dialect is below. */
      readonly url: string;
      readonly key: Secret;
      /** The workspace's models by role, where they are known: for what an agent asks on the side. */
      readonly models?: AgentModels | undefined;
    }
  | { readonly kind: "anthropic"; readonly key: Secret }
  | { readonly kind: "login" };

/** An MCP server on loopback, with a secret for this run alone. */
export interface EngineServer {
  readonly name: string;
  readonly url: string;
  readonly bearer: Secret;
}

/** Whether the agent's shell may be used, and how it is kept within the project: `sandboxed` by the agent's own means. */
export type ShellMode = "sandboxed" | "off" | "unrestricted";

export interface EngineRequest {
  readonly program: string;
  readonly message: string;
  /** The project's folder: the working directory, and all that the agent may read and write. */
  readonly folder: string;
  /** The agent's own state of this user (CLAUDE_CONFIG_DIR and the like). Made if missing. */
  readonly stateFolder: string;
  /** For this run alone, private; the caller makes it and takes it away. */
  readonly runFolder: string;
  /**
   * The conversation's transcript, kept with the project: a file whose name ends in `.jsonl` (Claude Code takes no other for one).
   * Gone on from where it is there; written as the run goes on.
   */
  readonly transcript: string;
  /** What the last run called its session; null for a new one. */
  readonly sessionId: string | null;
  readonly model: string | null;
  readonly models: ModelSource;
  readonly servers: readonly EngineServer[];
  readonly systemPrompt: string;
  readonly permissionMode: PermissionMode;
  /** MCP tools that run unasked, by their full name: `mcp__databricks__list_jobs`. */
  readonly allowedTools: readonly string[];
  /** The MCP tool that asks the person, for engines that have such a thing: `mcp__app__approve`. */
  readonly permissionTool: string | undefined;
  readonly shell: ShellMode;
  /** Extra environment for a tracer and the like. */
  readonly env?: Readonly<Record<string, string>>;
  /** Stops the agent and all that it started. */
  readonly signal: AbortSignal;
}

export interface Engine {
  readonly name: EngineName;
  readonly title: string;
  /** The command that installs it. */
  readonly install: string;
  readonly permissionModes: readonly PermissionMode[];
  /** Undefined where it is not on this machine. */
  find(deps: EngineDeps): Promise<FoundEngine | undefined>;
  /** Whether `sandboxed` can be had here, and if not, why. */
  sandbox(deps: EngineDeps): Promise<{ readonly available: boolean; readonly reason: string | null }>;
  /**
   * Runs one turn. Ends with a `result` or an `error` event, whatever the agent does: dies, prints garbage, is stopped. Throws
   * nothing but what is wrong with the request itself. The child and its children are gone when it ends.
   */
  run(deps: EngineDeps, request: EngineRequest): AsyncIterable<AgentEvent>;
}
