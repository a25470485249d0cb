// A share that ends takes with it what it allowed: no agent of his goes on in a project that one may not work in.
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Project, Run, StartedRun } from "../contract/api.ts";
import { good, startTestApp, userOf, type Ask, type TestApp } from "./testing-app.ts";

let app: TestApp;
let ann: Ask;
let bob: Ask;

beforeAll(async () => {
  app = await startTestApp("apps");
  ann = userOf(app, app.emulator.world.owner.userName);
  bob = userOf(app, "bob@example.com");
});

afterAll(async () => {
  await app.dispose();
});

const shareOf = ({ id }: Project): string => `/api/projects/${id}/shares/bob@example.com`;

test.each([
  ["is taken back", (project: Project) => ann(`DELETE ${shareOf(project)}`)],
  ["becomes one to look", (project: Project) => ann(`PUT ${shareOf(project)}`, { body: { role: "view" } })],
])("a run of his is stopped when his share %s, and no other", async (_how, change) => {
  const project = await good<Project>(ann("POST /api/projects", { body: { name: "Shared" } }));
  await good(ann(`PUT ${shareOf(project)}`, { body: { role: "work" } }));
  const body = { project_id: project.id, message: "hold on" };
  const his = await good<StartedRun>(bob("POST /api/runs", { body }));
  const hers = await good<StartedRun>(ann("POST /api/runs", { body }));
  await good(change(project));
  const statusOf = async (id: string) => (await good<Run>(ann(`GET /api/runs/${id}`))).status;
  expect([await statusOf(his.execution_id), await statusOf(hers.execution_id)]).toEqual(["cancelled", "running"]);
  await good(ann(`POST /api/runs/${hers.execution_id}/stop`));
});
