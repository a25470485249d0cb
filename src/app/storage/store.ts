// What the app keeps in its database: the same calls over SQLite and Postgres. Every read and write of a person's things goes
// through an access check of its own (`projects.access`), which the callers make before all else.
import type {
  Block,
  Context,
  ConversationSummary,
  EngineName,
  Message,
  MessagePage,
  Project,
  Role,
  Run,
  SearchHit,
  Share,
  UsageRow,
} from "../contract/api.ts";
import type {
  AnyEvent,
  Approval,
  Decision,
  ErrorShape,
  Operation,
  RunStatus,
  StoredEvent,
  Usage,
} from "../contract/events.ts";

export interface Store {
  readonly kind: "sqlite" | "postgres";
  readonly projects: ProjectStore;
  readonly conversations: ConversationStore;
  readonly messages: MessageStore;
  readonly runs: RunStore;
  readonly events: EventStore;
  readonly approvals: ApprovalStore;
  readonly operations: OperationStore;
  readonly settings: SettingsStore;
  readonly files: FileStore;
  /** Whether the database answers. Throws MortarError `unreachable` with what to do when it does not. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface ProjectStore {
  create(owner: string, name: string): Promise<Project>;
  /** The caller's own and those shared with him, the newest first. */
  list(user: string): Promise<readonly Project[]>;
  /** Undefined where it is not there, or not for him: one cannot be told from the other. */
  access(id: string, user: string): Promise<Project | undefined>;
  update(id: string, change: { readonly name?: string; readonly instructions?: string }): Promise<void>;
  /** With all that belongs to it. */
  remove(id: string): Promise<void>;
  shares(id: string): Promise<readonly Share[]>;
  share(id: string, user: string, role: Exclude<Role, "owner">): Promise<void>;
  unshare(id: string, user: string): Promise<void>;
  /** Names of skills; null for all. */
  enabledSkills(id: string): Promise<readonly string[] | null>;
  setEnabledSkills(id: string, names: readonly string[] | null): Promise<void>;
  search(id: string, words: string, limit: number): Promise<readonly SearchHit[]>;
  usage(id: string): Promise<readonly UsageRow[]>;
}

/** What was chosen for a conversation, and by whom its permission mode was: for nobody else does it count. */
export interface ChosenContext extends Context {
  readonly permission_by?: string | null;
}

export interface StoredConversation extends ConversationSummary {
  readonly permission_by: string | null;
}

export interface ConversationStore {
  create(projectId: string, title: string, context: ChosenContext): Promise<StoredConversation>;
  /** Pinned ones first, then the newest. */
  list(projectId: string): Promise<readonly StoredConversation[]>;
  get(id: string): Promise<StoredConversation | undefined>;
  update(
    id: string,
    change: { readonly title?: string; readonly pinned?: boolean; readonly session_id?: string | null } & ChosenContext,
  ): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface NewMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly blocks: readonly Block[];
  readonly is_error?: boolean;
  readonly run_id?: string;
  readonly status?: Exclude<RunStatus, "running">;
  readonly duration_ms?: number;
  readonly total_cost_usd?: number;
  readonly usage?: Usage;
  readonly model?: string;
}

export interface MessageStore {
  add(conversationId: string, message: NewMessage): Promise<Message>;
  get(id: string): Promise<Message | undefined>;
  /** The `limit` last ones before `before` (a position; absent: the end), oldest first. */
  page(conversationId: string, options: { readonly before?: number; readonly limit: number }): Promise<MessagePage>;
  /** Takes away the message at `position` and all after it. */
  truncate(conversationId: string, position: number): Promise<void>;
}

export interface NewRun {
  readonly conversation_id: string;
  readonly project_id: string;
  readonly user: string;
  readonly engine: EngineName;
  readonly model: string | null;
  /** Of this process: who runs it, for other replicas. */
  readonly replica: string;
  /** The person's message, stored with the run in one transaction. */
  readonly message: NewMessage;
  /** In the same transaction, before: the message at this position and all after it are taken away, and the session is forgotten. */
  readonly replaces_position?: number;
}

export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly error?: ErrorShape;
  readonly duration_ms?: number;
  readonly total_cost_usd?: number;
  readonly usage?: Usage;
  /** What the agent took where nobody had chosen one. */
  readonly model?: string;
}

export interface RunStore {
  /** Stores message and run at once. Throws MortarError `conflict` when the conversation has a run under way. */
  start(run: NewRun): Promise<{ readonly run: Run; readonly message: Message }>;
  get(id: string): Promise<(Run & { readonly replica: string; readonly stop_requested: boolean }) | undefined>;
  recent(conversationId: string, limit: number): Promise<readonly Run[]>;
  /** False where it had ended before: the first end stays. */
  end(id: string, end: RunEnd): Promise<boolean>;
  /** For the replica that runs it to see. */
  requestStop(id: string): Promise<void>;
  /** Says that the runs of a replica are alive; returns the ids of those that are to stop. */
  beat(replica: string): Promise<readonly string[]>;
  /** Runs that are under way and whose replica is `replica`, or has not been heard of for `silentMs`. */
  orphans(replica: string, silentMs: number): Promise<readonly Run[]>;
}

export interface EventStore {
  /**
   * Stores events of any conversations in one transaction, in the given order, and numbers them: `seq` grows by one within a
   * conversation. Returns them as stored.
   */
  append(
    events: readonly { readonly conversation_id: string; readonly run_id: string; readonly event: AnyEvent }[],
  ): Promise<readonly StoredEvent[]>;
  /** After `seq`, in order, at most `limit`. `reset`: some that were asked for are no longer kept. */
  after(
    conversationId: string,
    seq: number,
    limit: number,
  ): Promise<{ readonly events: readonly StoredEvent[]; readonly reset: boolean }>;
  ofRun(
    runId: string,
    options?: { readonly afterSeq?: number; readonly limit?: number },
  ): Promise<readonly StoredEvent[]>;
  lastSeq(conversationId: string): Promise<number>;
  /** Forgets events of runs that ended before this time (milliseconds since the epoch); their messages stay. */
  prune(beforeMs: number): Promise<void>;
}

export interface ApprovalStore {
  add(approval: Approval & { readonly conversation_id: string; readonly run_id: string }): Promise<void>;
  pending(conversationId: string): Promise<readonly Approval[]>;
  get(
    id: string,
  ): Promise<
    | (Approval & { readonly conversation_id: string; readonly run_id: string; readonly decision: Decision | null })
    | undefined
  >;
  /** Returns false where it was decided before. */
  decide(id: string, decision: Decision, by: string): Promise<boolean>;
  /** Tools that `by` allowed for the whole conversation: nobody else's yes is his. */
  allowed(conversationId: string, by: string): Promise<readonly string[]>;
  /** Those of a run that has ended are denied. */
  closeRun(runId: string): Promise<void>;
}

export interface OperationStore {
  put(operation: Operation & { readonly project_id: string; readonly user: string }): Promise<void>;
  get(
    id: string,
  ): Promise<
    (Operation & { readonly project_id: string; readonly user: string; readonly cancel_requested: boolean }) | undefined
  >;
  list(conversationId: string): Promise<readonly Operation[]>;
  requestCancel(id: string): Promise<void>;
  /** Of those under way here, the ones that are to be cancelled. */
  cancelled(ids: readonly string[]): Promise<readonly string[]>;
  /** Ends those as `lost` that are running, were last put before `silentMs` ago and are none of `own`; returns them as they are then. */
  lose(silentMs: number, own: readonly string[]): Promise<readonly Operation[]>;
}

export interface SettingsStore {
  /** A JSON value by user and name; undefined where it is not set. `user` is empty for the app's own. */
  get(user: string, name: string): Promise<unknown>;
  set(user: string, name: string, value: unknown): Promise<void>;
  remove(user: string, name: string): Promise<void>;
}

export interface StoredFile {
  /** Below the project's own folder, with `/`: `files/notes.md`, `sessions/x.jsonl`. */
  readonly path: string;
  /** SHA-256 of the content, hex. */
  readonly hash: string;
  readonly size: number;
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/** Project files, for a machine that does not have them: contents by their hash, once each. */
export interface FileStore {
  list(projectId: string): Promise<readonly StoredFile[]>;
  content(projectId: string, hash: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Contents that are missing first, then the whole change at once. Throws `not_found` where the project is no more, and
   * `conflict`, with nothing done, where a path of `expects` no longer has that hash, or for null has one.
   */
  apply(
    projectId: string,
    change: {
      readonly put: readonly (StoredFile & { readonly content: () => Promise<Uint8Array<ArrayBuffer>> })[];
      readonly remove: readonly string[];
      readonly expects?: ReadonlyMap<string, string | null>;
    },
  ): Promise<void>;
}
