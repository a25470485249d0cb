// Pipelines over HTTP: what is refused, replaced, paged, and what a restart leaves.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../platform/json.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

const path = "/api/2.0/pipelines";
const libraries = [{ file: { path: "/Workspace/Users/me@example.com/nothing.sql" } }];
const spec = { name: "one", catalog: "main", schema: "default", libraries };
let it: TestEmulator;

beforeAll(async () => {
  it = await startTestEmulator();
});
afterAll(() => it.dispose());

async function made(body: JsonObject): Promise<string> {
  const { json } = await it.call(`POST ${path}`, { body });
  return String(json["pipeline_id"]);
}

test("refuses a specification that it cannot run, in words", async () => {
  const bad: readonly (readonly [object, string])[] = [
    [{ name: "x", libraries }, "'catalog' and 'schema' are needed"],
    [{ ...spec, name: undefined }, "name"],
    [{ ...spec, name: "x", target: "also" }, "'schema' and 'target'"],
    [{ ...spec, name: "x", libraries: [{ jar: "dbfs:/x.jar" }] }, "'jar'"],
    [{ ...spec, name: "x", libraries: [{ file: { path: "relative.py" } }] }, "absolute"],
    [{ ...spec, name: "x", continuous: "often" }, "continuous"],
    [{ ...spec, name: "x", ingestion_definition: {} }, "ingestion"],
  ];
  for (const [body, words] of bad) {
    const { status, json } = await it.call(`POST ${path}`, { body });
    expect(status).toBe(400);
    expect(String(json["message"])).toContain(words);
  }
});

test("keeps names apart unless told otherwise, and tells a dry run's settings", async () => {
  const id = await made({ ...spec, name: "same" });
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  const again = await it.call(`POST ${path}`, { body: { ...spec, name: "same" } });
  expect([again.status, again.json["error_code"]]).toEqual([409, "RESOURCE_CONFLICT"]);
  const twin = await it.call(`POST ${path}`, { body: { ...spec, name: "same", allow_duplicate_names: true } });
  expect(twin.status).toBe(200);
  const dry = await it.call(`POST ${path}`, { body: { ...spec, name: "dry", dry_run: true } });
  expect(dry.json["effective_settings"]).toMatchObject({ name: "dry", catalog: "main" });
  const found = await it.call(`GET ${path}?filter=${encodeURIComponent("name LIKE '%am%'")}`);
  expect((found.json["statuses"] as JsonObject[]).map((one) => one["name"])).toEqual(["same", "same"]);
  const byNotebook = await it.call(`GET ${path}?filter=${encodeURIComponent("notebook='/x'")}`);
  expect(byNotebook.json["statuses"]).toBeUndefined();
  expect((await it.call(`GET ${path}?filter=color`)).status).toBe(400);
});

test("replaces the whole specification, and only the one that was read", async () => {
  const id = await made({ ...spec, name: "edited", continuous: true, tags: { team: "a" } });
  const { json } = await it.call(`GET ${path}/${id}`);
  const body = { ...spec, name: "renamed", expected_last_modified: json["last_modified"] };
  expect((await it.call(`PUT ${path}/${id}`, { body })).status).toBe(200);
  const after = await it.call(`GET ${path}/${id}`);
  expect(after.json["name"]).toBe("renamed");
  expect(after.json["spec"]).toEqual({ id, ...spec, name: "renamed" });
  expect((await it.call(`PUT ${path}/${id}`, { body })).status).toBe(409);
});

test("pages events with a token that carries the filter, and filters by level and time", async () => {
  const id = await made({ ...spec, name: "told" });
  const started = await it.call(`POST ${path}/${id}/updates`, { body: {} });
  const update = String(started.json["update_id"]);
  for (;;) {
    const { json } = await it.call(`GET ${path}/${id}/updates/${update}`);
    if ((json["update"] as JsonObject)["state"] === "FAILED") break;
  }
  const first = await it.call(`GET ${path}/${id}/events?max_results=2&order_by=timestamp%20asc`);
  const messages: unknown[] = [];
  let page = first.json;
  for (;;) {
    messages.push(...((page["events"] ?? []) as JsonObject[]).map((event) => event["event_type"]));
    if (page["next_page_token"] === undefined) break;
    page = (await it.call(`GET ${path}/${id}/events?max_results=2&page_token=${String(page["next_page_token"])}`)).json;
  }
  expect(messages).toEqual(["user_action", "create_update", "update_progress", "update_progress", "update_progress"]);
  const filter = encodeURIComponent("level in ('ERROR','WARN') AND timestamp > '2020-01-01T00:00:00Z'");
  const failed = await it.call(`GET ${path}/${id}/events?filter=${filter}`);
  expect(JSON.stringify(failed.json["events"])).toContain("nothing.sql");
  expect((await it.call(`GET ${path}/${id}/events?filter=${encodeURIComponent("mood='bad'")}`)).status).toBe(400);
  expect((await it.call(`GET ${path}/${id}`)).json).toMatchObject({ health: "UNHEALTHY", state: "IDLE" });
  expect((await it.call(`GET ${path}/${id}/updates/none`)).status).toBe(404);
  const listed = await it.call(`GET ${path}/${id}/updates`);
  expect((listed.json["updates"] as JsonObject[]).map((one) => [one["update_id"], one["config"]])).toEqual([
    [update, undefined],
  ]);
  expect((await it.call(`POST ${path}/${id}/updates`, { body: { rewind_spec: {} } })).status).toBe(400);
  const both = { full_refresh: true, refresh_selection: ["a"] };
  expect((await it.call(`POST ${path}/${id}/updates`, { body: both })).status).toBe(400);
});

test("knows its pipelines after a restart, and ends what was open", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-pipelines-"));
  const before = await startTestEmulator({ folder, switches: { runStartMs: 3_600_000 } });
  const { json } = await before.call(`POST ${path}`, { body: { ...spec, name: "kept" } });
  const id = String(json["pipeline_id"]);
  const started = await before.call(`POST ${path}/${id}/updates`, { body: {} });
  await before.dispose();
  const after = await startTestEmulator({ folder });
  try {
    const found = await after.call(`GET ${path}/${id}/updates/${String(started.json["update_id"])}`);
    expect(found.json["update"]).toMatchObject({ state: "CANCELED", pipeline_id: id });
  } finally {
    await after.dispose();
    await rm(folder, { recursive: true, force: true });
  }
});
