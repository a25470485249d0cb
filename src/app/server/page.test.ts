// The page and the documents beside it: who gets them, under which address, with which headers.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isObject } from "../../platform/json.ts";
import { routes } from "./table.ts";
import { asker, ownerOf, startTestApp, type Ask, type TestApp } from "./testing-app.ts";

let app: TestApp;
let ask: Ask;
let nobody: Ask;

beforeAll(async () => {
  app = await startTestApp("local");
  ask = ownerOf(app);
  nobody = asker(app.origin, {});
});

afterAll(async () => {
  await app.dispose();
});

describe("the page", () => {
  test("stands under every address of it, and nowhere else", async () => {
    for (const path of ["/", "/projects/1/c/2", "/settings", "/doc"]) {
      const { status, text, headers } = await ask(`GET ${path}`);
      expect([path, status, text]).toEqual([path, 200, "<!doctype html><title>the page</title>"]);
      expect(headers.get("cache-control")).toBe("no-cache");
    }
    for (const path of ["/missing.js", "/assets/gone-2.js", "/api", "/api/none", "/.env", "/mcp/none"]) {
      expect([path, (await ask(`GET ${path}`)).status]).toEqual([path, 404]);
    }
    expect((await ask("POST /", { body: {} })).status).toBe(404);
  });

  test("comes with what forbids everything from elsewhere", async () => {
    const { headers } = await ask("GET /");
    expect(headers.get("content-security-policy")).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self';",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("x-frame-options")).toBe("DENY");
  });

  test("has files that stay for ever, and are not sent twice", async () => {
    const { headers } = await ask("GET /assets/main-1.js");
    expect(headers.get("cache-control")).toContain("immutable");
    const tag = headers.get("etag") ?? "";
    const again = await ask("GET /assets/main-1.js", { headers: { "if-none-match": tag } });
    expect([again.status, again.text]).toEqual([304, ""]);
  });

  test("is packed for whoever takes it so", async () => {
    const whole = await ask("GET /assets/large-2.js", { headers: { "accept-encoding": "identity" } });
    const response = await fetch(`${app.origin}/assets/large-2.js`, {
      headers: { authorization: `Bearer ${app.key}`, "accept-encoding": "br, gzip" },
      decompress: false,
    });
    const bytes = await response.bytes();
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("vary")).toBe("accept-encoding");
    expect(bytes.byteLength).toBeLessThan(whole.text.length / 10);
    expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(whole.text);
    expect(whole.headers.has("content-encoding")).toBe(false);
    expect(whole.headers.get("etag")).not.toBe(response.headers.get("etag"));
    const refused = await ask("GET /assets/large-2.js", { headers: { "accept-encoding": "gzip;q=0, identity" } });
    expect(refused.headers.has("content-encoding")).toBe(false);
  });

  test("asks for the key, and takes it from the address into a cookie", async () => {
    const locked = await nobody("GET /");
    expect([locked.status, locked.text.includes("mortar app serve")]).toEqual([401, true]);
    expect((await nobody("GET /assets/main-1.js")).status).toBe(401);
    const entered = await nobody(`GET /projects/1?key=${app.key}`);
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/projects/1"]);
    const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(cookie).not.toContain(app.key);
    const browser = asker(app.origin, { cookie, "sec-fetch-site": "same-origin" });
    expect((await browser("GET /")).status).toBe(200);
    expect((await browser("GET /api/me")).status).toBe(200);
    // The browser stays let in when the app is started anew.
    expect((await nobody("GET /?key=wrong")).status).toBe(401);
  });

  test("is asked for once more where a link on another site led to it without the cookie", async () => {
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    const answer = await nobody("GET /projects/1", { headers: link });
    expect([answer.status, answer.headers.get("refresh")]).toEqual([200, "0"]);
    const own = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" };
    expect((await nobody("GET /projects/1", { headers: own })).status).toBe(401);
  });
});

describe("the documents", () => {
  test("describe every route", async () => {
    expect((await nobody("GET /openapi.json")).status).toBe(401);
    const { json } = await ask("GET /openapi.json");
    expect(json).toMatchObject({ openapi: "3.1.0", info: { title: "Mortar", version: "1.2.3" } });
    const paths = json["paths"] as Record<string, Record<string, Record<string, unknown>>>;
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(routes.map(({ name }) => name as string).toSorted());
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one["operationId"]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("name each parameter, each body and each refusal, and refer to nothing that is not there", async () => {
    const { json, text } = await ask("GET /openapi.json");
    const paths = json["paths"] as Record<string, Record<string, unknown>>;
    const run = paths["/api/runs"]?.["post"];
    expect(run).toMatchObject({
      requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } },
      responses: {
        default: { content: { "application/json": { schema: { $ref: "#/components/schemas/ErrorAnswer" } } } },
      },
    });
    expect(JSON.stringify(run)).toContain("replaces_message_id");
    expect(paths["/api/projects/{project_id}/files/content"]?.["get"]).toMatchObject({
      parameters: [
        { name: "project_id", in: "path", required: true },
        { name: "path", in: "query", required: true },
      ],
    });
    const foreign = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = ""]) => ref);
    for (const ref of foreign) {
      const target = ref.startsWith("#/") ? ref.slice(2).split("/") : ["not", "ours"];
      const found = target.reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), json);
      expect([ref, found === undefined]).toEqual([ref, false]);
    }
  });

  test("are a page that a person reads, with nothing from elsewhere", async () => {
    const { status, text, headers } = await ask("GET /docs");
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    for (const { path } of routes) expect(text).toContain(`<code>${path}</code>`);
    expect(text).not.toMatch(/<script|style="|https?:\/\/|onclick/);
    expect((await ask("GET /docs.css")).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });
});
