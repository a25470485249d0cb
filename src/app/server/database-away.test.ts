// The app on Postgres, and when that goes away for a while: it is said, nothing is lost, and it goes on by itself.
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Conversation, Project, StartedRun } from "../contract/api.ts";
import { canRunPostgres, startPostgres, type TestPostgres } from "../storage/testing-postgres.ts";
import { good, ownerOf, startTestApp, type Ask, type TestApp } from "./testing-app.ts";

let postgres: TestPostgres;
let app: TestApp;
let ask: Ask;

beforeAll(async () => {
  if (!canRunPostgres) return;
  postgres = await startPostgres();
  const database = await postgres.newDatabase();
  app = await startTestApp("local", { database: { database, connectTimeoutMs: 2_000, retries: 1 } });
  ask = ownerOf(app);
}, 60_000);

afterAll(async () => {
  if (!canRunPostgres) return;
  await app.dispose();
  await postgres[Symbol.asyncDispose]();
}, 60_000);

test.skipIf(!canRunPostgres)(
  "a run that is under way when the database goes ends as if it had been there, and the next one works",
  async () => {
    const project = await good<Project>(ask("POST /api/projects", { body: { name: "Away" } }));
    expect(await good<object>(ask("GET /api/me"))).toMatchObject({ database: { kind: "postgres", ok: true } });
    const body = { project_id: project.id, message: "hold while it is away" };
    const { conversation_id: id, execution_id: run } = await good<StartedRun>(ask("POST /api/runs", { body }));
    await app.engine.holding;
    await postgres.kill();

    const refused = await ask("GET /api/projects");
    expect([refused.status, (refused.json["error"] as { code: string }).code]).toEqual([502, "unreachable"]);
    expect(refused.text).not.toContain("test-password");
    const me = await good<{ database: { ok: boolean; error: string } }>(ask("GET /api/me"));
    expect([me.database.ok, me.database.error.includes("does not answer")]).toEqual([false, true]);
    expect((await ask("GET /api/health")).status).toBe(200);

    await postgres.start();
    app.engine.release();
    const next = { project_id: project.id, message: "back again" };
    expect((await ask("POST /api/agent/invoke", { body: next })).text).toContain("answer to back again");
    // To the run's end.
    await good(ask(`POST /api/stream_progress/${run}`, { body: {} }));
    const held = await good<Conversation>(ask(`GET /api/conversations/${id}`));
    expect(held.messages.map(({ content }) => content)).toEqual([
      "hold while it is away",
      "answer to hold while it is away",
    ]);
  },
  60_000,
);
