// What happens in a run, as it is stored, streamed over SSE and shown: one union, for the server and the page.

/** The lifetime of a run. `interrupted`: the server ended before it did. */
export type RunStatus = "running" | "completed" | "cancelled" | "error" | "interrupted";

export interface Todo {
  readonly content: string;
  readonly status: "pending" | "in_progress" | "completed";
  readonly activeForm?: string;
}

/** A question that the agent may not go on without: may it call this tool with this input? */
export interface Approval {
  readonly id: string;
  readonly tool_name: string;
  readonly tool_input: unknown;
  /** The call that waits, where the agent names it. */
  readonly tool_use_id?: string;
  /** What the tool does by our own declaration; absent for the agent's own tools. */
  readonly effect?: "read" | "write" | "destructive";
  /** Our tool's own title. */
  readonly title?: string;
}

/** `once`, for as long as the conversation lasts, or not. */
export type Decision = "allow_once" | "allow_conversation" | "deny";

export type OperationStatus = "running" | "completed" | "failed" | "cancelled" | "lost";

/** A tool call that took too long to wait for: it goes on by itself, and can be watched and cancelled. */
export interface Operation {
  readonly id: string;
  readonly conversation_id: string;
  readonly run_id: string;
  readonly tool_use_id?: string;
  readonly tool_name: string;
  readonly status: OperationStatus;
  /** ISO 8601. */
  readonly started_at: string;
  readonly ended_at?: string;
  /** The last thing the tool said of its progress. */
  readonly progress?: string;
  /** The result's text, or the error's message. */
  readonly result?: string;
}

export interface ErrorShape {
  /** Stable: a code of platform/errors. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
}

/** What an engine says of its run. Names are those of the older app's protocol where it had one. */
export type AgentEvent =
  | { readonly type: "system"; readonly subtype: "init"; readonly session_id: string; readonly model?: string }
  | { readonly type: "text_delta"; readonly text: string }
  /** A whole block, after its deltas. */
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking_delta"; readonly thinking: string }
  | { readonly type: "thinking"; readonly thinking: string }
  | {
      readonly type: "tool_use";
      readonly tool_id: string;
      readonly tool_name: string;
      readonly tool_input: unknown;
      /** The call of a subagent within which it happened. */
      readonly parent_tool_use_id?: string;
    }
  | { readonly type: "tool_progress"; readonly tool_use_id: string; readonly message: string }
  | {
      readonly type: "tool_result";
      readonly tool_use_id: string;
      readonly content: string;
      readonly is_error: boolean;
      /** The structured half of one of our tools' results. */
      readonly structured?: unknown;
      readonly duration_ms?: number;
    }
  | { readonly type: "todos"; readonly todos: readonly Todo[] }
  /** A word on how the run goes: the model is asked again, the agent's memory of the conversation could not be read. */
  | { readonly type: "notice"; readonly message: string }
  | {
      readonly type: "result";
      readonly session_id?: string;
      readonly duration_ms: number;
      readonly total_cost_usd?: number;
      readonly is_error: boolean;
      readonly num_turns?: number;
      readonly usage?: Usage;
    }
  | ({ readonly type: "error" } & ErrorShape);

/** What the app itself says of a run. */
export type RunEvent =
  | { readonly type: "conversation.created"; readonly conversation_id: string }
  /** Always first after that: the person's message is stored before the agent hears of it. */
  | { readonly type: "run.started"; readonly message_id: string; readonly engine: string }
  | { readonly type: "approval.requested"; readonly approval: Approval }
  | {
      readonly type: "approval.resolved";
      readonly approval_id: string;
      readonly decision: Decision;
      readonly by: string;
    }
  | { readonly type: "operation"; readonly operation: Operation }
  | { readonly type: "conversation.titled"; readonly title: string }
  | { readonly type: "cancelled" }
  /** Always last. `message_id`: the assistant's message that was made of the run; absent where it said nothing. */
  | {
      readonly type: "stream.completed";
      readonly status: Exclude<RunStatus, "running">;
      readonly is_error: boolean;
      readonly is_cancelled: boolean;
      readonly message_id?: string;
    };

export type AnyEvent = AgentEvent | RunEvent;

/** An event as it is stored and sent: `seq` grows by one within its conversation and is the SSE id. */
export type StoredEvent = AnyEvent & {
  readonly seq: number;
  readonly run_id: string;
  readonly conversation_id: string;
  /** ISO 8601. */
  readonly at: string;
};

/** Sent in the place of events that are no longer kept: the page loads the messages anew and goes on from `seq`. */
export interface ResetEvent {
  readonly type: "reset";
  readonly seq: number;
}
