// Every route of the app by its method and path: what it takes and what it answers. The server's table is checked against it, and
// the page calls by it. `{…}` stands for one encoded part of the path. Refusals are an `ErrorAnswer` each, with its status.
import type {
  ClusterInfo,
  Context,
  Conversation,
  ConversationSummary,
  EngineInfo,
  Executions,
  FileEntry,
  FileText,
  FolderItem,
  Me,
  MessagePage,
  ModelInfo,
  NamedItem,
  Project,
  Run,
  SearchHit,
  Settings,
  Share,
  SkillList,
  StartedRun,
  StartRun,
  TreeNode,
  UsageRow,
  WarehouseInfo,
} from "./api.ts";
import type { Decision, Operation } from "./events.ts";

export interface ProfileInfo {
  readonly name: string;
  readonly host: string | null;
}

/** One of our tools, for its card: the agent's name of it is `mcp__databricks__` and this. */
export interface ToolInfo {
  readonly name: string;
  readonly title: string;
  readonly toolset: string;
  readonly effect: "read" | "write" | "destructive";
}

export interface Stopped {
  readonly success: boolean;
  readonly message: string;
}

interface Health {
  readonly answer: { readonly status: "healthy"; readonly version: string };
}

/** Pickers ask the workspace of `profile` (one's own machine only), and past what is kept where `refresh` is `true`. */
interface Picked {
  readonly profile?: string;
  readonly refresh?: "true" | "false";
}

type ConversationChange = { readonly title?: string; readonly pinned?: boolean } & Context;

/** An answer of `text` is text to be saved, of `stream` Server-Sent Events, of `bytes` a download. */
export interface Routes {
  "GET /api/health": Health;
  "GET /api/config/health": Health;
  "GET /api/me": { readonly answer: Me };
  "GET /api/config/me": { readonly answer: Me };
  "GET /api/config/user": { readonly answer: Me };
  /** What a run with this context would be told. */
  "GET /api/config/system_prompt": {
    readonly query: {
      readonly project_id: string;
      readonly cluster_id?: string;
      readonly warehouse_id?: string;
      readonly default_catalog?: string;
      readonly default_schema?: string;
      readonly workspace_folder?: string;
    };
    readonly answer: { readonly system_prompt: string };
  };
  "GET /api/config/mlflow/status": {
    readonly answer: {
      readonly enabled: boolean;
      readonly tracking_uri: string | null;
      readonly experiment_name: string | null;
      readonly info: string;
    };
  };

  // Pickers.
  "GET /api/engines": { readonly answer: readonly EngineInfo[] };
  "GET /api/models": { readonly query: Picked; readonly answer: readonly ModelInfo[] };
  "GET /api/tools": { readonly answer: readonly ToolInfo[] };
  /** Empty on a shared server. */
  "GET /api/profiles": { readonly answer: readonly ProfileInfo[] };
  "GET /api/clusters": { readonly query: Picked; readonly answer: readonly ClusterInfo[] };
  "POST /api/clusters/{cluster_id}/start": { readonly query: Picked; readonly answer: ClusterInfo };
  "GET /api/warehouses": { readonly query: Picked; readonly answer: readonly WarehouseInfo[] };
  "POST /api/warehouses/{warehouse_id}/start": { readonly query: Picked; readonly answer: WarehouseInfo };
  "GET /api/catalogs": { readonly query: Picked; readonly answer: readonly NamedItem[] };
  "GET /api/catalogs/{catalog}/schemas": { readonly query: Picked; readonly answer: readonly NamedItem[] };
  /** The folders in `path`; without it, in the caller's own folder. */
  "GET /api/folders": { readonly query: Picked & { readonly path?: string }; readonly answer: readonly FolderItem[] };

  // The caller's own settings.
  "GET /api/settings": { readonly answer: Settings };
  "PATCH /api/settings": { readonly body: Omit<Settings, "has_anthropic_key">; readonly answer: Settings };
  "PUT /api/settings/anthropic_key": { readonly body: { readonly key: string }; readonly answer: Settings };
  "DELETE /api/settings/anthropic_key": { readonly answer: Settings };

  // Projects.
  "GET /api/projects": { readonly answer: readonly Project[] };
  "POST /api/projects": { readonly body: { readonly name: string }; readonly answer: Project };
  "GET /api/projects/{project_id}": { readonly answer: Project };
  "PATCH /api/projects/{project_id}": {
    readonly body: { readonly name?: string; readonly instructions?: string };
    readonly answer: { readonly success: true; readonly project_id: string; readonly project: Project };
  };
  "DELETE /api/projects/{project_id}": {
    readonly answer: { readonly success: true; readonly deleted_project_id: string };
  };
  "GET /api/projects/{project_id}/shares": { readonly answer: readonly Share[] };
  "PUT /api/projects/{project_id}/shares/{user}": {
    readonly body: { readonly role: Share["role"] };
    readonly answer: readonly Share[];
  };
  "DELETE /api/projects/{project_id}/shares/{user}": { readonly answer: readonly Share[] };
  "GET /api/projects/{project_id}/search": {
    readonly query: { readonly q: string };
    readonly answer: readonly SearchHit[];
  };
  "GET /api/projects/{project_id}/usage": { readonly answer: readonly UsageRow[] };

  // Conversations: below their project, as the older app has them, and by their id alone.
  "GET /api/projects/{project_id}/conversations": { readonly answer: readonly ConversationSummary[] };
  "POST /api/projects/{project_id}/conversations": {
    readonly body: { readonly title?: string } & Context;
    readonly answer: Conversation;
  };
  "GET /api/projects/{project_id}/conversations/{conversation_id}": { readonly answer: Conversation };
  "PATCH /api/projects/{project_id}/conversations/{conversation_id}": {
    readonly body: ConversationChange;
    readonly answer: {
      readonly success: true;
      readonly conversation_id: string;
      readonly conversation: ConversationSummary;
    };
  };
  "DELETE /api/projects/{project_id}/conversations/{conversation_id}": {
    readonly answer: { readonly success: true; readonly deleted_conversation_id: string };
  };
  "GET /api/projects/{project_id}/conversations/{conversation_id}/executions": { readonly answer: Executions };
  "GET /api/conversations": {
    readonly query: { readonly project_id: string };
    readonly answer: readonly ConversationSummary[];
  };
  "POST /api/conversations": {
    readonly body: { readonly project_id: string; readonly title?: string } & Context;
    readonly answer: Conversation;
  };
  "GET /api/conversations/{conversation_id}": { readonly answer: Conversation };
  "PATCH /api/conversations/{conversation_id}": {
    readonly body: ConversationChange;
    readonly answer: {
      readonly success: true;
      readonly conversation_id: string;
      readonly conversation: ConversationSummary;
    };
  };
  "DELETE /api/conversations/{conversation_id}": {
    readonly answer: { readonly success: true; readonly deleted_conversation_id: string };
  };
  /** The messages before the position `before`, oldest first; at most `limit` (1 to 200, 50 unless given). */
  "GET /api/conversations/{conversation_id}/messages": {
    readonly query: { readonly before?: string; readonly limit?: string };
    readonly answer: MessagePage;
  };
  "GET /api/conversations/{conversation_id}/executions": { readonly answer: Executions };
  "GET /api/conversations/{conversation_id}/operations": { readonly answer: readonly Operation[] };
  /** As Markdown, to be saved. */
  "GET /api/conversations/{conversation_id}/export": { readonly answer: "text" };
  /**
   * The events after `after` (or the Last-Event-ID header), then those that come: `id:` is the seq, `data:` a StoredEvent or a
   * ResetEvent. It never ends by itself; a comment comes every 15 s.
   */
  "GET /api/conversations/{conversation_id}/events": {
    readonly query: { readonly after?: string };
    readonly answer: "stream";
  };

  // Runs. `invoke_agent`, `stop_stream` and `stream_progress` are the older app's names.
  "POST /api/runs": { readonly body: StartRun; readonly answer: StartedRun };
  "POST /api/invoke_agent": { readonly body: StartRun; readonly answer: StartedRun };
  /** Starts a run and streams it, to its end, in the older protocol. */
  "POST /api/agent/invoke": { readonly body: StartRun; readonly answer: "stream" };
  "GET /api/runs/{run_id}": { readonly answer: Run };
  "POST /api/runs/{run_id}/stop": { readonly answer: Stopped };
  "POST /api/stop_stream/{execution_id}": { readonly answer: Stopped };
  /** The older protocol: `data:` alone, a `_cursor` in each, which comes back here as it is; ends with `[DONE]`. */
  "POST /api/stream_progress/{execution_id}": {
    readonly body: { readonly last_event_timestamp?: number | null };
    readonly answer: "stream";
  };
  "POST /api/approvals/{approval_id}": {
    readonly body: { readonly decision: Decision };
    readonly answer: { readonly success: true };
  };
  "GET /api/operations/{operation_id}": { readonly answer: Operation };
  "POST /api/operations/{operation_id}/cancel": { readonly answer: Operation };

  // Files of a project. `path` is below its folder, with `/`.
  "GET /api/projects/{project_id}/files": {
    readonly query: { readonly folder?: string; readonly hidden?: "true" | "false" };
    readonly answer: { readonly project_id: string; readonly files: readonly FileEntry[] };
  };
  "DELETE /api/projects/{project_id}/files": {
    readonly query: { readonly path: string };
    readonly answer: { readonly success: true };
  };
  "GET /api/projects/{project_id}/files/content": {
    readonly query: { readonly path: string };
    readonly answer: FileText;
  };
  /** `version` as it was read; null where the file must not be there; absent: whatever is there is replaced. */
  "PUT /api/projects/{project_id}/files/content": {
    readonly body: { readonly path: string; readonly content: string; readonly version?: string | null };
    readonly answer: FileText;
  };
  /** A multipart form: each file part goes into `folder` (a field or query; the top unless given), under its own name. */
  "POST /api/projects/{project_id}/files/upload": {
    readonly query: { readonly folder?: string };
    readonly body: FormData;
    readonly answer: { readonly files: readonly FileText[] };
  };
  /** The body is the file. */
  "PUT /api/projects/{project_id}/files/raw": {
    readonly query: { readonly path: string; readonly version?: string };
    readonly body: Blob;
    readonly answer: FileText;
  };
  "POST /api/projects/{project_id}/files/mkdir": {
    readonly body: { readonly path: string };
    readonly answer: { readonly success: true };
  };
  "POST /api/projects/{project_id}/files/move": {
    readonly body: { readonly from: string; readonly to: string };
    readonly answer: { readonly success: true };
  };
  "GET /api/projects/{project_id}/files/download": {
    readonly query: { readonly path: string };
    readonly answer: "bytes";
  };
  "GET /api/projects/{project_id}/files/zip": {
    readonly query: { readonly folder?: string };
    readonly answer: "bytes";
  };

  // Skills of a project.
  "GET /api/projects/{project_id}/skills/available": { readonly answer: SkillList };
  "PUT /api/projects/{project_id}/skills/enabled": {
    readonly body: { readonly enabled_skills: readonly string[] | null };
    readonly answer: {
      readonly success: true;
      readonly enabled_skills: readonly string[] | null;
      readonly all_enabled: boolean;
    };
  };
  "POST /api/projects/{project_id}/skills/reload": { readonly answer: Stopped };
  "GET /api/projects/{project_id}/skills/tree": { readonly answer: { readonly tree: readonly TreeNode[] } };
  "GET /api/projects/{project_id}/skills/file": {
    readonly query: { readonly path: string };
    readonly answer: { readonly path: string; readonly content: string; readonly filename: string };
  };
  /** A skill of the project's own: its files by their names, SKILL.md among them. */
  "PUT /api/projects/{project_id}/skills/own/{skill}": {
    readonly body: { readonly files: Readonly<Record<string, string>> };
    readonly answer: SkillList;
  };
  "DELETE /api/projects/{project_id}/skills/own/{skill}": { readonly answer: SkillList };
}

export type RouteName = keyof Routes;
