// Conversations, and what a person chose for each.
import type { EngineName, PermissionMode } from "../contract/api.ts";
import { MortarError } from "../../platform/errors.ts";
import type { Row, Value } from "./database.ts";
import { folded } from "./fold.ts";
import { name, nameLength, word, wordLength } from "./limits.ts";
import type { Part } from "./part.ts";
import { flagOf, momentOf, numberOf, textOf, textOrNull } from "./rows.ts";
import type { ChosenContext, ConversationStore, StoredConversation } from "./store.ts";

export function createConversationStore(part: Part): ConversationStore {
  const { database } = part;
  return {
    create: (projectId, title, context) => create(part, { projectId, title, context }),
    list: async (projectId) => {
      const sql = `${selectConversations} WHERE c.project_id = $1
        ORDER BY c.pinned DESC, c.updated_at DESC, c.created_at DESC, c.id DESC`;
      return (await database.rows(sql, [projectId])).map(conversationOf);
    },
    get: (id) => get(part, id),
    update: (id, change) => update(part, id, change),
    remove: (id) =>
      database.transaction(async (statements) => {
        // In this order: who appends holds the counter, and what he has appended is there once it is gone.
        await statements.run("DELETE FROM :conversations WHERE id = $1", [id]);
        await statements.run("DELETE FROM :events WHERE conversation_id = $1", [id]);
      }),
  };
}

/** Each choice is a column, of at most so many characters. */
const choices: Readonly<Record<keyof ChosenContext, number>> = {
  cluster_id: nameLength,
  warehouse_id: nameLength,
  default_catalog: nameLength,
  default_schema: nameLength,
  workspace_folder: wordLength,
  model: nameLength,
  engine: nameLength,
  permission_mode: nameLength,
  permission_by: nameLength,
  mlflow_experiment_name: wordLength,
  target_profile: nameLength,
};

/** The columns and values of the choices that are given; null takes one back. */
function chosen(context: ChosenContext): [string, string | null][] {
  return Object.entries(choices).flatMap(([key, length]): [string, string | null][] => {
    const value = context[key as keyof ChosenContext];
    if (value === undefined) return [];
    return [[key, value === null ? null : word(key.replaceAll("_", " "), value, length)]];
  });
}

const selectConversations = `
  SELECT c.*,
    (SELECT COUNT(*) FROM :messages m WHERE m.conversation_id = c.id) AS message_count,
    (SELECT r.id FROM :runs r WHERE r.conversation_id = c.id AND r.status = 'running') AS active_run_id,
    CASE WHEN EXISTS (SELECT 1 FROM :approvals a WHERE a.conversation_id = c.id AND a.decision IS NULL)
      THEN 1 ELSE 0 END AS waiting
  FROM :conversations c`;

function conversationOf(row: Row): StoredConversation {
  return {
    id: textOf(row, "id"),
    project_id: textOf(row, "project_id"),
    title: textOf(row, "title"),
    pinned: flagOf(row, "pinned"),
    created_at: momentOf(row, "created_at"),
    updated_at: momentOf(row, "updated_at"),
    message_count: numberOf(row, "message_count"),
    session_id: textOrNull(row, "session_id"),
    active_run_id: textOrNull(row, "active_run_id"),
    waiting: flagOf(row, "waiting"),
    cluster_id: textOrNull(row, "cluster_id"),
    warehouse_id: textOrNull(row, "warehouse_id"),
    default_catalog: textOrNull(row, "default_catalog"),
    default_schema: textOrNull(row, "default_schema"),
    workspace_folder: textOrNull(row, "workspace_folder"),
    model: textOrNull(row, "model"),
    engine: textOrNull(row, "engine") as EngineName | null,
    permission_mode: textOrNull(row, "permission_mode") as PermissionMode | null,
    permission_by: textOrNull(row, "permission_by"),
    mlflow_experiment_name: textOrNull(row, "mlflow_experiment_name"),
    target_profile: textOrNull(row, "target_profile"),
  };
}

async function get({ database }: Part, id: string): Promise<StoredConversation | undefined> {
  const [row] = await database.rows(`${selectConversations} WHERE c.id = $1`, [id]);
  return row === undefined ? undefined : conversationOf(row);
}

interface NewConversation {
  readonly projectId: string;
  readonly title: string;
  readonly context: ChosenContext;
}

async function create(part: Part, { projectId, title, context }: NewConversation): Promise<StoredConversation> {
  const id = crypto.randomUUID();
  const now = part.clock.now();
  const given = chosen(context);
  const columns = [
    "id",
    "project_id",
    "title",
    "folded_title",
    "created_at",
    "updated_at",
    ...given.map(([key]) => key),
  ];
  const wanted = name("title", title);
  const values: Value[] = [id, projectId, wanted, folded(wanted), now, now, ...given.map(([, value]) => value)];
  await part.database.transaction(async (statements) => {
    const touched = await statements.run("UPDATE :projects SET updated_at = $2 WHERE id = $1", [projectId, now]);
    if (touched === 0) throw new MortarError("not_found", "There is no such project");
    const marks = columns.map((_column, at) => `$${at + 1}`);
    await statements.run(`INSERT INTO :conversations (${columns.join(", ")}) VALUES (${marks.join(", ")})`, values);
    await statements.run("INSERT INTO :counters (conversation_id) VALUES ($1)", [id]);
  });
  const made = await get(part, id);
  if (made === undefined) throw new MortarError("not_found", "The project was deleted meanwhile");
  return made;
}

async function update(part: Part, id: string, change: Parameters<ConversationStore["update"]>[1]): Promise<void> {
  const { title, pinned, session_id, ...context } = change;
  const set: [string, Value][] = chosen(context);
  if (title !== undefined) set.push(["title", name("title", title)], ["folded_title", folded(title)]);
  if (pinned !== undefined) set.push(["pinned", pinned ? 1 : 0]);
  if (session_id !== undefined) {
    set.push(["session_id", session_id === null ? null : word("session id", session_id)]);
  }
  if (set.length === 0) return;
  const columns = set.map(([column], at) => `${column} = $${at + 2}`).join(", ");
  await part.database.run(`UPDATE :conversations SET ${columns} WHERE id = $1`, [id, ...set.map(([, value]) => value)]);
}
