// What one allows his agent in a shared conversation is not allowed to the agent of another.
import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Conversation, PermissionMode, Project } from "../contract/api.ts";
import { good, startTestApp, userOf, type Ask, type TestApp } from "./testing-app.ts";

let app: TestApp;
let ann: Ask;
let mallory: Ask;
let project: Project;
let at: string;

beforeAll(async () => {
  app = await startTestApp("apps");
  ann = userOf(app, app.emulator.world.owner.userName);
  mallory = userOf(app, "mallory@example.com");
  project = await good<Project>(ann("POST /api/projects", { body: { name: "Shared" } }));
  await good(ann(`PUT /api/projects/${project.id}/shares/mallory@example.com`, { body: { role: "work" } }));
});

afterAll(async () => {
  await app.dispose();
});

beforeEach(async () => {
  const body = { project_id: project.id, permission_mode: "plan" };
  const { id } = await good<Conversation>(ann("POST /api/conversations", { body }));
  at = `/api/conversations/${id}`;
});

const seenBy = async (ask: Ask): Promise<PermissionMode | null | undefined> =>
  (await good<Conversation>(ask(`GET ${at}`))).permission_mode;

/** How the agent works for whoever sends a message and says nothing of it. */
async function modeOfRun(ask: Ask, choice: { readonly permission_mode?: PermissionMode } = {}): Promise<unknown> {
  const conversation_id = at.split("/").at(-1);
  const body = { project_id: project.id, conversation_id, message: "go on", ...choice };
  expect((await ask("POST /api/agent/invoke", { body })).status).toBe(200);
  return app.engine.requests.at(-1)?.permissionMode;
}

test("another's change of the mode counts for him alone", async () => {
  await good(mallory(`PATCH ${at}`, { body: { permission_mode: "everything" } }));
  expect([await seenBy(mallory), await seenBy(ann)]).toEqual(["everything", null]);
  expect(await modeOfRun(ann)).toBe("ask");
  expect(await modeOfRun(mallory)).toBe("everything");
  const listed = await good<readonly Conversation[]>(ann(`GET /api/projects/${project.id}/conversations`));
  expect(listed.some(({ permission_mode: mode }) => mode === "everything")).toBe(false);
});

test("another's message in a mode of his leaves nothing of it to those who come after", async () => {
  expect(await modeOfRun(mallory, { permission_mode: "everything" })).toBe("everything");
  expect(await modeOfRun(ann)).toBe("ask");
});

test("what one has chosen stays, also where another changes something else and sends all that he sees", async () => {
  expect([await seenBy(ann), await seenBy(mallory)]).toEqual(["plan", null]);
  await good(mallory(`PATCH ${at}`, { body: { permission_mode: null, default_catalog: "main" } }));
  expect(await seenBy(ann)).toBe("plan");
  expect(await modeOfRun(ann)).toBe("plan");
});
