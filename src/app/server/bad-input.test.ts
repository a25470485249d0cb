// What must not get in, and what must not get out: bodies, fields, methods, other sites, the server's own words.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Conversation, Project } from "../contract/api.ts";
import { asker, good, ownerOf, startTestApp, type Ask, type TestApp } from "./testing-app.ts";

let app: TestApp;
let ask: Ask;
let project: Project;

beforeAll(async () => {
  app = await startTestApp("local");
  ask = ownerOf(app);
  project = await good(ask("POST /api/projects", { body: { name: "Mine" } }));
});

afterAll(async () => {
  await app.dispose();
});

const detailOf = async (asked: ReturnType<Ask>): Promise<readonly unknown[]> => {
  const { status, json } = await asked;
  return [status, json["detail"]];
};

describe("a body", () => {
  test.each(["", "   ", "\n\t"])("whose name is %j names nothing", async (name) => {
    expect(await detailOf(ask("POST /api/projects", { body: { name } }))).toEqual([
      400,
      "name: The project's name is empty. /docs says what each route takes.",
    ]);
  });

  test("has a name of 1 to 255 characters, without its surroundings", async () => {
    const made = await good<Project>(ask("POST /api/projects", { body: { name: ` ${"x".repeat(255)}\n` } }));
    expect(made.name).toBe("x".repeat(255));
    for (const name of ["x".repeat(256), "x".repeat(10_000), "a\u0000b", "a\u001B[31mb"]) {
      expect((await ask("POST /api/projects", { body: { name } })).status).toBe(400);
    }
  });

  const broken: readonly (readonly [string, string, string, number])[] = [
    ["is no JSON", "{", "application/json", 400],
    ["is a list", "[]", "application/json", 400],
    ["is a number", "7", "application/json", 400],
    ["is a form of another page", "name=x", "application/x-www-form-urlencoded", 400],
    ["is text of another page", '{"name":"x"}', "text/plain", 400],
    ["is missing", "", "application/json", 400],
    ["has a field that is not known", '{"name":"x","colour":"red"}', "application/json", 400],
    ["would change how objects are made", '{"name":"x","__proto__":{"a":1}}', "application/json", 400],
  ];

  test.each(broken)("that %s is refused", async (_what, body, type, status) => {
    const asked = await ask("POST /api/projects", { body, headers: { "content-type": type } });
    expect(asked.status).toBe(status);
    expect((asked.json["error"] as { code: string }).code).toBe("invalid_input");
  });

  test("that is too large is refused before it is read to its end", async () => {
    const large = await ask("POST /api/projects", {
      body: " ".repeat(9 * 1024 * 1024),
      headers: { "content-type": "application/json" },
    });
    expect([large.status, (large.json["error"] as { code: string }).code]).toEqual([413, "too_large"]);
  });

  test("with another workspace's token is refused, in words that do not repeat it", async () => {
    const body = { project_id: project.id, message: "m", target_databricks_token: "dapi0123456789" };
    const asked = await ask("POST /api/invoke_agent", { body });
    expect(asked.status).toBe(400);
    expect(asked.text).not.toContain("dapi0123456789");
    expect(asked.json["detail"]).toContain("target_profile");
    // The older app's clients send the fields, and nothing in them.
    const empty = { ...body, conversation_id: null, target_databricks_host: null, target_databricks_token: null };
    expect((await ask("POST /api/invoke_agent", { body: empty })).status).toBe(200);
  });
});

describe("a request", () => {
  test("by a method that the route does not take is told which it takes", async () => {
    const asked = await ask(`PUT /api/projects/${project.id}`, { body: {} });
    expect([asked.status, asked.headers.get("allow")]).toEqual([405, "GET, PATCH, DELETE"]);
  });

  test("of another site, or under another name, is refused whatever key it has", async () => {
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await ask("POST /api/projects", { body: { name: "x" }, headers: foreign })).status).toBe(403);
    expect((await ask("GET /api/projects", { headers: foreign })).status).toBe(403);
    expect((await ask("GET /api/projects", { headers: { host: "evil.example" } })).status).toBe(403);
    expect((await ask("POST /mcp", { body: {}, headers: foreign })).status).toBe(403);
    const answer = await ask("OPTIONS /api/projects", { headers: foreign });
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
  });

  test("that claims to be forwarded is nobody's on one's own machine", async () => {
    const forged = asker(app.origin, {
      "x-forwarded-access-token": app.emulator.token,
      "x-forwarded-email": app.emulator.world.owner.userName,
      "x-forwarded-user": "1",
    });
    expect((await forged("GET /api/projects")).status).toBe(401);
    const another = await ask("GET /api/me", { headers: { "x-forwarded-email": "ceo@example.com" } });
    expect(another.json["user"]).toBe(app.emulator.world.owner.userName);
  });

  test("that leads out of the project leads nowhere", async () => {
    const files = `/api/projects/${project.id}/files`;
    for (const path of ["../app.db", "/etc/passwd", "a/../../app.db", "..\\app.db", "C:\\x", "a\u0000"]) {
      const query = `path=${encodeURIComponent(path)}`;
      for (const request of [`GET ${files}/content?${query}`, `GET ${files}/download?${query}`]) {
        expect([path, [400, 404].includes((await ask(request)).status)]).toEqual([path, true]);
      }
      const written = await ask(`PUT ${files}/content`, { body: { path, content: "x" } });
      expect([path, written.status]).toEqual([path, 400]);
    }
  });

  test("that fails by a defect tells nothing of how the server is made", async () => {
    const broken = await startTestApp("local", { page: () => Promise.reject(new Error("at /secret/path.ts:1")) });
    const asked = await ownerOf(broken)("GET /");
    await broken.dispose();
    expect([asked.status, (asked.json["error"] as { code: string }).code]).toEqual([500, "internal"]);
    expect(asked.text).not.toContain("secret");
  });
});

describe("a file", () => {
  test("comes as one to be saved, and never as a page", async () => {
    const files = `/api/projects/${project.id}/files`;
    const html = "<script>alert(1)</script>";
    await good(ask(`PUT ${files}/content`, { body: { path: "evil.html", content: html } }));
    await good(ask(`PUT ${files}/content`, { body: { path: "evil.svg", content: "<svg onload='x'/>" } }));
    const page = await ask(`GET ${files}/download?path=evil.html`);
    expect(page.text).toBe(html);
    expect(page.headers.get("content-type")).toBe("application/octet-stream");
    for (const { headers } of [page, await ask(`GET ${files}/download?path=evil.svg`)]) {
      expect(headers.get("content-disposition")).toStartWith("attachment;");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("sandbox");
    }
  });

  test("that has changed since it was read is not written over", async () => {
    const content = `/api/projects/${project.id}/files/content`;
    const first = await good<{ version: string }>(ask(`PUT ${content}`, { body: { path: "v.txt", content: "1" } }));
    await good(ask(`PUT ${content}`, { body: { path: "v.txt", content: "2", version: first.version } }));
    const late = await ask(`PUT ${content}`, { body: { path: "v.txt", content: "3", version: first.version } });
    expect(late.status).toBe(409);
    const there = await ask(`PUT ${content}`, { body: { path: "v.txt", content: "4", version: null } });
    expect(there.status).toBe(409);
    expect((await ask(`GET ${content}?path=v.txt`)).json["content"]).toBe("2");
  });
});

describe("the key for Anthropic", () => {
  test("goes in, and never out", async () => {
    const key = "sk-ant-0123456789abcdefghij";
    const kept = await ask("PUT /api/settings/anthropic_key", { body: { key } });
    expect(kept.json).toMatchObject({ has_anthropic_key: true });
    for (const request of ["GET /api/settings", "GET /api/me", "GET /api/config/me"]) {
      expect((await ask(request)).text).not.toContain("sk-ant");
    }
    const changed = await ask("PATCH /api/settings", { body: { has_anthropic_key: false } });
    expect(changed.status).toBe(400);
    expect((await ask("DELETE /api/settings/anthropic_key")).json).toMatchObject({ has_anthropic_key: false });
    const odd = await ask("PUT /api/settings/anthropic_key", { body: { key: "has a space and more in it" } });
    expect(odd.status).toBe(400);
    expect(odd.text).not.toContain("has a space and more");
  });
});

describe("a conversation", () => {
  test("belongs to its project: no other leads to it", async () => {
    const other = await good<Project>(ask("POST /api/projects", { body: { name: "Other" } }));
    const made = await good<Conversation>(ask("POST /api/conversations", { body: { project_id: project.id } }));
    expect((await ask(`GET /api/projects/${other.id}/conversations/${made.id}`)).status).toBe(404);
    expect((await ask(`DELETE /api/projects/${other.id}/conversations/${made.id}`)).status).toBe(404);
    const body = { project_id: other.id, conversation_id: made.id, message: "m" };
    expect((await ask("POST /api/runs", { body })).status).toBe(404);
    const replaced = { project_id: project.id, conversation_id: made.id, message: "m", replaces_message_id: made.id };
    expect((await ask("POST /api/runs", { body: replaced })).status).toBe(404);
  });
});
