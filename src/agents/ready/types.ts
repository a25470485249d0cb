// What one coding agent is to `mortar setup` and `mortar uninstall`: found, read, and made ready by a plan of edits.
import type { OperatingSystem } from "../../platform/deps.ts";
import type { FileRequest } from "../../platform/edits/edits.ts";
import type { HookEdit, HookTarget } from "../hooks/plan.ts";
import type { LaunchDeps } from "../launch/agent.ts";
import type { AgentModels, ModelDialect } from "../launch/models.ts";
import type { McpClientName } from "../mcp-client-names.ts";

/** Claude Desktop has a room of its own. */
export type ManagedAgentId = McpClientName;

/**
 * `proxy`: the agent's settings lead to the proxy on this machine, and hooks start it. `helper`: they lead to the
 * workspace itself, and the agent calls this program for each token. `wrapper`: nothing but the MCP server; models come
 * by `mortar claude` and its like.
 */
export type Mode = "proxy" | "helper" | "wrapper";

export type Scope = { readonly kind: "home" } | { readonly kind: "project"; readonly folder: string };

export type ReadyDeps = LaunchDeps;

type Words = readonly [string, ...string[]];

type Bases = Readonly<Record<ModelDialect, string>>;

export interface ChosenModels extends AgentModels {
  /** Named by the person for everything that has no role of its own. */
  readonly main?: string | undefined;
}

export interface Wish {
  readonly mode: Mode;
  readonly scope: Scope;
  /** Where the proxy is, with its key: for `proxy`. It names the profile too. */
  readonly target: HookTarget;
  /** Base URLs of the dialects on that proxy. */
  readonly proxy: Bases;
  /** The same on the workspace itself: for `helper`. */
  readonly gateway: Bases;
  /** Prints a token and nothing else: for `helper`. */
  readonly helper: Words;
  /** How long an agent keeps a token of the helper. */
  readonly helperTtlMs: number;
  readonly models: ChosenModels;
  /** The words that start the MCP server; undefined where it is not wanted. */
  readonly server: Words | undefined;
  /** What it is called in the agent. */
  readonly serverName: string;
}

/** What decides in which files a plan would write, and under which name its server. */
export type ForeignWish = Pick<Wish, "scope" | "serverName">;

export interface ReadyPlan {
  readonly edits: readonly HookEdit[];
  readonly files: readonly Omit<FileRequest, "owner">[];
  /** Files of older programs, to be removed for good. */
  readonly leftovers: readonly string[];
  /** What the person should know. */
  readonly notes: readonly string[];
}

/** A command that installs the agent, from its vendor's documentation. It asks for no rights of an administrator. */
export interface InstallWay {
  /** What it is done with: `npm`, `brew`, `winget`. It has to be there. */
  readonly by: string;
  readonly command: Words;
}

export interface Presence {
  readonly installed: boolean;
  /** The program on the PATH, or where its installer puts it. */
  readonly program: string | undefined;
  /** The application, where it is one with windows. */
  readonly app: string | undefined;
  readonly version: string | undefined;
  /** Where the person's settings for it are, there or not. */
  readonly configFolder: string;
  readonly isConfigured: boolean;
  /** Installed on Windows, and seen from a Linux in it: its settings are not on this side. */
  readonly isOnWindows: boolean;
}

/** What somebody else has set, which the plan would take the place of. */
export interface ForeignSetting {
  readonly file: string;
  readonly path: readonly string[];
  /** As it stands there; `***` for a secret. */
  readonly value: string;
  readonly what: "helper" | "base URL" | "key" | "provider" | "model" | "server";
}

export interface ManagedAgent {
  readonly id: ManagedAgentId;
  readonly title: string;
  /** The vendor's page on how to install it. */
  readonly page: string;
  readonly install: (os: OperatingSystem) => readonly InstallWay[];
  /** The best first. */
  readonly modes: readonly Mode[];
  readonly scopes: readonly Scope["kind"][];
  /** What its files can hold of ours. Skills are installed by their own room. */
  readonly gives: { readonly models: boolean; readonly server: boolean; readonly skills: boolean };
  /** Looks for it; a program is asked for its version at most 5 s. Never throws but for a home that is not set. */
  readonly detect: (deps: ReadyDeps) => Promise<Presence>;
  /** What others have set. Files that cannot be understood say nothing here: the plan says it. */
  readonly foreign: (deps: ReadyDeps, wish: ForeignWish) => Promise<readonly ForeignSetting[]>;
  /** What has to be written. Reads only. Throws `usage` for a mode or scope that it has not. */
  readonly plan: (deps: ReadyDeps, wish: Wish) => Promise<ReadyPlan>;
  /** What older programs left in its settings. */
  readonly clean: (deps: ReadyDeps) => Promise<Pick<ReadyPlan, "edits" | "leftovers">>;
}
