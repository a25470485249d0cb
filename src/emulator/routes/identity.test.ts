import { afterAll, beforeAll, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startTestEmulator({ owner: "ada@example.com" });
});

afterAll(() => emulator.dispose());

test("Me names the owner, with groups and entitlements", async () => {
  const { json, headers } = await emulator.call("GET /api/2.0/preview/scim/v2/Me");
  expect(json).toMatchObject({
    id: emulator.world.owner.userId,
    userName: "ada@example.com",
    displayName: "ada",
    active: true,
    emails: [{ type: "work", value: "ada@example.com", primary: true }],
  });
  expect(json["groups"]).toContainEqual(expect.objectContaining({ display: "admins" }));
  expect(headers.get("x-databricks-org-id")).toBe(emulator.workspaceId);
});

test("users and groups are SCIM lists with a filter", async () => {
  const all = await emulator.call("GET /api/2.0/preview/scim/v2/Groups");
  expect(all.json).toMatchObject({ totalResults: 2, startIndex: 1, itemsPerPage: 2 });
  const filter = encodeURIComponent('displayName eq "admins"');
  const { json } = await emulator.call(`GET /api/2.0/preview/scim/v2/Groups?filter=${filter}`);
  expect(json["Resources"]).toEqual([expect.objectContaining({ displayName: "admins" })]);
  const second = await emulator.call("GET /api/2.0/preview/scim/v2/Groups?startIndex=2&count=1");
  expect(second.json["Resources"]).toEqual([expect.objectContaining({ displayName: "users" })]);
  expect((await emulator.call(`GET /api/2.0/preview/scim/v2/Users/${emulator.world.owner.userId}`)).status).toBe(200);
});

test("SCIM refuses in SCIM's shape", async () => {
  const missing = await emulator.call("GET /api/2.0/preview/scim/v2/Groups/1");
  expect(missing.status).toBe(404);
  expect(missing.json).toEqual({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    detail: "Group not found",
    status: "404",
  });
  const filter = await emulator.call("GET /api/2.0/preview/scim/v2/Groups?filter=displayName%20co%20%22a%22");
  expect(filter.json).toMatchObject({ status: "400", scimType: "invalidFilter" });
});

test("introspection tells the workspace as a bare integer", async () => {
  const { text } = await emulator.call("GET /api/2.0/tokens/introspect");
  expect(text).toContain(`"workspace_id":${emulator.workspaceId}`);
});

test("personal tokens are made, listed without their value, used and deleted", async () => {
  const made = await emulator.call("POST /api/2.0/token/create", { body: { comment: "ci", lifetime_seconds: 60 } });
  const value = String(made.json["token_value"]);
  const info = made.json["token_info"] as { token_id: string; creation_time: number; expiry_time: number };
  expect(value).toMatch(/^dapi[0-9a-f]{32}$/);
  expect(info.expiry_time - info.creation_time).toBe(60_000);
  expect((await emulator.call("GET /api/2.0/preview/scim/v2/Me", { token: value })).status).toBe(200);

  const listed = await emulator.call("GET /api/2.0/token/list");
  expect(listed.text).not.toContain(value);
  expect(listed.json["token_infos"]).toContainEqual({ ...info, comment: "ci" });

  expect((await emulator.call("POST /api/2.0/token/delete", { body: { token_id: info.token_id } })).json).toEqual({});
  expect((await emulator.call("GET /api/2.0/preview/scim/v2/Me", { token: value })).status).toBe(403);
  const again = await emulator.call("POST /api/2.0/token/delete", { body: { token_id: info.token_id } });
  expect(again).toMatchObject({ status: 404, json: { error_code: "RESOURCE_DOES_NOT_EXIST" } });
});
