// What an app can do with the token that it gets of its user: what it was given scopes for, and nothing else.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";
import { checkAppScopes, requireScope } from "./token-scopes.ts";

let emulator: TestEmulator;
beforeEach(async () => {
  emulator = await startTestEmulator();
});
afterEach(() => emulator.dispose());

const echo = `
import http.server, json, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(self.headers.items())).encode())
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["DATABRICKS_APP_PORT"])), Handler).serve_forever()
`;

async function deployed(): Promise<string> {
  const files = { "app.py": echo, "app.yaml": 'command: ["python3", "app.py"]' };
  await emulator.call("POST /api/2.0/workspace/mkdirs", { body: { path: "/Shared/echo" } });
  for (const [name, text] of Object.entries(files)) {
    const body = { path: `/Shared/echo/${name}`, format: "AUTO", content: Buffer.from(text).toString("base64") };
    await emulator.call("POST /api/2.0/workspace/import", { body });
  }
  const app = await emulator.call("POST /api/2.0/apps", { body: { name: "echo", user_api_scopes: ["sql"] } });
  const begun = await emulator.call("POST /api/2.0/apps/echo/deployments", {
    body: { source_code_path: "/Shared/echo" },
  });
  const id = String(begun.json["deployment_id"]);
  for (;;) {
    const { status } = (await emulator.call(`GET /api/2.0/apps/echo/deployments/${id}`)).json as {
      status: { state: string; message: string };
    };
    if (status.state === "SUCCEEDED") return String(app.json["url"]);
    if (status.state !== "IN_PROGRESS") throw new Error(status.message);
    await new Promise((done) => setTimeout(done, 20));
  }
}

test("the app's token of its user is another than his own, is good for its scopes, and opens no app", async () => {
  const url = await deployed();
  const authorization = `Bearer ${emulator.token}`;
  const headers = async () =>
    (await (await fetch(url, { headers: { authorization, "X-Forwarded-Access-Token": "forged" } })).json()) as Record<
      string,
      string
    >;
  const seen = new Map(Object.entries(await headers()).map(([name, value]) => [name.toLowerCase(), value]));
  const token = seen.get("x-forwarded-access-token") ?? "";
  expect(token).toStartWith("eyJ");
  expect(seen.get("authorization")).toBeUndefined();
  expect(seen.get("x-forwarded-email")).toBe("me@example.com");
  const me = await emulator.call("GET /api/2.0/preview/scim/v2/Me", { token });
  expect(me.json["userName"]).toBe("me@example.com");
  expect((await emulator.call("GET /api/2.0/sql/warehouses", { token })).status).toBe(200);
  expect(await emulator.call("GET /api/2.2/jobs/list", { token })).toMatchObject({
    status: 403,
    json: { message: "Provided OAuth token does not have required scopes: jobs" },
  });
  expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  await emulator.call("PATCH /api/2.0/apps/echo", { body: { user_api_scopes: ["sql", "files"] } });
  expect(JSON.stringify(await headers())).not.toContain(token);
});

test("a scope to read lets nobody write, and older names mean what they meant", () => {
  const path = "/api/2.1/unity-catalog/schemas/main.x";
  expect(() => requireScope(["catalog.schemas:read"], "GET", path)).not.toThrow();
  expect(() => requireScope(["catalog.schemas:read"], "DELETE", path)).toThrow("required scopes: catalog.schemas");
  expect(() => requireScope(["serving.serving-endpoints"], "GET", "/api/2.0/serving-endpoints")).not.toThrow();
  expect(() => checkAppScopes(["sql", "files.files"])).not.toThrow();
  expect(() => checkAppScopes(["iam.current-user:read"])).toThrow("is not a valid scope");
});
