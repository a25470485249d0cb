// What the routes take and answer, as schemas: for checking, and for the OpenAPI document. The types are the contract's.
import * as z from "zod";
import type { Context } from "../contract/api.ts";
import type { StoredEvent } from "../contract/events.ts";
import { isObject } from "../../platform/json.ts";

const role = z.enum(["owner", "work", "view"]);
export const permissionMode = z.enum(["ask", "accept_edits", "plan", "everything"]);
export const engineName = z.enum(["claude", "codex", "gemini"]);
const runStatus = z.enum(["running", "completed", "cancelled", "error", "interrupted"]);
const endStatus = z.enum(["completed", "cancelled", "error", "interrupted"]);
const effect = z.enum(["read", "write", "destructive"]);
export const decision = z.enum(["allow_once", "allow_conversation", "deny"]);
export const done = z.literal(true);

const when = z.string().describe("ISO 8601");

/** A text of a person: nothing but white space is none, and no sign in it may hide what it says. */
export function name(what: string, most = 255) {
  return z
    .string()
    .trim()
    .min(1, `${what} is empty`)
    .max(most, `${what} has more than ${most} characters`)
    .refine((text) => !/[\p{Cc}]/u.test(text), `${what} has a control character in it`);
}

const optionalText = (most: number) => z.string().max(most).nullable().exactOptional();

/** What a person chooses for a conversation. */
export const contextFields = {
  cluster_id: optionalText(100),
  warehouse_id: optionalText(100),
  default_catalog: optionalText(255),
  default_schema: optionalText(255),
  workspace_folder: optionalText(500),
  model: optionalText(200),
  engine: engineName.nullable().exactOptional(),
  permission_mode: permissionMode.nullable().exactOptional(),
  mlflow_experiment_name: optionalText(500),
  target_profile: optionalText(200),
} as const satisfies { readonly [Name in keyof Required<Context>]: z.ZodType };

export const errorShape = z.object({ code: z.string(), message: z.string(), hint: z.string().exactOptional() });

export const errorAnswer = z.object({ detail: z.string(), error: errorShape });

const usage = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_tokens: z.number(),
});

const todo = z.object({
  content: z.string(),
  status: z.enum(["pending", "in_progress", "completed"]),
  activeForm: z.string().exactOptional(),
});

export const project = z.object({
  id: z.string(),
  name: z.string(),
  user_email: z.string(),
  role,
  created_at: when,
  updated_at: when,
  conversation_count: z.number(),
  instructions: z.string(),
});

export const shareRole = z.enum(["work", "view"]);
export const share = z.object({ user: z.string(), role: shareRole });

const conversationFields = {
  id: z.string(),
  project_id: z.string(),
  title: z.string(),
  pinned: z.boolean(),
  created_at: when,
  updated_at: when,
  message_count: z.number(),
  session_id: z.string().nullable(),
  active_run_id: z.string().nullable(),
  waiting: z.boolean(),
  ...contextFields,
};

export const conversationSummary = z.object(conversationFields);

const approval = z.object({
  id: z.string(),
  tool_name: z.string(),
  tool_input: z.unknown(),
  tool_use_id: z.string().exactOptional(),
  effect: effect.exactOptional(),
  title: z.string().exactOptional(),
});

const toolBlock = z.object({
  type: z.literal("tool"),
  tool_id: z.string(),
  tool_name: z.string(),
  tool_input: z.unknown(),
  parent_tool_use_id: z.string().exactOptional(),
  result: z
    .object({ content: z.string(), is_error: z.boolean(), structured: z.unknown().exactOptional() })
    .exactOptional(),
  duration_ms: z.number().exactOptional(),
  operation_id: z.string().exactOptional(),
  approval: z.object({ decision: z.string(), by: z.string() }).exactOptional(),
});

const block = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thinking"), thinking: z.string() }),
  toolBlock,
  z.object({ type: z.literal("todos"), todos: z.array(todo) }),
  errorShape.extend({ type: z.literal("error") }),
]);

const message = z.object({
  id: z.string(),
  conversation_id: z.string(),
  role: z.enum(["user", "assistant"]),
  content: z.string(),
  blocks: z.array(block),
  position: z.number(),
  timestamp: when,
  is_error: z.boolean(),
  run_id: z.string().nullable(),
  status: endStatus.exactOptional(),
  duration_ms: z.number().exactOptional(),
  total_cost_usd: z.number().exactOptional(),
  usage: usage.exactOptional(),
  model: z.string().exactOptional(),
});

export const messagePage = z.object({ messages: z.array(message), has_more: z.boolean() });

export const conversation = z.object({
  ...conversationFields,
  messages: z.array(message),
  has_more: z.boolean(),
  last_seq: z.number(),
  approvals: z.array(approval),
});

export const run = z.object({
  id: z.string(),
  conversation_id: z.string(),
  project_id: z.string(),
  user: z.string(),
  engine: engineName,
  model: z.string().nullable(),
  status: runStatus,
  error: errorShape.nullable(),
  created_at: when,
  ended_at: when.nullable(),
  duration_ms: z.number().nullable(),
  total_cost_usd: z.number().nullable(),
  usage: usage.nullable(),
  before_seq: z.number(),
});

const storedEvent = z
  .custom<StoredEvent>((value) => isObject(value) && typeof value["type"] === "string")
  .meta({
    description: "An event as it is streamed: type, seq, run_id, conversation_id, at, and what belongs to the type",
  });

export const executions = z.object({
  active: run.extend({ events: z.array(storedEvent) }).nullable(),
  recent: z.array(run),
});

export const startRun = z.strictObject({
  project_id: z.string(),
  conversation_id: z.string().exactOptional(),
  message: z
    .string()
    .max(1_000_000, "The message has more than 1,000,000 characters")
    .refine((text) => text.trim() !== "", "The message is empty"),
  replaces_message_id: z.string().exactOptional(),
  ...contextFields,
});

export const startedRun = z.object({ execution_id: z.string(), conversation_id: z.string(), message_id: z.string() });

export const operation = z.object({
  id: z.string(),
  conversation_id: z.string(),
  run_id: z.string(),
  tool_use_id: z.string().exactOptional(),
  tool_name: z.string(),
  status: z.enum(["running", "completed", "failed", "cancelled", "lost"]),
  started_at: when,
  ended_at: when.exactOptional(),
  progress: z.string().exactOptional(),
  result: z.string().exactOptional(),
});

export const stopped = z.object({ success: z.boolean(), message: z.string() });

export const me = z.object({
  user: z.string(),
  display_name: z.string(),
  workspace_url: z.string(),
  profile: z.string().nullable(),
  version: z.string(),
  mode: z.enum(["local", "apps"]),
  database: z.object({ kind: z.enum(["sqlite", "postgres"]), ok: z.boolean(), error: z.string().nullable() }),
  lakebase_configured: z.boolean(),
  lakebase_project_id: z.string().nullable(),
  lakebase_error: z.string().nullable(),
});

export const engineInfo = z.object({
  name: engineName,
  title: z.string(),
  version: z.string().nullable(),
  installed: z.boolean(),
  install: z.string(),
  permission_modes: z.array(permissionMode),
  shell: z.object({ on: z.boolean(), reason: z.string().nullable() }),
});

export const clusterInfo = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  state: z.string(),
  creator_user_name: z.string().nullable(),
});

export const warehouseInfo = z.object({
  warehouse_id: z.string(),
  warehouse_name: z.string(),
  state: z.string(),
  cluster_size: z.string().nullable(),
  creator_name: z.string().nullable(),
  is_serverless: z.boolean(),
});

export const modelInfo = z.object({ id: z.string(), title: z.string(), engines: z.array(engineName) });
export const toolInfo = z.object({ name: z.string(), title: z.string(), toolset: z.string(), effect });
export const profileInfo = z.object({ name: z.string(), host: z.string().nullable() });
export const namedItem = z.object({ name: z.string(), comment: z.string().exactOptional() });
export const folderItem = z.object({ path: z.string(), name: z.string() });

export const fileEntry = z.object({
  path: z.string(),
  name: z.string(),
  type: z.enum(["file", "directory"]),
  size: z.number(),
  modified: when,
});

export const fileText = z.object({
  path: z.string(),
  name: z.string(),
  size: z.number(),
  modified: when,
  version: z.string(),
  content: z.string().nullable(),
  media_type: z.string(),
});

export const skillList = z.object({
  skills: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      enabled: z.boolean(),
      own: z.boolean(),
      tools: z.array(z.string()),
    }),
  ),
  all_enabled: z.boolean(),
  enabled_count: z.number(),
  total_count: z.number(),
});

export const treeNode = z
  .object({
    name: z.string(),
    path: z.string(),
    type: z.enum(["directory", "file"]),
    get children() {
      return z.array(treeNode).exactOptional();
    },
  })
  .meta({ id: "TreeNode" });

export const searchHit = z.object({
  conversation_id: z.string(),
  title: z.string(),
  message_id: z.string().nullable(),
  excerpt: z.string(),
});

export const usageRow = z.object({
  day: z.string(),
  model: z.string().nullable(),
  runs: z.number(),
  usage,
  total_cost_usd: z.number(),
});

const settingsFields = {
  theme: z.enum(["system", "light", "dark"]).exactOptional(),
  model_source: z.enum(["workspace", "anthropic", "login"]).exactOptional(),
  default_engine: engineName.exactOptional(),
  default_model: optionalText(200),
  default_permission_mode: permissionMode.exactOptional(),
  mlflow_experiment_name: optionalText(500),
};

export const settingsChange = z.strictObject(settingsFields);
export const settings = z.object({ ...settingsFields, has_anthropic_key: z.boolean().exactOptional() });

export const mlflowStatus = z.object({
  enabled: z.boolean(),
  tracking_uri: z.string().nullable(),
  experiment_name: z.string().nullable(),
  info: z.string(),
});
