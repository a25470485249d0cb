// What one coding agent is to the wrappers: how it is found, and how it is told where its models and tools are.
import type { Deps } from "../../platform/deps.ts";
import type { Secret } from "../../platform/secret.ts";
import type { AgentModels } from "./models.ts";

export type AgentName = "claude" | "codex" | "gemini" | "opencode" | "copilot";

/** Where an agent finds the proxy: the base URL of each dialect for its profile, and the key that they take. */
export interface Endpoint {
  readonly anthropic: string;
  readonly responses: string;
  readonly gemini: string;
  readonly chat: string;
  readonly key: Secret;
  /** A certificate authority that the agent has to trust, where the proxy speaks TLS. */
  readonly caFile?: string | undefined;
}

/** Where the session's telemetry goes, of which something is switched on. */
export interface Telemetry {
  /** Base of the dialect on the proxy. */
  readonly url: string;
  readonly on: readonly ("metrics" | "logs" | "traces")[];
  /** By which Claude Code sends it. One of them holds the local key. */
  readonly variables: Readonly<Record<string, string>>;
}

export type LaunchDeps = Pick<Deps, "env" | "cwd" | "os" | "paths" | "clock" | "run" | "log">;

/** What an agent is started with. */
export interface Launch {
  /** The person's words for the agent. */
  readonly words: readonly string[];
  /** The agent's own command among them; undefined where they start it as it usually starts. */
  readonly command: string | undefined;
  /** The path of the agent's program. */
  readonly program: string;
  readonly endpoint: Endpoint;
  readonly models: AgentModels;
  readonly telemetry?: Telemetry | undefined;
  /** The words that start the MCP server; undefined where it is not wanted. */
  readonly server: readonly [string, ...string[]] | undefined;
  /** A folder for this session alone. It need not be there yet. */
  readonly folder: string;
}

export interface PrivateFile {
  readonly path: string;
  readonly content: string;
}

/** How an agent is to be started. Nothing of it is done yet. */
export interface Prepared {
  readonly words: readonly string[];
  /** Changes to the environment; undefined takes a variable out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** To be written, for this user alone, before the start. */
  readonly files: readonly PrivateFile[];
  /** What the person should know. */
  readonly notes: readonly string[];
  /** Called before the start, after the files are written. */
  readonly open?: () => Promise<void>;
  /** Whether what is in the folder is still wanted after the agent's end, by a session in the background. */
  readonly keepsFolder?: boolean;
}

export interface Agent {
  readonly name: AgentName;
  readonly title: string;
  readonly program: string;
  /** The command that installs it, for a person who does not have it. */
  readonly install: string;
  /** Its commands that start a session. All others of its commands get nothing of ours. */
  readonly sessions: readonly string[];
  /** Works out words, variables and files. Reads the person's own settings, and writes nothing but a cache. */
  readonly prepare: (deps: LaunchDeps, launch: Launch) => Promise<Prepared>;
  /** Called at the end of a session, and for the folder of one that was killed: brings back what belongs to the person. */
  readonly close?: (deps: LaunchDeps, folder: string) => Promise<void>;
}

/** The variable in which an agent finds the proxy's key, where it takes the name of one. */
export const keyVariable = "MORTAR_PROXY_KEY";

/** The name that the MCP server has in every configuration, unless the person gives it another. */
export const serverName = "databricks";
