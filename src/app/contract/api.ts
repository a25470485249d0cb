// What the app's routes take and give, in the field names of the wire: the older app's, where it had them.
import type { Approval, ErrorShape, RunStatus, StoredEvent, Todo, Usage } from "./events.ts";

/** Every refusal: `detail` is what the older app's clients read. */
export interface ErrorAnswer {
  readonly detail: string;
  readonly error: ErrorShape;
}

export type Role = "owner" | "work" | "view";

export interface Share {
  /** A user name of the workspace, in lower case. */
  readonly user: string;
  readonly role: Exclude<Role, "owner">;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly user_email: string;
  /** The caller's own. */
  readonly role: Role;
  readonly created_at: string;
  /** The last message or change. */
  readonly updated_at: string;
  readonly conversation_count: number;
  /** Added to the system prompt of every run. */
  readonly instructions: string;
}

export type PermissionMode = "ask" | "accept_edits" | "plan" | "everything";
export type EngineName = "claude" | "codex" | "gemini";

/** What a person chose for a conversation; each is kept with it and is the default of its next run. */
export interface Context {
  readonly cluster_id?: string | null;
  readonly warehouse_id?: string | null;
  readonly default_catalog?: string | null;
  readonly default_schema?: string | null;
  readonly workspace_folder?: string | null;
  readonly model?: string | null;
  readonly engine?: EngineName | null;
  readonly permission_mode?: PermissionMode | null;
  readonly mlflow_experiment_name?: string | null;
  /** Tools act on this profile's workspace instead of the app's own; on one's own machine only. */
  readonly target_profile?: string | null;
}

export interface ConversationSummary extends Context {
  readonly id: string;
  readonly project_id: string;
  readonly title: string;
  readonly pinned: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly message_count: number;
  readonly session_id: string | null;
  /** Where a run is under way. */
  readonly active_run_id: string | null;
  /** Whether it waits for a person's answer. */
  readonly waiting: boolean;
}

/** The parts of an assistant's message, in the order in which they came. */
export type Block =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly thinking: string }
  | {
      readonly type: "tool";
      readonly tool_id: string;
      readonly tool_name: string;
      readonly tool_input: unknown;
      readonly parent_tool_use_id?: string;
      readonly result?: { readonly content: string; readonly is_error: boolean; readonly structured?: unknown };
      readonly duration_ms?: number;
      readonly operation_id?: string;
      readonly approval?: { readonly decision: string; readonly by: string };
    }
  | { readonly type: "todos"; readonly todos: readonly Todo[] }
  | ({ readonly type: "error" } & ErrorShape);

export interface Message {
  readonly id: string;
  readonly conversation_id: string;
  readonly role: "user" | "assistant";
  /** All text, blocks apart by an empty line. */
  readonly content: string;
  readonly blocks: readonly Block[];
  /** Grows within the conversation; the order of messages. */
  readonly position: number;
  readonly timestamp: string;
  readonly is_error: boolean;
  readonly run_id: string | null;
  /** Of the run that made it; on assistants' messages. */
  readonly status?: Exclude<RunStatus, "running">;
  readonly duration_ms?: number;
  readonly total_cost_usd?: number;
  readonly usage?: Usage;
  readonly model?: string;
}

export interface Conversation extends ConversationSummary {
  /** The last ones, oldest first; `GET …/messages?before=POSITION` gives those before. */
  readonly messages: readonly Message[];
  readonly has_more: boolean;
  /** The stream is to be opened after this. */
  readonly last_seq: number;
  /** Questions that wait for the person. */
  readonly approvals: readonly Approval[];
}

export interface MessagePage {
  readonly messages: readonly Message[];
  readonly has_more: boolean;
}

/** A run; the older app's `Execution`. */
export interface Run {
  readonly id: string;
  readonly conversation_id: string;
  readonly project_id: string;
  readonly user: string;
  readonly engine: EngineName;
  readonly model: string | null;
  readonly status: RunStatus;
  readonly error: ErrorShape | null;
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly duration_ms: number | null;
  readonly total_cost_usd: number | null;
  readonly usage: Usage | null;
  /** The first seq of its events, less one: a stream opened after it replays the run. */
  readonly before_seq: number;
}

export interface StartRun extends Context {
  readonly project_id: string;
  /** Absent: a conversation is made. */
  readonly conversation_id?: string;
  readonly message: string;
  /** Takes back this message of the person and all after it first: edit and resend, retry. */
  readonly replaces_message_id?: string;
}

export interface StartedRun {
  readonly execution_id: string;
  readonly conversation_id: string;
  readonly message_id: string;
}

export interface Executions {
  readonly active: (Run & { readonly events: readonly StoredEvent[] }) | null;
  readonly recent: readonly Run[];
}

export interface Me {
  /** The user name. */
  readonly user: string;
  readonly display_name: string;
  readonly workspace_url: string;
  readonly profile: string | null;
  readonly version: string;
  /** `local`: one machine, one person; `apps`: behind Databricks Apps. */
  readonly mode: "local" | "apps";
  readonly database: { readonly kind: "sqlite" | "postgres"; readonly ok: boolean; readonly error: string | null };
  /** Older names of the same. */
  readonly lakebase_configured: boolean;
  readonly lakebase_project_id: string | null;
  readonly lakebase_error: string | null;
}

export interface EngineInfo {
  readonly name: EngineName;
  readonly title: string;
  readonly version: string | null;
  readonly installed: boolean;
  /** The command that installs it. */
  readonly install: string;
  readonly permission_modes: readonly PermissionMode[];
  /** Why its shell is off, where it is. */
  readonly shell: { readonly on: boolean; readonly reason: string | null };
}

export interface ClusterInfo {
  readonly cluster_id: string;
  readonly cluster_name: string;
  readonly state: string;
  readonly creator_user_name: string | null;
}

export interface WarehouseInfo {
  readonly warehouse_id: string;
  readonly warehouse_name: string;
  readonly state: string;
  readonly cluster_size: string | null;
  readonly creator_name: string | null;
  readonly is_serverless: boolean;
}

export interface ModelInfo {
  readonly id: string;
  readonly title: string;
  readonly engines: readonly EngineName[];
}

export interface NamedItem {
  readonly name: string;
  readonly comment?: string;
}

export interface FolderItem {
  readonly path: string;
  readonly name: string;
}

export interface FileEntry {
  /** Below the project's folder, with `/`. */
  readonly path: string;
  readonly name: string;
  readonly type: "file" | "directory";
  readonly size: number;
  readonly modified: string;
}

export interface FileText {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly modified: string;
  /** Given back with a save, so that nothing newer is overwritten. */
  readonly version: string;
  /** Null for a binary file, and for one over 2 MB. */
  readonly content: string | null;
  readonly media_type: string;
}

export interface SkillInfo {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Ours, or the project's own. */
  readonly own: boolean;
  /** Tools that go with it when it is off. */
  readonly tools: readonly string[];
}

export interface SkillList {
  readonly skills: readonly SkillInfo[];
  readonly all_enabled: boolean;
  readonly enabled_count: number;
  readonly total_count: number;
}

export interface TreeNode {
  readonly name: string;
  readonly path: string;
  readonly type: "directory" | "file";
  readonly children?: readonly TreeNode[];
}

export interface SearchHit {
  readonly conversation_id: string;
  readonly title: string;
  readonly message_id: string | null;
  /** With the words around the match. */
  readonly excerpt: string;
}

export interface UsageRow {
  readonly day: string;
  readonly model: string | null;
  readonly runs: number;
  readonly usage: Usage;
  readonly total_cost_usd: number;
}

/** A person's own settings of the app. */
export interface Settings {
  readonly theme?: "system" | "light" | "dark";
  /** `workspace`: by our proxy; `anthropic`: the person's own key; `login`: the agent's own sign-in. */
  readonly model_source?: "workspace" | "anthropic" | "login";
  readonly default_engine?: EngineName;
  readonly default_model?: string | null;
  readonly default_permission_mode?: PermissionMode;
  /** Whether a key is kept; the key itself never leaves the server. */
  readonly has_anthropic_key?: boolean;
  readonly mlflow_experiment_name?: string | null;
}

/** What `show_chart` takes, and what a person can change of it. Never code. */
export interface ChartSpec {
  readonly title?: string;
  readonly type: "bar" | "line" | "area" | "scatter" | "pie";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  /** A name of `columns`. */
  readonly x: string;
  readonly y: readonly string[];
  readonly stacked?: boolean;
}
