// What completes an argument: a source gives whole values, the likeliest first.
import type { Workspace } from "../../workspace/workspace.ts";

/** Sources by what they give. `notebookParts` is a path as an address has it, without the first slash. */
export type SourceName =
  | "notebookPath"
  | "notebookParts"
  | "catalog"
  | "schema"
  | "table"
  | "tableName"
  | "runId"
  | "jobId"
  | "dashboardId"
  | "skill"
  | "skillFile"
  | "schedule"
  | "days";

export interface Scope {
  /** What `list` gave under that key a little while ago, or gives now: completion asks at every key. */
  kept<T>(key: string, list: (workspace: Workspace, signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The other arguments, as far as they are given. */
  readonly given: Readonly<Record<string, string>>;
}

export type Source = (typed: string, scope: Scope) => Promise<readonly string[]>;

/** Those that begin with `typed`, then those that hold it, in any case. */
export function matching(typed: string, values: readonly string[]): readonly string[] {
  const wanted = typed.toLowerCase();
  const begins = values.filter((value) => value.toLowerCase().startsWith(wanted));
  const holds = values.filter((value) => value.toLowerCase().indexOf(wanted) > 0);
  return [...begins, ...holds];
}
