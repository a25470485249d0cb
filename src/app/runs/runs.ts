// The runs of the app: begun, watched, stopped, answered. One at a time in a conversation, many conversations at once.
import type { Context, EngineInfo, StartedRun, StartRun } from "../contract/api.ts";
import type { Decision, Operation, ResetEvent, StoredEvent } from "../contract/events.ts";
import type { Caller } from "../server/caller.ts";

export interface WatchOptions {
  /** The last event that the reader has; 0 for all that are kept. */
  readonly afterSeq: number;
  /** Ends with the run that is under way, or at once where none is; absent: it goes on until `signal`. */
  readonly untilRunEnds?: boolean;
  readonly signal: AbortSignal;
}

export interface Runs {
  /**
   * Stores the message, begins the run and returns at once. The caller has been let into the project with the role `work`.
   * Throws `conflict` while a run of the conversation is under way, `config_missing` with what to install without an agent.
   */
  start(caller: Caller, request: StartRun): Promise<StartedRun>;
  /** The events of a conversation from the database and then as they come, whichever replica they come from. */
  watch(conversationId: string, options: WatchOptions): AsyncIterable<StoredEvent | ResetEvent>;
  /** Has the run stop, here or on another replica. Resolves when it has ended; false where it had before. */
  stop(runId: string): Promise<boolean>;
  /** Throws `conflict` where it was decided before, `not_found`. */
  decide(approvalId: string, decision: Decision, by: string): Promise<void>;
  /** Throws `not_found`; one that has ended stays as it is. */
  cancelOperation(operationId: string): Promise<Operation>;
  /** What a run of this project with this context would be told. Changes nothing, on disk neither. */
  systemPrompt(caller: Caller, projectId: string, context: Context): Promise<string>;
  /** The agents: whether they are here, and what they may do here. */
  engines(): Promise<readonly EngineInfo[]>;
  /** Stops what runs, stores what is left. */
  close(): Promise<void>;
}
