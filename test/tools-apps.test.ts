// Databricks Apps through the binary: an app that really runs, sees who calls, fails with its log, stops and starts.
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

// Logs end with a pause, and processes start.
setDefaultTimeout(60_000);

const stage = toolStage(["--toolsets", "default,workspace,secrets,apps"]);
const { done } = stage;

const program = `
import http.server, json, os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("asked for", self.path, flush=True)
        body = json.dumps({
            "email": self.headers.get("x-forwarded-email"),
            "token": bool(self.headers.get("x-forwarded-access-token")),
            "authorization": self.headers.get("authorization"),
            "greeting": os.environ["GREETING"],
            "secret": len(os.environ["SECRET"]),
            "client": bool(os.environ.get("DATABRICKS_CLIENT_SECRET")),
        }).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

print("the shop opens", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["DATABRICKS_APP_PORT"])), Handler).serve_forever()
`;
import { toolStage } from "./support/tool-stage.ts";
const spec = `
command: ["python3", "app.py"]
env:
  - name: GREETING
    value: "hello: there"
  - name: SECRET
    valueFrom: key
`;

async function upload(files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(stage.machine.home, "shop");
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await done("upload_to_workspace", { source: folder, path: "~/shop", overwrite: true });
}

test("an app's whole life", async () => {
  await done("create_secret_scope", { scope: "shop" });
  await done("put_secret", { scope: "shop", key: "k", value: "12345" });
  const resources = [{ name: "key", secret: { scope: "shop", key: "k", permission: "READ" } }];
  expect(await done("create_app", { name: "shop", description: "A shop", resources })).toMatchObject({
    compute_state: "ACTIVE",
    resources: ["key"],
  });
  await upload({ "app.py": program, "app.yaml": spec });
  const deployed = await done("deploy_app", { name: "shop", source_path: "~/shop" });
  expect(deployed).toMatchObject({ state: "SUCCEEDED" });

  const url = String(deployed["url"]);
  const token =
    /^token\s*=\s*(\S+)$/m.exec(await readFile(join(stage.machine.home, ".databrickscfg"), "utf8"))?.[1] ?? "";
  expect((await fetch(`${url}/`)).status).toBe(401);
  const answer = await fetch(`${url}/fruit?x=1`, {
    headers: { authorization: `Bearer ${token}`, "x-forwarded-email": "somebody@else" },
  });
  expect(await answer.json()).toEqual({
    email: "me@example.com",
    token: true,
    authorization: null,
    greeting: "hello: there",
    secret: 5,
    client: true,
  });
  const logs = await done("get_app_logs", { name: "shop", source: "APP" });
  expect((logs["rows"] as unknown[][]).map((row) => row[2])).toEqual(["the shop opens", "asked for /fruit?x=1"]);

  await done("update_app", { name: "shop", description: "The shop" });
  expect((await done("list_apps", { name_filter: "sho" }))["total_matched"]).toBe(1);
  expect(await done("stop_app", { name: "shop" })).toMatchObject({ compute_state: "STOPPED" });
  expect((await fetch(`${url}/`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(503);
  expect(await done("start_app", { name: "shop" })).toMatchObject({ compute_state: "ACTIVE" });

  await upload({ "app.py": "import no_such_module\n" });
  const failed = await stage.session.call("deploy_app", { name: "shop", source_path: "~/shop" });
  expect([failed.isError, failed.text]).toEqual([true, expect.stringContaining("No module named 'no_such_module'")]);
  expect((await done("list_app_deployments", { name: "shop" }))["rows"]).toHaveLength(2);
  expect((await done("get_app", { name: "shop" }))["source_path"]).toContain("/shop");
  expect(await done("delete_app", { name: "shop" })).toMatchObject({ deleted: true });
  expect((await stage.session.call("get_app", { name: "shop" })).isError).toBe(true);
  await done("delete_secret_scope", { scope: "shop" });
});
