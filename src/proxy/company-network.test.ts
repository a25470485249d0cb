// The way to the workspace through a company: its proxy (CONNECT), its certificate authority, both.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCertificates } from "./testing-certificate.ts";
import { localKey, spawnTestProxy, startTestProxy, until, upstreamToken } from "./testing.ts";

const name = "workspace.test";
const certificates = testCertificates([name]);
const messages = "/p/DEFAULT/anthropic/v1/messages";
const post = { method: "POST", body: '{"a":1}' };

let folder = "";
let caFile = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mortar-proxy-"));
  caFile = join(folder, "ca.pem");
  writeFileSync(caFile, certificates.ca);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A workspace behind TLS, whose certificate only the test's authority vouches for. */
function workspace() {
  const seen: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    tls: { cert: certificates.cert, key: certificates.key },
    fetch: async (request, own) => {
      seen.push(`${request.headers.get("host")} ${request.headers.get("authorization")}`);
      if (own.upgrade(request)) return undefined;
      return new Response(`got ${await request.text()}`);
    },
    websocket: { message: (socket, data) => void socket.send(`echo ${String(data)}`) },
  });
  return { port: server.port ?? 0, seen, [Symbol.asyncDispose]: () => server.stop(true) };
}

/** A company's proxy: it tunnels to one port whatever host it is asked for, and keeps what it was told. */
async function companyProxy(port: number) {
  const heads: string[] = [];
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", (bytes) => {
      heads.push(bytes.toString("latin1"));
      const target = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(target).pipe(socket);
      });
      sockets.push(target);
      target.on("error", () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://user:word@127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  return {
    url,
    heads,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

describe("a company's certificate authority", () => {
  test("that is named in NODE_EXTRA_CA_CERTS is trusted", async () => {
    await using target = workspace();
    await using proxy = await spawnTestProxy(`https://127.0.0.1:${target.port}`, { NODE_EXTRA_CA_CERTS: caFile });
    const response = await proxy.call(messages, post);
    expect([response.status, await response.text()]).toEqual([200, 'got {"a":1}']);
    expect(target.seen).toEqual([`127.0.0.1:${target.port} Bearer ${upstreamToken}`]);
  });

  test("that nobody named is not: nothing is sent, and the error says what to do", async () => {
    await using target = workspace();
    await using proxy = await spawnTestProxy(`https://127.0.0.1:${target.port}`, {});
    const response = await proxy.call(messages, post);
    expect(response.status).toBe(502);
    const text = await response.text();
    expect(text).toContain("its certificate is not trusted");
    expect(text).toContain("NODE_EXTRA_CA_CERTS");
    expect(target.seen).toEqual([]);
  });
});

describe("a company's proxy", () => {
  test("carries requests by CONNECT, and sees neither prompt nor token", async () => {
    await using target = workspace();
    await using company = await companyProxy(target.port);
    const env = { NODE_EXTRA_CA_CERTS: caFile, HTTPS_PROXY: company.url };
    await using proxy = await spawnTestProxy(`https://${name}`, env);
    for (let count = 0; count < 3; count++) {
      const response = await proxy.call(messages, post);
      expect([response.status, await response.text()]).toEqual([200, 'got {"a":1}']);
    }
    expect(target.seen).toEqual(Array.from({ length: 3 }, () => `${name} Bearer ${upstreamToken}`));
    expect(company.heads[0]).toStartWith(`CONNECT ${name}:443 HTTP/1.1\r\n`);
    expect(company.heads[0]).toContain(`Basic ${Buffer.from("user:word").toString("base64")}`);
    expect(company.heads.join("")).not.toContain(upstreamToken);
    expect(company.heads.join("")).not.toContain(localKey);
  });

  test("carries WebSockets too", async () => {
    await using target = workspace();
    await using company = await companyProxy(target.port);
    const env = { NODE_EXTRA_CA_CERTS: caFile, HTTPS_PROXY: company.url };
    await using proxy = await spawnTestProxy(`https://${name}`, env);
    const options = { headers: { authorization: `Bearer ${localKey}` } } as unknown as string[];
    const socket = new WebSocket(`${proxy.url.replace("http", "ws")}/p/DEFAULT/codex/v1/responses`, options);
    const said: unknown[] = [];
    socket.addEventListener("open", () => socket.send("hi"));
    socket.addEventListener("message", ({ data }) => void said.push(data));
    socket.addEventListener("error", (event) => void said.push((event as ErrorEvent).message));
    await until(() => said.length === 1);
    expect(said).toEqual(["echo hi"]);
    expect(company.heads[0]).toStartWith(`CONNECT ${name}:443 HTTP/1.1\r\n`);
    expect(company.heads.join("")).not.toContain(upstreamToken);
    socket.close();
  });

  test("is not asked for what NO_PROXY names", async () => {
    await using target = workspace();
    await using company = await companyProxy(target.port);
    const env = { NODE_EXTRA_CA_CERTS: caFile, HTTPS_PROXY: company.url, NO_PROXY: "localhost,.test" };
    await using proxy = await spawnTestProxy(`https://${name}`, env);
    // The name exists for the company's proxy alone.
    expect((await proxy.call(messages, post)).status).toBe(502);
    expect(company.heads).toEqual([]);
  });

  test("is never asked for this machine", async () => {
    await using target = workspace();
    await using company = await companyProxy(target.port);
    const env = { NODE_EXTRA_CA_CERTS: caFile, HTTPS_PROXY: company.url, HTTP_PROXY: company.url };
    await using proxy = await spawnTestProxy(`https://127.0.0.1:${target.port}`, env);
    expect((await proxy.call(messages, post)).status).toBe(200);
    expect(company.heads).toEqual([]);
  });
});

describe("the proxy's own TLS", () => {
  test("answers beside the plain listener, under the same guard", async () => {
    await using target = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("ok") });
    await using proxy = await startTestProxy(`http://127.0.0.1:${target.port}`);
    const { url, port } = proxy.proxy.listen({ port: 0, tls: { cert: certificates.cert, key: certificates.key } });
    expect(url).toBe(`https://127.0.0.1:${port}`);
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${url}${messages}`, { ...post, headers, proxy: false, tls: { ca: certificates.ca } });
    expect((await ask({ "x-api-key": localKey })).status).toBe(200);
    expect((await ask({ "x-api-key": "other" })).status).toBe(401);
    expect((await ask({ "x-api-key": localKey, host: "evil.example" })).status).toBe(403);
    await expect(fetch(`${url}/health`, { proxy: false })).rejects.toThrow();
  });

  test("is refused with a certificate that is none", async () => {
    await using proxy = await startTestProxy("http://127.0.0.1:1");
    expect(() => proxy.proxy.listen({ port: 0, tls: { cert: "no", key: "no" } })).toThrow("certificate and key");
  });
});
