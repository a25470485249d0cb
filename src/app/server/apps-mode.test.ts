// Behind the platform: who calls is told by the token alone, each has what is his, and a run acts with the freshest token.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { selectTools } from "../../tools/selection.ts";
import type { Project } from "../contract/api.ts";
import { asker, good, startTestApp, tokenOf, userOf, type Ask, type Asked, type TestApp } from "./testing-app.ts";

let app: TestApp;
let ada: Ask;

beforeAll(async () => {
  app = await startTestApp("apps", { selection: selectTools({ toolsets: ["all"] }) });
  ada = userOf(app, app.emulator.world.owner.userName);
});

afterAll(async () => {
  await app.dispose();
});

const codeOf = ({ json }: Asked): unknown => (json["error"] as { code?: unknown } | undefined)?.code;

describe("who calls", () => {
  test("is told by the token", async () => {
    const me = await good<object>(ada("GET /api/me"));
    expect(me).toMatchObject({ user: app.emulator.world.owner.userName, mode: "apps", profile: null });
    const bob = asker(app.origin, { "x-forwarded-access-token": tokenOf(app, "Bob@Example.com") });
    expect(await good<object>(bob("GET /api/me"))).toMatchObject({ user: "bob@example.com" });
  });

  test("is not told by a name beside it, which has to be that of the token", async () => {
    const named = asker(app.origin, { "x-forwarded-email": "ceo@example.com", "x-forwarded-user": "1" });
    expect((await named("GET /api/me")).status).toBe(401);
    const token = tokenOf(app, "bob@example.com");
    const forged = asker(app.origin, { "x-forwarded-access-token": token, "x-forwarded-email": "ceo@example.com" });
    const asked = await forged("GET /api/me");
    expect([asked.status, codeOf(asked)]).toEqual([403, "permission_denied"]);
  });

  test("is nobody with a token of a bearer, a cookie or a key: the platform alone hands tokens on", async () => {
    const bearer = asker(app.origin, { authorization: `Bearer ${app.emulator.token}` });
    expect((await bearer("GET /api/me")).status).toBe(401);
    expect((await ada("GET /?key=x")).status).toBe(200);
  });

  test("is nobody with a token that the workspace does not take", async () => {
    for (const token of ["dapi-made-up", "x".repeat(5_000), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjZW8ifQ."]) {
      const asked = await asker(app.origin, { "x-forwarded-access-token": token })("GET /api/me");
      expect([asked.status, codeOf(asked)]).toEqual([401, "not_signed_in"]);
      expect(asked.json["detail"]).toContain("Load the page again");
    }
  });

  test("is nobody else by a sign that becomes a letter in lower case", async () => {
    const kim = userOf(app, "kim@example.com");
    const project = await good<Project>(kim("POST /api/projects", { body: { name: "Of Kim" } }));
    const lookalike = asker(app.origin, { "x-forwarded-access-token": tokenOf(app, "\u212Aim@example.com") });
    const asked = await lookalike(`GET /api/projects/${project.id}`);
    expect([asked.status, codeOf(asked)]).toEqual([403, "permission_denied"]);
  });

  test("may be a service principal, which has no address", async () => {
    const name = crypto.randomUUID();
    const robot = asker(app.origin, {
      "x-forwarded-access-token": tokenOf(app, name),
      "x-forwarded-email": "whatever the platform says",
    });
    expect(await good<object>(robot("GET /api/me"))).toMatchObject({ user: name });
    const project = await good<Project>(robot("POST /api/projects", { body: { name: "By a program" } }));
    expect((await ada(`GET /api/projects/${project.id}`)).status).toBe(404);
  });
});

describe("a user of a shared server", () => {
  test("has no profiles of the machine", async () => {
    expect((await ada("GET /api/profiles")).text).toBe("[]");
    const asked = await ada("GET /api/clusters?profile=DEFAULT");
    expect([asked.status, codeOf(asked)]).toEqual([403, "permission_denied"]);
  });

  test("has none of the tools that read files of the machine", async () => {
    const listed = await good<{ tools: { name: string }[] }>(ada("GET /mcp/tools"));
    const names = listed.tools.map(({ name }) => name);
    const tools = await good<{ name: string }[]>(ada("GET /api/tools"));
    expect(tools.map(({ name }) => name)).toEqual(names);
    expect(names).toContain("list_clusters");
    expect(names).not.toContain("upload_volume_file");
  });

  test("sees what he set himself, and nothing of what another did", async () => {
    const [one, other] = [userOf(app, "one@example.com"), userOf(app, "other@example.com")];
    await good(one("PATCH /api/settings", { body: { theme: "dark", default_model: "m" } }));
    await good(one("PUT /api/settings/anthropic_key", { body: { key: "sk-ant-0123456789abcdef" } }));
    expect((await other("GET /api/settings")).json).toEqual({ has_anthropic_key: false });
    expect((await one("GET /api/settings")).json).toEqual({
      theme: "dark",
      default_model: "m",
      has_anthropic_key: true,
    });
  });

  test("acts with the newest of his tokens, and is told when the last is over", async () => {
    const user = "late@example.com";
    const [first, second] = [tokenOf(app, user), tokenOf(app, user)];
    await good(asker(app.origin, { "x-forwarded-access-token": first })("GET /api/me"));
    app.emulator.world.tokens.revoke(
      ({ tokenId }) => tokenId === new Bun.CryptoHasher("sha256").update(first).digest("hex"),
    );
    const again = asker(app.origin, { "x-forwarded-access-token": second });
    await good(again("GET /api/me"));
    expect((await again("GET /api/warehouses?refresh=true")).status).toBe(200);
    app.emulator.world.tokens.revoke(({ caller }) => caller.userName === user);
    // The workspace does not take it any more: said at the next look, and no later than a minute after.
    const over = await again("GET /api/warehouses?refresh=true");
    expect([over.status >= 400, codeOf(over)]).toEqual([true, "token_rejected"]);
    // There is no terminal of his on the server.
    expect(over.text).toContain("load the page again");
    expect(over.text).not.toContain("mortar auth");
  });

  test("is told of a missing scope where it is to be added, in the page and over MCP", async () => {
    const refusal = { status: 403, message: "Provided OAuth token does not have required scopes: sql" };
    await app.emulator.control("POST faults", {
      kind: "status",
      path: "/api/2.0/sql/warehouses",
      times: 2,
      ...refusal,
    });
    const refused = await ada("GET /api/warehouses?refresh=true");
    const client = new Client({ name: "test", version: "1" });
    const headers = { "x-forwarded-access-token": tokenOf(app, "scopes@example.com") };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${app.origin}/mcp`), { requestInit: { headers } }));
    const called = await client.callTool({ name: "list_warehouses", arguments: {} });
    await client.close();
    for (const text of [refused.text, JSON.stringify(called.content)]) {
      expect(text).toContain("user authorization");
      expect(text).not.toContain("mortar auth");
    }
  });
});

describe("tools over MCP", () => {
  test("act as the caller", async () => {
    const client = new Client({ name: "test", version: "1" });
    const headers = { "x-forwarded-access-token": tokenOf(app, "mcp@example.com") };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${app.origin}/mcp`), { requestInit: { headers } }));
    const result = await client.callTool({ name: "get_current_user", arguments: {} });
    await client.close();
    expect(JSON.stringify(result.structuredContent)).toContain("mcp@example.com");
  });

  test("ask who calls, and tell their health to anybody", async () => {
    const nobody = asker(app.origin, {});
    const health = await good<object>(nobody("GET /mcp/health"));
    expect(health).toMatchObject({ status: "healthy", mcp_endpoint: "/mcp" });
    for (const path of ["/mcp", "/mcp/tools", "/mcp/skills", "/mcp/info", "/mcp/other"]) {
      expect([path, (await nobody(`GET ${path}`)).status]).toEqual([path, 401]);
    }
    expect((await nobody("POST /mcp", { body: { jsonrpc: "2.0", id: 1, method: "tools/list" } })).status).toBe(401);
    expect((await ada("GET /mcp")).json).toMatchObject({ name: "mortar", transport: "streamable-http" });
    expect((await ada("GET /mcp/skills")).json["count"]).toBeGreaterThan(10);
    expect((await ada("GET /mcp/info")).text).toContain("streamable HTTP");
    expect((await ada("GET /mcp/other")).status).toBe(404);
  });
});
