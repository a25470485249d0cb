// One open conversation: loads it, follows its events, sends, stops and answers. Views subscribe; the state itself is folded purely.
import type { Context, StartRun } from "../../contract/api.ts";
import type { Decision, ErrorShape, ResetEvent, StoredEvent } from "../../contract/events.ts";
import { addressOf, call } from "../api.ts";
import { ApiError, shapeOf } from "../http.ts";
import { type ConversationState, folded, stateOf } from "./conversation.ts";
import { browserHost, type EventStream, openEvents, type StreamHost, type StreamStatus } from "./event-stream.ts";
import { withNewest, withOlder, withoutSending, withSending, withSent } from "./pages.ts";

export interface Snapshot {
  /** Null until it is loaded. */
  readonly conversation: ConversationState | null;
  /** Why it could not be loaded. */
  readonly error: ErrorShape | null;
  readonly stream: StreamStatus;
  /** How often in a row the stream could not be opened. */
  readonly tries: number;
  readonly isLoadingOlder: boolean;
}

export interface StoreOptions {
  readonly projectId: string;
  readonly conversationId: string;
  readonly host?: StreamHost;
  /** Calls before the next frame. */
  readonly soon?: (call: () => void) => void;
}

/** Text that is drawn twenty times a second reads as a stream; more often is work for nothing. */
const drawMs = 50;

const frame = (call: () => void): void => {
  setTimeout(() => {
    if (document.visibilityState === "hidden") call();
    else requestAnimationFrame(call);
  }, drawMs);
};

const lostAfterTries = 2;
const seekLimit = 200;

export class ConversationStore {
  readonly #projectId: string;
  readonly #id: string;
  readonly #host: StreamHost;
  readonly #soon: (call: () => void) => void;
  readonly #listeners = new Set<() => void>();
  readonly #end = new AbortController();
  #snapshot: Snapshot = { conversation: null, error: null, stream: "connecting", tries: 0, isLoadingOlder: false };
  #stream: EventStream | undefined;
  #queue: StoredEvent[] = [];
  #isQueued = false;
  #isSyncing = false;
  #older: Promise<void> | undefined;
  #sent = 0;
  #loads = 0;

  constructor({ projectId, conversationId, host = browserHost, soon = frame }: StoreOptions) {
    this.#projectId = projectId;
    this.#id = conversationId;
    this.#host = host;
    this.#soon = soon;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Snapshot => this.#snapshot;

  #set(change: Partial<Snapshot>): void {
    if (this.#end.signal.aborted) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }

  #change(change: (state: ConversationState) => ConversationState): void {
    const { conversation } = this.#snapshot;
    if (conversation === null) return;
    const next = change(conversation);
    if (next !== conversation) this.#set({ conversation: next });
  }

  /** Loads it, and follows it from there, events up to `fromSeq` left out. Never throws: `error` says what went wrong. */
  async load(fromSeq = 0): Promise<void> {
    const turn = ++this.#loads;
    this.#stream?.close();
    this.#queue = [];
    this.#set({ error: null });
    try {
      const state = await this.#loaded();
      if (turn !== this.#loads) return;
      this.#set({ conversation: { ...state, lastSeq: Math.max(state.lastSeq, fromSeq) } });
      this.#follow();
    } catch (error) {
      if (turn === this.#loads) this.#set({ error: shapeOf(error) });
    }
  }

  async #loaded(): Promise<ConversationState> {
    const path = { conversation_id: this.#id };
    const { signal } = this.#end;
    const [conversation, operations] = await Promise.all([
      call("GET /api/projects/{project_id}/conversations/{conversation_id}", {
        path: { ...path, project_id: this.#projectId },
        signal,
      }),
      call("GET /api/conversations/{conversation_id}/operations", { path, signal }),
    ]);
    if (conversation.active_run_id === null) return stateOf(conversation, operations);
    // The run's answer is not a message yet: all of its events are wanted.
    const run = await call("GET /api/runs/{run_id}", { path: { run_id: conversation.active_run_id }, signal });
    const state = stateOf(conversation, operations, Math.min(run.before_seq, conversation.last_seq));
    return { ...state, run: { id: run.id, startedAt: run.created_at, isStopping: false } };
  }

  #follow(): void {
    if (this.#end.signal.aborted) return;
    this.#stream = openEvents({
      addressAfter: (seq) =>
        addressOf("GET /api/conversations/{conversation_id}/events", {
          path: { conversation_id: this.#id },
          query: { after: String(seq) },
        }),
      after: () => this.#queue.at(-1)?.seq ?? this.#snapshot.conversation?.lastSeq ?? 0,
      isBusy: () => this.#snapshot.conversation?.run !== null,
      onEvent: (event) => this.#took(event),
      onStatus: (stream, tries) => {
        this.#set({ stream, tries });
        // The stream does not say why it fails; a question that is answered does.
        if (tries === lostAfterTries) void this.sync();
      },
      onSilence: () => {
        const run = this.#snapshot.conversation?.run;
        if (run !== null && run !== undefined) void this.#settle(run.id).catch(() => undefined);
      },
      host: this.#host,
    });
  }

  #took(event: StoredEvent | ResetEvent): void {
    if (event.type === "reset") {
      void this.load(event.seq);
      return;
    }
    this.#queue.push(event);
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#soon(() => {
      this.#isQueued = false;
      const events = this.#queue;
      this.#queue = [];
      this.#change((state) => folded(state, events));
      if (this.#snapshot.conversation?.isGap === true) void this.load();
      else if (this.#snapshot.conversation?.isStale === true) void this.sync();
    });
  }

  /** Loads the newest messages anew. A refusal (it was deleted, one is signed out) is shown; a failure of the way is not. */
  async sync(): Promise<void> {
    if (this.#isSyncing || this.#snapshot.conversation === null) return;
    this.#isSyncing = true;
    try {
      const page = await call("GET /api/conversations/{conversation_id}/messages", {
        path: { conversation_id: this.#id },
        signal: this.#end.signal,
      });
      this.#change((state) => withNewest(state, page));
    } catch (error) {
      const isRefused = error instanceof ApiError && [401, 403, 404].includes(error.status);
      if (isRefused) {
        this.#stream?.close();
        this.#set({ error: shapeOf(error) });
      }
    } finally {
      this.#isSyncing = false;
    }
  }

  /** Loads older messages until `id` is among them. False where it is not there. Throws `ApiError`. */
  async seek(id: string): Promise<boolean> {
    for (;;) {
      const { conversation } = this.#snapshot;
      if (conversation === null || this.#end.signal.aborted) return false;
      if (conversation.messages.some((message) => message.id === id)) return true;
      const first = conversation.messages[0];
      if (!conversation.hasMore || first === undefined) return false;
      await this.older(seekLimit);
      if (this.#snapshot.conversation?.messages[0] === first) return false;
    }
  }

  /** Loads the messages before the first that is shown, at most `limit`. Throws `ApiError`. */
  older(limit?: number): Promise<void> {
    this.#older ??= this.#loadOlder(limit).finally(() => {
      this.#older = undefined;
    });
    return this.#older;
  }

  async #loadOlder(limit: number | undefined): Promise<void> {
    const { conversation } = this.#snapshot;
    const first = conversation?.messages[0];
    if (conversation === null || first === undefined || !conversation.hasMore) return;
    this.#set({ isLoadingOlder: true });
    try {
      const page = await call("GET /api/conversations/{conversation_id}/messages", {
        path: { conversation_id: this.#id },
        query: { before: String(first.position), ...(limit === undefined ? {} : { limit: String(limit) }) },
        signal: this.#end.signal,
      });
      this.#change((state) => withOlder(state, page));
    } finally {
      this.#set({ isLoadingOlder: false });
    }
  }

  /**
   * Sends a message, shown at once. `replaces`: the person's message that it takes the place of, with all after it. Throws
   * `ApiError`, and takes the message back, where it was not stored.
   */
  async send(text: string, options: { readonly replaces?: string; readonly context?: Context } = {}): Promise<void> {
    const id = `sending:${++this.#sent}`;
    const { replaces, context } = options;
    const at = new Date().toISOString();
    const before = this.#snapshot.conversation;
    this.#change((state) => withSending(state, { id, text, at, ...(replaces === undefined ? {} : { replaces }) }));
    const body: StartRun = {
      ...context,
      project_id: this.#projectId,
      conversation_id: this.#id,
      message: text,
      ...(replaces === undefined ? {} : { replaces_message_id: replaces }),
    };
    try {
      const run = await call("POST /api/invoke_agent", { body });
      this.#change((state) => withSent(state, { id, messageId: run.message_id, runId: run.execution_id, at }));
    } catch (error) {
      this.#change((state) => withoutSending(state, id));
      if (replaces !== undefined && before !== null)
        this.#change((state) => ({ ...state, messages: before.messages, hasMore: before.hasMore }));
      void this.sync();
      throw error;
    }
  }

  /** Has the run stop. Throws `ApiError`. */
  async stop(): Promise<void> {
    const run = this.#snapshot.conversation?.run;
    if (run === null || run === undefined) return;
    const stopping = (isStopping: boolean) =>
      this.#change((state) => (state.run?.id === run.id ? { ...state, run: { ...state.run, isStopping } } : state));
    stopping(true);
    try {
      await call("POST /api/stop_stream/{execution_id}", { path: { execution_id: run.id } });
      await this.#settle(run.id);
    } catch (error) {
      stopping(false);
      throw error;
    }
  }

  /** The run has ended by its server's word: where its last event does not come, the page does not wait for it. */
  async #settle(runId: string): Promise<void> {
    const { status } = await call("GET /api/runs/{run_id}", { path: { run_id: runId } });
    if (status === "running") return;
    this.#host.later(() => {
      if (this.#snapshot.conversation?.run?.id === runId) void this.load();
    }, 1500);
  }

  /** Answers a question of the agent. Throws `ApiError`; one that was answered elsewhere only goes away. */
  async decide(approvalId: string, decision: Decision): Promise<void> {
    const drop = (): void =>
      this.#change((state) => ({ ...state, approvals: state.approvals.filter(({ id }) => id !== approvalId) }));
    try {
      await call("POST /api/approvals/{approval_id}", { path: { approval_id: approvalId }, body: { decision } });
    } catch (error) {
      if (error instanceof ApiError && (error.status === 409 || error.status === 404)) drop();
      throw error;
    }
  }

  /** Cancels a slow call that goes on by itself. Throws `ApiError`. */
  async cancelOperation(operationId: string): Promise<void> {
    const operation = await call("POST /api/operations/{operation_id}/cancel", { path: { operation_id: operationId } });
    this.#change((state) => ({
      ...state,
      operations: state.operations.map((each) => (each.id === operation.id ? operation : each)),
    }));
  }

  /** Keeps what the person chose for the conversation. Throws `ApiError`, and takes it back, where it was not kept. */
  async choose(context: Context): Promise<void> {
    const before = this.#snapshot.conversation?.context ?? {};
    this.#change((state) => ({ ...state, context: { ...state.context, ...context } }));
    try {
      await call("PATCH /api/projects/{project_id}/conversations/{conversation_id}", {
        path: { project_id: this.#projectId, conversation_id: this.#id },
        body: context,
      });
    } catch (error) {
      this.#change((state) => ({ ...state, context: before }));
      throw error;
    }
  }

  close(): void {
    this.#stream?.close();
    this.#end.abort();
    this.#listeners.clear();
  }
}
