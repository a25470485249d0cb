// Everything that one emulated workspace is made of. Routes get it; nothing else is shared between them.
import type { Clock, Environment } from "../platform/deps.ts";
import type { Caller } from "./http/route.ts";
import type { ScriptedModel } from "./models/scripted-model.ts";
import type { SqlEngine } from "./sql/engine.ts";
import type { Ids, Store } from "./state/store.ts";
import type { Tokens } from "./state/tokens.ts";
import type { WorkspaceTree } from "./state/tree.ts";

export interface World {
  /** The data folder; all that survives a restart is below it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly env: Environment;
  readonly store: Store;
  readonly ids: Ids;
  readonly tree: WorkspaceTree;
  readonly tokens: Tokens;
  readonly owner: Caller;
  readonly workspaceId: string;
  /** Opened at the first use: DuckDB is not loaded by an emulator that runs no SQL. */
  sql(): Promise<SqlEngine>;
  /** The python3 to run cells with, or undefined where there is none. */
  python(): Promise<string | undefined>;
  readonly switches: Switches;
  /** What the AI Gateway's model says. */
  readonly model: ScriptedModel;
  /** Fires when the emulator stops; every child process and timer hangs on it. */
  readonly signal: AbortSignal;
}

/** Properties of this workspace that can be set while it runs. */
export interface Switches {
  /** Whether serverless compute is enabled in the workspace. */
  serverless: boolean;
  /** How long a cluster takes to start, in milliseconds. */
  clusterStartMs: number;
  /** How long a run waits for compute, in milliseconds. */
  runStartMs: number;
  /** Lifetimes of OAuth tokens that are issued from now on, in milliseconds. */
  accessTokenMs: number;
  refreshTokenMs: number;
  /** Whether a refresh token works once and is replaced. */
  rotateRefreshTokens: boolean;
  /** OAuth sign-ins are granted without asking: for tests and demos. */
  autoConsent: boolean;
  /** Plays a machine without Python: `python()` is undefined. */
  noPython: boolean;
  /** The list of model services wants the header X-Databricks-Org-Id, as it does on some workspaces. */
  modelListNeedsOrgId: boolean;
  /** Lists of models are empty, as where the AI Gateway is not enabled for the caller; they answer 200 all the same. */
  emptyModelLists: boolean;
}
