// The tables, as numbered steps that each database goes through once. A step that has been released is never changed.

/** Statements of each step; the first one is version 1. The same SQL for SQLite and Postgres. */
export const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE :projects (
      id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, instructions TEXT NOT NULL, enabled_skills TEXT,
      files_version BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)`,
    `CREATE INDEX projects_owner ON :projects (owner)`,
    `CREATE TABLE :shares (
      project_id TEXT NOT NULL REFERENCES :projects (id) ON DELETE CASCADE, user_name TEXT NOT NULL, role TEXT NOT NULL,
      PRIMARY KEY (project_id, user_name))`,
    `CREATE INDEX shares_user ON :shares (user_name)`,
    `CREATE TABLE :conversations (
      id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES :projects (id) ON DELETE CASCADE, title TEXT NOT NULL,
      folded_title TEXT, pinned INTEGER NOT NULL DEFAULT 0, session_id TEXT, cluster_id TEXT, warehouse_id TEXT,
      default_catalog TEXT, default_schema TEXT, workspace_folder TEXT, model TEXT, engine TEXT, permission_mode TEXT,
      mlflow_experiment_name TEXT, target_profile TEXT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)`,
    `CREATE INDEX conversations_project ON :conversations (project_id, updated_at)`,
    // Apart from the conversation itself: every batch of events locks and rewrites its row.
    `CREATE TABLE :counters (
      conversation_id TEXT PRIMARY KEY REFERENCES :conversations (id) ON DELETE CASCADE,
      last_seq BIGINT NOT NULL DEFAULT 0, pruned_seq BIGINT NOT NULL DEFAULT 0, last_position BIGINT NOT NULL DEFAULT 0)`,
    `CREATE TABLE :messages (
      id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES :conversations (id) ON DELETE CASCADE,
      position BIGINT NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, folded_content TEXT, blocks TEXT NOT NULL,
      is_error INTEGER NOT NULL DEFAULT 0, run_id TEXT, facts TEXT NOT NULL, created_at BIGINT NOT NULL)`,
    `CREATE UNIQUE INDEX messages_position ON :messages (conversation_id, position)`,
    `CREATE TABLE :runs (
      id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES :conversations (id) ON DELETE CASCADE,
      project_id TEXT NOT NULL REFERENCES :projects (id) ON DELETE CASCADE, user_name TEXT NOT NULL, engine TEXT NOT NULL,
      model TEXT, replica TEXT NOT NULL, status TEXT NOT NULL, error TEXT, position BIGINT NOT NULL,
      before_seq BIGINT NOT NULL, stop_requested INTEGER NOT NULL DEFAULT 0, taken_back INTEGER NOT NULL DEFAULT 0,
      pruned INTEGER NOT NULL DEFAULT 0, duration_ms BIGINT, total_cost_usd DOUBLE PRECISION, input_tokens BIGINT,
      output_tokens BIGINT, cache_read_tokens BIGINT, cache_write_tokens BIGINT, beat_at BIGINT NOT NULL,
      created_at BIGINT NOT NULL, ended_at BIGINT)`,
    `CREATE UNIQUE INDEX runs_one_at_a_time ON :runs (conversation_id) WHERE status = 'running'`,
    `CREATE INDEX runs_conversation ON :runs (conversation_id, position)`,
    `CREATE INDEX runs_project ON :runs (project_id, created_at)`,
    `CREATE INDEX runs_under_way ON :runs (replica) WHERE status = 'running'`,
    `CREATE INDEX runs_to_prune ON :runs (ended_at) WHERE pruned = 0`,
    // No foreign key: a check for each event would halve the speed. Who takes a conversation away takes its events with it.
    `CREATE TABLE :events (
      conversation_id TEXT NOT NULL, seq BIGINT NOT NULL, run_id TEXT NOT NULL, at BIGINT NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (conversation_id, seq))`,
    `CREATE INDEX events_run ON :events (run_id, seq)`,
    `CREATE TABLE :approvals (
      id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES :conversations (id) ON DELETE CASCADE,
      run_id TEXT NOT NULL, tool_name TEXT NOT NULL, body TEXT NOT NULL, decision TEXT, decided_by TEXT,
      created_at BIGINT NOT NULL)`,
    `CREATE INDEX approvals_conversation ON :approvals (conversation_id)`,
    `CREATE INDEX approvals_run ON :approvals (run_id)`,
    `CREATE TABLE :operations (
      id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES :conversations (id) ON DELETE CASCADE,
      project_id TEXT NOT NULL, user_name TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
      cancel_requested INTEGER NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, put_at BIGINT NOT NULL)`,
    `CREATE INDEX operations_conversation ON :operations (conversation_id, created_at)`,
    `CREATE INDEX operations_under_way ON :operations (put_at) WHERE status = 'running'`,
    `CREATE TABLE :settings (
      user_name TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (user_name, name))`,
    `CREATE TABLE :files (
      project_id TEXT NOT NULL REFERENCES :projects (id) ON DELETE CASCADE, path TEXT NOT NULL, hash TEXT NOT NULL,
      size BIGINT NOT NULL, mode INTEGER NOT NULL, modified_at BIGINT NOT NULL, PRIMARY KEY (project_id, path))`,
    // A content lies in pieces: neither a database nor this program holds a large file many times over.
    `CREATE TABLE :contents (
      project_id TEXT NOT NULL REFERENCES :projects (id) ON DELETE CASCADE, hash TEXT NOT NULL, piece INTEGER NOT NULL,
      bytes BYTEA NOT NULL, brought_at BIGINT NOT NULL, PRIMARY KEY (project_id, hash, piece))`,
  ],
  // Who chose how the agent may work: what one allows himself is not allowed to another.
  [`ALTER TABLE :conversations ADD COLUMN permission_by TEXT`],
];
