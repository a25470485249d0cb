// One request to each route of the app, on things that are there: for tests that go through all of them.
import { join } from "node:path";
import type { Conversation, Project, Role } from "../contract/api.ts";
import type { RouteName } from "../contract/routes.ts";
import { openStore } from "../storage/open-store.ts";
import { good, type Ask, type Asking, type TestApp } from "./testing-app.ts";

/** What is asked for, by its ids. */
export interface Things {
  readonly project_id: string;
  readonly conversation_id: string;
  /** Has ended. */
  readonly run_id: string;
  readonly approval_id: string;
  readonly operation_id: string;
  readonly cluster_id: string;
  readonly warehouse_id: string;
}

/** A project of whoever asks, with a conversation, a run that is over, a question that waits and an operation. */
export async function makeThings(app: TestApp, ask: Ask): Promise<Things> {
  const project = await good<Project>(ask("POST /api/projects", { body: { name: "Mine" } }));
  const body = { project_id: project.id, message: "hello there" };
  const invoked = await ask("POST /api/agent/invoke", { body });
  const created = /"conversation_id":"([^"]+)"/.exec(invoked.text)?.[1] ?? "";
  const conversation = await good<Conversation>(ask(`GET /api/conversations/${created}`));
  const runId = conversation.messages[0]?.run_id ?? conversation.messages[1]?.run_id ?? "";
  await good(ask(`PUT /api/projects/${project.id}/files/content`, { body: { path: "notes.md", content: "# Notes" } }));
  await good(ask(`PUT /api/projects/${project.id}/skills/own/my-skill`, { body: { files: { "SKILL.md": skill } } }));
  const [approval, operation] = await addQuestion(app, { project, conversationId: created, runId });
  const { json: made } = await app.emulator.call("POST /api/2.1/clusters/create", {
    body: { cluster_name: "c", spark_version: "15.4.x-scala2.12", node_type_id: "i3.xlarge", num_workers: 1 },
  });
  const { json: house } = await app.emulator.call("POST /api/2.0/sql/warehouses", {
    body: { name: `w-${project.id}`, cluster_size: "Small" },
  });
  return {
    project_id: project.id,
    conversation_id: created,
    run_id: runId,
    approval_id: approval,
    operation_id: operation,
    cluster_id: String(made["cluster_id"]),
    warehouse_id: String(house["id"]),
  };
}

const skill = "---\nname: my-skill\ndescription: How we do it. Use for everything.\n---\n\nLike so.\n";

interface Place {
  readonly project: Project;
  readonly conversationId: string;
  readonly runId: string;
}

/** What only an agent makes, put into the database as the runs do. */
async function addQuestion(
  app: TestApp,
  { project, conversationId, runId }: Place,
): Promise<readonly [string, string]> {
  const store = await openStore(app.world.deps, { database: join(app.world.home, "app.db") });
  const [approval, operation] = [crypto.randomUUID(), crypto.randomUUID()];
  const both = { conversation_id: conversationId, run_id: runId };
  await store.approvals.add({ id: approval, tool_name: "Write", tool_input: {}, ...both });
  await store.operations.put({
    id: operation,
    ...both,
    tool_name: "execute_sql",
    status: "completed",
    started_at: project.created_at,
    project_id: project.id,
    user: project.user_email,
  });
  await store.close();
  return [approval, operation];
}

/** Who may: everybody who has signed in, those with this role in the project, or only who began the run. */
export type Need = Role | "all" | "beginner";

export interface Sample extends Asking {
  readonly need: Need;
  /** Of the query, without the question mark. */
  readonly query?: string;
  /** What its path takes beside the things. */
  readonly path?: Readonly<Record<string, string>>;
  /** Takes something away: nothing comes after it. */
  readonly isLast?: boolean;
}

const upload = (): FormData => {
  const form = new FormData();
  form.set("file", new File(["a,b\n1,2\n"], "rows.csv"));
  return form;
};

export function samples(things: Things): Readonly<Record<RouteName, Sample>> {
  const run = { project_id: things.project_id, message: "go" };
  const all = { need: "all" } as const;
  const view = { need: "view" } as const;
  return {
    "GET /api/health": all,
    "GET /api/config/health": all,
    "GET /api/me": all,
    "GET /api/config/me": all,
    "GET /api/config/user": all,
    "GET /api/config/system_prompt": { ...view, query: `project_id=${things.project_id}&default_catalog=main` },
    "GET /api/config/mlflow/status": all,
    "GET /api/engines": all,
    "GET /api/models": all,
    "GET /api/tools": all,
    "GET /api/profiles": all,
    "GET /api/clusters": all,
    "POST /api/clusters/{cluster_id}/start": all,
    "GET /api/warehouses": all,
    "POST /api/warehouses/{warehouse_id}/start": all,
    "GET /api/catalogs": all,
    "GET /api/catalogs/{catalog}/schemas": { ...all, path: { catalog: "main" } },
    "GET /api/folders": { ...all, query: "path=/Workspace/Users" },
    "GET /api/settings": all,
    "PATCH /api/settings": { ...all, body: { theme: "dark" } },
    "PUT /api/settings/anthropic_key": { ...all, body: { key: "sk-ant-0123456789abcdef" } },
    "DELETE /api/settings/anthropic_key": all,
    "GET /api/projects": all,
    "POST /api/projects": { ...all, body: { name: "Another" } },
    "GET /api/projects/{project_id}": view,
    "PATCH /api/projects/{project_id}": { need: "owner", body: { name: "Renamed" } },
    "DELETE /api/projects/{project_id}": { need: "owner", isLast: true },
    "GET /api/projects/{project_id}/shares": view,
    "PUT /api/projects/{project_id}/shares/{user}": {
      need: "owner",
      path: { user: "eve@example.com" },
      body: { role: "view" },
    },
    "DELETE /api/projects/{project_id}/shares/{user}": { need: "owner", path: { user: "eve@example.com" } },
    "GET /api/projects/{project_id}/search": { ...view, query: "q=hello" },
    "GET /api/projects/{project_id}/usage": view,
    "GET /api/projects/{project_id}/conversations": view,
    "POST /api/projects/{project_id}/conversations": { need: "work", body: {} },
    "GET /api/projects/{project_id}/conversations/{conversation_id}": view,
    "PATCH /api/projects/{project_id}/conversations/{conversation_id}": { need: "work", body: { title: "T" } },
    "DELETE /api/projects/{project_id}/conversations/{conversation_id}": { need: "work", isLast: true },
    "GET /api/projects/{project_id}/conversations/{conversation_id}/executions": view,
    "GET /api/conversations": { ...view, query: `project_id=${things.project_id}` },
    "POST /api/conversations": { need: "work", body: { project_id: things.project_id } },
    "GET /api/conversations/{conversation_id}": view,
    "PATCH /api/conversations/{conversation_id}": { need: "work", body: { pinned: true, warehouse_id: null } },
    "DELETE /api/conversations/{conversation_id}": { need: "work", isLast: true },
    "GET /api/conversations/{conversation_id}/messages": { ...view, query: "limit=1" },
    "GET /api/conversations/{conversation_id}/executions": view,
    "GET /api/conversations/{conversation_id}/operations": view,
    "GET /api/conversations/{conversation_id}/export": view,
    "GET /api/conversations/{conversation_id}/events": view,
    "POST /api/runs": { need: "work", body: run },
    "POST /api/invoke_agent": { need: "work", body: run },
    "POST /api/agent/invoke": { need: "work", body: run },
    "GET /api/runs/{run_id}": view,
    "POST /api/runs/{run_id}/stop": { need: "work" },
    "POST /api/stop_stream/{execution_id}": { need: "work" },
    "POST /api/stream_progress/{execution_id}": { ...view, body: { last_event_timestamp: null } },
    "POST /api/approvals/{approval_id}": { need: "beginner", body: { decision: "allow_once" } },
    "GET /api/operations/{operation_id}": view,
    "POST /api/operations/{operation_id}/cancel": { need: "work" },
    "GET /api/projects/{project_id}/files": view,
    "DELETE /api/projects/{project_id}/files": { need: "work", query: "path=notes.md", isLast: true },
    "GET /api/projects/{project_id}/files/content": { ...view, query: "path=notes.md" },
    "PUT /api/projects/{project_id}/files/content": { need: "work", body: { path: "a.txt", content: "a" } },
    "POST /api/projects/{project_id}/files/upload": { need: "work", body: upload() },
    "PUT /api/projects/{project_id}/files/raw": { need: "work", query: "path=raw.bin", body: new Uint8Array([1, 2]) },
    "POST /api/projects/{project_id}/files/mkdir": { need: "work", body: { path: "folder" } },
    "POST /api/projects/{project_id}/files/move": {
      need: "work",
      body: { from: "notes.md", to: "moved.md" },
      isLast: true,
    },
    "GET /api/projects/{project_id}/files/download": { ...view, query: "path=notes.md" },
    "GET /api/projects/{project_id}/files/zip": view,
    "GET /api/projects/{project_id}/skills/available": view,
    "PUT /api/projects/{project_id}/skills/enabled": { need: "work", body: { enabled_skills: null } },
    "POST /api/projects/{project_id}/skills/reload": { need: "work" },
    "GET /api/projects/{project_id}/skills/tree": view,
    "GET /api/projects/{project_id}/skills/file": { ...view, query: "path=my-skill/SKILL.md" },
    "PUT /api/projects/{project_id}/skills/own/{skill}": {
      need: "work",
      path: { skill: "other-skill" },
      body: { files: { "SKILL.md": skill.replaceAll("my-skill", "other-skill") } },
    },
    "DELETE /api/projects/{project_id}/skills/own/{skill}": { need: "work", path: { skill: "my-skill" }, isLast: true },
  };
}

/** The sample as it is asked: `GET /api/projects/…?…`. */
export function requestOf(name: RouteName, { path = {}, query }: Sample, things: Things): string {
  const values: Readonly<Record<string, string>> = { ...things, execution_id: things.run_id, ...path };
  const filled = name.replace(/\{(\w+)\}/g, (_whole, key: string) => encodeURIComponent(values[key] ?? ""));
  return query === undefined ? filled : `${filled}?${query}`;
}
