// What the tools of one run know of it: whose it is, where it works, what it may do, and how it tells what happens.
import type { ClientSession } from "../../../mcp/session.ts";
import type { Deps } from "../../../platform/deps.ts";
import type { WorkspaceSource } from "../../../tools/open-workspace.ts";
import type { Selection } from "../../../tools/selection.ts";
import type { PermissionMode } from "../../contract/api.ts";
import type { AnyEvent } from "../../contract/events.ts";
import type { CallBook } from "./call-book.ts";
import type { Grants } from "./grants.ts";

export interface RunContext {
  readonly runId: string;
  readonly conversationId: string;
  readonly projectId: string;
  /** As whom everything is done. */
  readonly user: string;
  /** The project's folder, absolute. */
  readonly folder: string;
  readonly isShared: boolean;
  /** With the project's folder as the working directory. */
  readonly deps: Deps;
  readonly source: WorkspaceSource;
  readonly selection: Selection;
  /** What this user has open in this conversation. */
  readonly session: ClientSession;
  /** How the agent may work; a person who accepts a plan ends the mode `plan`. */
  readonly mode: { current: PermissionMode };
  readonly calls: CallBook;
  readonly grants: Grants;
  /** The run ends. */
  readonly signal: AbortSignal;
  /** Stores and shows an event; also after the run's end. */
  emit(event: AnyEvent): void;
}

/** Under which names agents know our tools: `mcp__databricks__list_jobs`. */
export const databricksServer = "databricks";
export const appServer = "app";
/** The tool of `app` that asks the person. */
export const approveName = "approve";

/** `list_jobs` for `mcp__databricks__list_jobs`; undefined for a tool that is not of this server. */
export function toolOf(server: string, name: string): string | undefined {
  const prefix = `mcp__${server}__`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}
