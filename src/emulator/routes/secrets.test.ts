import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;
beforeEach(async () => void (emulator = await startTestEmulator()));
afterEach(() => emulator.dispose());

const post = (operation: string, body: object, token?: string) =>
  emulator.call(`POST /api/2.0/secrets/${operation}`, { body, ...(token === undefined ? {} : { token }) });

test("a scope keeps what was put into it, in base64, and lists only keys", async () => {
  expect((await emulator.call("GET /api/2.0/secrets/scopes/list")).text).toBe("{}");
  expect((await post("scopes/create", { scope: "team" })).status).toBe(200);
  expect((await post("put", { scope: "team", key: "a.b", string_value: "süß" })).status).toBe(200);
  expect((await post("put", { scope: "team", key: "raw", bytes_value: "AP8=" })).status).toBe(200);
  const got = await emulator.call("GET /api/2.0/secrets/get?scope=team&key=a.b");
  expect(got.json).toEqual({ key: "a.b", value: Buffer.from("süß").toString("base64") });
  const { json, text } = await emulator.call("GET /api/2.0/secrets/list?scope=team");
  expect(json["secrets"]).toEqual([
    { key: "a.b", last_updated_timestamp: expect.any(Number) },
    { key: "raw", last_updated_timestamp: expect.any(Number) },
  ]);
  expect(text).not.toContain("value");
  expect((await post("delete", { scope: "team", key: "raw" })).status).toBe(200);
  expect((await post("delete", { scope: "team", key: "raw" })).json["error_code"]).toBe("RESOURCE_DOES_NOT_EXIST");
  expect((await post("scopes/delete", { scope: "team" })).status).toBe(200);
  expect((await emulator.call("GET /api/2.0/secrets/list?scope=team")).status).toBe(404);
});

test.each([
  ["scopes/create", { scope: "with space" }, "INVALID_PARAMETER_VALUE"],
  ["scopes/create", {}, "INVALID_PARAMETER_VALUE"],
  ["scopes/create", { scope: "team" }, "RESOURCE_ALREADY_EXISTS"],
  ["scopes/create", { scope: "x", initial_manage_principal: "ada" }, "INVALID_PARAMETER_VALUE"],
  ["put", { scope: "team", key: "../x", string_value: "" }, "INVALID_PARAMETER_VALUE"],
  ["put", { scope: "team", key: "k" }, "INVALID_PARAMETER_VALUE"],
  ["put", { scope: "team", key: "k", string_value: "a", bytes_value: "AA==" }, "INVALID_PARAMETER_VALUE"],
  ["put", { scope: "team", key: "k", string_value: "x".repeat(128 * 1024 + 1) }, "INVALID_PARAMETER_VALUE"],
  ["put", { scope: "none", key: "k", string_value: "" }, "RESOURCE_DOES_NOT_EXIST"],
  ["delete", { scope: "team", key: "__proto__" }, "RESOURCE_DOES_NOT_EXIST"],
  ["acls/put", { scope: "team", principal: "p", permission: "ALL" }, "INVALID_PARAMETER_VALUE"],
  ["acls/delete", { scope: "team", principal: "p" }, "RESOURCE_DOES_NOT_EXIST"],
])("%s of %j is refused: %s", async (operation, body, code) => {
  await post("scopes/create", { scope: "team" });
  expect((await post(operation, body)).json["error_code"]).toBe(code);
});

describe("who may do what", () => {
  test("is what the scope's list says", async () => {
    const bob = { userName: "bob@example.com", userId: "99", isServicePrincipal: false };
    const { token } = emulator.world.tokens.issue({ kind: "pat", caller: bob, comment: "" });
    await post("scopes/create", { scope: "team" });
    await post("put", { scope: "team", key: "k", string_value: "v" });
    const get = () => emulator.call("GET /api/2.0/secrets/get?scope=team&key=k", { token });
    expect((await get()).json["error_code"]).toBe("PERMISSION_DENIED");
    await post("acls/put", { scope: "team", principal: bob.userName, permission: "READ" });
    expect((await get()).status).toBe(200);
    expect((await post("put", { scope: "team", key: "k", string_value: "w" }, token)).status).toBe(403);
    await post("acls/put", { scope: "team", principal: "users", permission: "MANAGE" });
    expect((await post("put", { scope: "team", key: "k", string_value: "w" }, token)).status).toBe(200);
    const { json } = await emulator.call("GET /api/2.0/secrets/acls/list?scope=team");
    expect(json["items"]).toContainEqual({ principal: bob.userName, permission: "READ" });
    expect((await emulator.call("GET /api/2.0/secrets/acls/get?scope=team&principal=users")).json).toEqual({
      principal: "users",
      permission: "MANAGE",
    });
  });
});
