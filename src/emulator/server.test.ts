import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { guardRequest } from "./http/guard.ts";
import { startTestEmulator, type TestEmulator } from "./testing-server.ts";

let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startTestEmulator();
});

afterAll(() => emulator.dispose());

const me = "GET /api/2.0/preview/scim/v2/Me";

describe("credentials", () => {
  test("no token: 401 in the workspace's words", async () => {
    const answer = await emulator.call(me, { token: null });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  });

  test("a standard API sends error_code and message", async () => {
    const answer = await emulator.call("GET /api/2.0/workspace/list?path=/", { token: null });
    expect(answer.json).toEqual({
      error_code: "UNAUTHENTICATED",
      message: "Credential was not sent or was of an unsupported type for this API.",
    });
  });

  test("an unknown token: 403 with a number for its code", async () => {
    const answer = await emulator.call("GET /api/2.0/workspace/list?path=/", { token: `dapi${"0".repeat(32)}` });
    expect(answer.status).toBe(403);
    expect(answer.json).toEqual({ error_code: 403, message: "Invalid access token." });
  });

  test("what looks like an OAuth token of elsewhere: 401, so that a client signs in again", async () => {
    expect((await emulator.call(me, { token: "eyJhbGciOiJIUzI1NiJ9.e30.x" })).status).toBe(401);
  });

  test("basic with the user `token` carries a personal token", async () => {
    const basic = `Basic ${Buffer.from(`token:${emulator.token}`).toString("base64")}`;
    const answer = await emulator.call(me, { token: null, headers: { authorization: basic } });
    expect(answer.json["userName"]).toBe("me@example.com");
  });

  test("a refresh or admin token opens no API", async () => {
    expect((await emulator.call(me, { token: emulator.adminToken })).status).toBe(403);
    expect((await emulator.call("GET /__emulator/health")).status).toBe(403);
  });
});

test("the request log keeps no signature of a link", async () => {
  await emulator.call("GET /external-results/1/0?expires=1&signature=0123456789abcdef", { token: null });
  const log = JSON.stringify((await emulator.control("GET requests")).json);
  expect(log).toContain("/external-results/1/0");
  expect(log).not.toContain("0123456789abcdef");
});

describe("routing", () => {
  test("each answer names its request and its workspace", async () => {
    const answer = await emulator.call(me);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-databricks-org-id")).toBe(emulator.workspaceId);
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("an unknown route is 501 that names it, and stays in the log", async () => {
    const answer = await emulator.call("PUT /api/2.0/no/such/thing");
    expect(answer.status).toBe(501);
    expect(answer.json).toEqual({
      error_code: "NOT_IMPLEMENTED",
      message: "The emulator has no route for PUT /api/2.0/no/such/thing",
    });
    const { json } = await emulator.control("GET requests");
    expect(json["requests"]).toContainEqual(
      expect.objectContaining({ method: "PUT", path: "/api/2.0/no/such/thing", status: 501, unknown: true }),
    );
  });

  test("a known path with another method", async () => {
    const answer = await emulator.call("POST /api/2.0/workspace/list", { body: {} });
    expect(answer.status).toBe(404);
    expect(answer.json).toEqual({
      error_code: "ENDPOINT_NOT_FOUND",
      message: "No API found for 'POST /workspace/list'",
    });
  });

  test("a broken percent encoding and a broken body are refused", async () => {
    expect((await emulator.call("GET /api/2.0/workspace-files/%ZZ")).status).toBe(400);
    const answer = await emulator.call("POST /api/2.0/workspace/mkdirs", { body: '{"path": ' });
    expect(answer).toMatchObject({ status: 400, json: { error_code: "MALFORMED_REQUEST" } });
    expect((await emulator.call("POST /api/2.0/workspace/mkdirs", { body: "[]" })).status).toBe(400);
  });

  test("an unknown well-known document is 404, not 501", async () => {
    expect((await emulator.call("GET /.well-known/oauth-protected-resource", { token: null })).status).toBe(404);
  });
});

describe("attacks from a browser", () => {
  const attempt = (headers: Record<string, string>, token?: null) =>
    emulator.call("POST /api/2.0/workspace/mkdirs", {
      body: { path: "/Shared/attack" },
      headers,
      ...(token === undefined ? {} : { token }),
    });

  test.each([
    ["a rebound name", { host: "evil.example" }],
    ["a rebound name with our port", () => ({ host: `evil.example:${emulator.port}` })],
    ["another port", { host: "127.0.0.1:1" }],
    ["a foreign page", { origin: "https://evil.example" }],
    ["a sandboxed page", { origin: "null" }],
    ["a page on another local port", { origin: "http://127.0.0.1:1" }],
    ["a page on the https twin", () => ({ origin: `https://127.0.0.1:${emulator.port}` })],
  ])("%s is refused, even with a token", async (_name, headers) => {
    const answer = await attempt(typeof headers === "function" ? headers() : headers);
    expect(answer).toMatchObject({ status: 403, json: { error_code: "PERMISSION_DENIED" } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(emulator.world.tree.find("/Shared/attack")).toBeUndefined();
  });

  test("the emulator's own names pass", async () => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      const headers = { host: `${name}:${emulator.port}`, origin: `http://${name}:${emulator.port}` };
      expect((await emulator.call(me, { headers })).status).toBe(200);
    }
  });

  test("a preflight gets no permission", async () => {
    const answer = await emulator.call("OPTIONS /api/2.0/workspace/list", { token: null });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.internal === false && one.family === "IPv4")?.address;

  test.skipIf(outside === undefined)("it does not listen on the machine's other addresses", async () => {
    await expect(fetch(`http://${outside}:${emulator.port}/`)).rejects.toThrow();
  });
});

describe("attacks by another program of this machine", () => {
  /** Sends bytes as they are, and gives all that comes back. */
  async function exchange(bytes: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    let answer = "";
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port: emulator.port,
      socket: {
        data: (_socket, chunk) => void (answer += chunk.toString()),
        close: () => resolve(answer),
      },
    });
    socket.write(bytes);
    return promise;
  }

  test.each([
    ["no name", "GET /.well-known/databricks-config HTTP/1.0\r\n\r\n"],
    ["a broken name", "GET / HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n"],
    ["a name with a space", "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"],
    ["a name that is badly encoded", "GET / HTTP/1.1\r\nHost: %zz\r\nConnection: close\r\n\r\n"],
  ])("a request with %s is refused in our own words, without a word of our inside", async (_name, bytes) => {
    const answer = await exchange(bytes);
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(answer).not.toContain("handler.ts");
    expect(answer).not.toContain("oidc_endpoint");
  });

  const lengths = ["content-length: 50000000", "transfer-encoding: chunked"];
  test.each(lengths)("without a token nobody fills the memory: %s", async (length) => {
    const chunk = "x".repeat(2 * 1024 * 1024);
    const body = length.startsWith("transfer") ? `${chunk.length.toString(16)}\r\n${chunk}\r\n` : "";
    const head = `POST /oidc/v1/token HTTP/1.1\r\nHost: 127.0.0.1:${emulator.port}\r\nConnection: close\r\n`;
    const type = "content-type: application/x-www-form-urlencoded";
    // The rest never comes: an answer shows that it was not waited for.
    const answer = await exchange(`${head}${type}\r\n${length}\r\n\r\n${body}`);
    expect(answer).toStartWith("HTTP/1.1 413 ");
  });
});

test("on port 80 browsers name no port, and nobody else may do without", () => {
  const check = (port: number, host: string, origin?: string) => () =>
    guardRequest(new Headers({ host, ...(origin === undefined ? {} : { origin }) }), port);
  expect(check(80, "127.0.0.1", "http://127.0.0.1")).not.toThrow();
  expect(check(80, "localhost:80")).not.toThrow();
  expect(check(80, "evil.example")).toThrow();
  expect(check(8080, "127.0.0.1")).toThrow();
  expect(check(8080, "127.0.0.1:8080", "http://127.0.0.1")).toThrow();
});

describe("the data folder", () => {
  test("a restart keeps objects, the token and the workspace", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-restart-"));
    const first = await startTestEmulator({ folder });
    await first.call("POST /api/2.0/workspace/mkdirs", { body: { path: "/Shared/kept" } });
    await first.dispose();
    const second = await startTestEmulator({ folder });
    expect(second.token).toBe(first.token);
    expect(second.adminToken).not.toBe(first.adminToken);
    expect((await second.call("GET /api/2.0/workspace/get-status?path=/Shared/kept")).status).toBe(200);
    await second.dispose();
    await rm(folder, { recursive: true });
  });

  test("a token whose file was deleted is replaced, and opens nothing any more", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-token-"));
    const first = await startTestEmulator({ folder });
    const made = await first.call("POST /api/2.0/token/create", { body: { comment: "mine" } });
    await first.dispose();
    await rm(join(folder, "token"));
    const second = await startTestEmulator({ folder });
    expect((await second.call(me)).status).toBe(200);
    expect((await second.call(me, { token: first.token })).status).toBe(403);
    expect((await second.call(me, { token: String(made.json["token_value"]) })).status).toBe(200);
    await second.dispose();
    await rm(folder, { recursive: true });
  });

  test("a folder with other files is refused, and left alone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-foreign-"));
    await writeFile(join(folder, "thesis.txt"), "x");
    await expect(startTestEmulator({ folder })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await readdir(folder)).toEqual(["thesis.txt"]);
    await rm(folder, { recursive: true });
  });

  test("a port in use is said so, and the folder is free again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-port-"));
    await expect(startTestEmulator({ folder, port: emulator.port })).rejects.toMatchObject({ code: "conflict" });
    await (await startTestEmulator({ folder })).dispose();
    await rm(folder, { recursive: true });
  });

  test.skipIf(process.platform === "win32")("secrets are private, and tokens are kept hashed", async () => {
    const folder = emulator.world.folder;
    expect((await stat(join(folder, "token"))).mode & 0o077).toBe(0);
    const database = Buffer.concat(
      await Promise.all(
        ["state.db", "state.db-wal"].map((name) => readFile(join(folder, name)).catch(() => Buffer.alloc(0))),
      ),
    );
    expect(database.includes("me@example.com")).toBe(true);
    expect(database.includes(emulator.token)).toBe(false);
    expect(database.includes(emulator.adminToken)).toBe(false);
  });
});

test("stop ends a request that waits, and frees the port", async () => {
  const other = await startTestEmulator();
  await other.control("POST faults", { kind: "hang", path: "/api/**" });
  const waiting = other.call(me).then(
    () => "answered",
    () => "cut",
  );
  const { promise: met, resolve } = Promise.withResolvers<void>();
  const watch = setInterval(() => (other.faults.list()[0]?.hits === 1 ? resolve() : undefined), 1);
  await met;
  clearInterval(watch);
  await other.dispose();
  expect(await waiting).toBe("cut");
  await expect(fetch(other.host)).rejects.toThrow();
});
