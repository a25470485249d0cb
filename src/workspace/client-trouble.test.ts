import { describe, expect, test } from "bun:test";
import { failureOf, serve, testClock, testToken, workspaceAt, type Reply } from "./testing.ts";

const get = { method: "GET", path: "/api/2.0/x" } as const;
const post = { method: "POST", path: "/api/2.0/x", body: {} } as const;

describe("redirects are never followed", () => {
  test.each<[string, string, string]>([
    ["/login.html?next_url=x", "auth_failed", "sign-in page"],
    ["/oidc/v1/authorize?client_id=x", "auth_failed", "sign-in page"],
    ["/login.html?error=private-link-validation-error", "unreachable", "private link"],
    ["https://other.example.com/x?secret=1", "bad_response", "https://other.example.com"],
    ["/moved", "bad_response", "/moved"],
  ])("to %s", async (location, code, words) => {
    await using server = serve(() => new Response(null, { status: 302, headers: { location } }));
    const error = await failureOf(workspaceAt(server.host).client.json(get));
    expect(String(error.code)).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("secret=1");
    expect(error.hint).toBeString();
    expect(server.received.length).toBe(1);
  });

  test.each([301, 302, 303, 307, 308])("%d to another server: the token stays here", async (status) => {
    await using elsewhere = serve(() => ({ stolen: true }));
    const location = `${elsewhere.host}/login`;
    await using server = serve(() => new Response(null, { status, headers: { location } }));
    await failureOf(workspaceAt(server.host).client.json(post));
    expect(elsewhere.received).toEqual([]);
    expect(server.received.length).toBe(1);
  });

  test("to an address with the token in it: the error does not show it", async () => {
    await using server = serve((request) => {
      const token = request.headers.get("authorization")?.split(" ")[1] ?? "";
      return new Response(null, { status: 302, headers: { location: `/moved/${token}/x` } });
    });
    const headers = async (): Promise<Record<string, string>> => ({ Authorization: "Bearer some-opaque-token" });
    const error = await failureOf(workspaceAt(server.host, { credentials: { headers } }).client.json(get));
    expect(error.message).toContain("/moved/***/x");
  });

  test("to nowhere", async () => {
    await using server = serve(() => new Response(null, { status: 302 }));
    expect((await failureOf(workspaceAt(server.host).client.json(get))).code).toBe("bad_response");
  });
});

describe("answers that are no API answers", () => {
  test.each<[string, () => Reply, string]>([
    [
      "a sign-in page at 200",
      () =>
        new Response("<!DOCTYPE html><title>Databricks - Sign In</title>", {
          headers: { "content-type": "text/html" },
        }),
      '("Databricks - Sign In")',
    ],
    ["a page whose title is a token", () => new Response(`<html><title>${testToken}</title>`), '("***")'],
    ["garbage", () => new Response("{nope"), "not a JSON object"],
    ["JSON that is no object", () => new Response('"hello"'), "not a JSON object"],
    ["nothing", () => new Response(""), "with nothing"],
    ["bytes", () => new Response(new Uint8Array([0xff, 0xfe, 0])), "not a JSON object"],
  ])("%s", async (_name, reply, words) => {
    await using server = serve(reply);
    const error = await failureOf(workspaceAt(server.host).client.json(get));
    expect(error.code).toBe("bad_response");
    expect(error.message).toContain(words);
    expect(error.hint).toContain("Check the host");
    expect(server.received.length).toBe(1);
  });

  test("a web page is no success for what says nothing, either", async () => {
    await using server = serve(() => new Response("<html>"));
    expect((await failureOf(workspaceAt(server.host).client.run(post))).code).toBe("bad_response");
  });
});

describe("a host to which a token would travel in the clear", () => {
  test.each(["http://dbc-1.cloud.databricks.com", "http://localhost.example.com", "http://10.0.0.1:8080"])(
    "%s is refused before a token is asked for",
    async (host) => {
      let asked = 0;
      const headers = async (): Promise<Record<string, string>> => {
        asked += 1;
        return {};
      };
      const error = await failureOf(workspaceAt(host, { credentials: { headers } }).client.json(get));
      expect(error.code).toBe("config_invalid");
      expect(error.hint).toContain("https://");
      expect(asked).toBe(0);
    },
  );
});

describe("no answer", () => {
  test("a server that hangs is left after the time limit, and asked once more when that is harmless", async () => {
    await using server = serve(() => new Promise<Reply>(() => {}));
    const { client } = workspaceAt(server.host);
    const error = await failureOf(client.json({ ...get, timeoutMs: 20 }));
    expect(error.code).toBe("timeout");
    expect(error.message).toContain(server.host);
    expect(server.received.length).toBe(2);
  });

  test("what must not happen twice is not", async () => {
    await using server = serve(() => new Promise<Reply>(() => {}));
    const error = await failureOf(workspaceAt(server.host).client.json({ ...post, timeoutMs: 20 }));
    expect(error.code).toBe("timeout");
    expect(server.received.length).toBe(1);
  });

  test("a body that stops in the middle hangs, too", async () => {
    const half = new TextEncoder().encode('{"a":');
    await using server = serve(() => new Response(new ReadableStream({ start: (stream) => stream.enqueue(half) })));
    expect((await failureOf(workspaceAt(server.host).client.json({ ...post, timeoutMs: 30 }))).code).toBe("timeout");
  });

  test("a connection that breaks: GET comes back, POST does not", async () => {
    await using server = rawServer((socket) => socket.terminate());
    const clock = testClock();
    const { client } = workspaceAt(server.host, { clock });
    const error = await failureOf(client.json(get));
    expect(error.code).toBe("unreachable");
    expect(error.hint).toContain("HTTPS_PROXY");
    expect(server.connections()).toBe(4);
    await failureOf(client.json(post));
    expect(server.connections()).toBe(5);
    await failureOf(client.json({ ...post, idempotent: true }));
    expect(server.connections()).toBe(9);
  });

  test("an answer that is cut is a broken connection, not half an answer", async () => {
    await using server = rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":1}');
      socket.end();
    });
    expect((await failureOf(workspaceAt(server.host).client.json(post))).code).toBe("unreachable");
  });

  test("what is no HTTP at all", async () => {
    await using server = rawServer((socket) => {
      socket.write("SSH-2.0-OpenSSH_9.6\r\n\r\n");
      socket.end();
    });
    const error = await failureOf(workspaceAt(server.host).client.json(get));
    expect(error.code).toBe("unreachable");
    expect(error.message).toContain("does not speak HTTP");
    expect(server.connections()).toBe(1);
  });

  test("https:// to a server without TLS", async () => {
    await using server = rawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const error = await failureOf(workspaceAt(server.host.replace("http:", "https:")).client.json(get));
    expect(error.code).toBe("unreachable");
    expect(error.hint).toContain("https://");
  });

  test("nobody listens: nothing was sent, so POST is tried again too, and soon given up", async () => {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const host = `http://127.0.0.1:${server.port}`;
    await server.stop(true);
    const clock = testClock();
    const error = await failureOf(workspaceAt(host, { clock }).client.json(post));
    expect(error.code).toBe("unreachable");
    expect(error.message).toContain("refuses the connection");
    expect(clock.sleeps.length).toBe(3);
  });

  test("a host that is no address", async () => {
    const error = await failureOf(workspaceAt("https://%%%").client.json(get));
    expect(error.code).toBe("unreachable");
  });
});

interface RawSocket {
  write(data: string): number;
  end(data?: string): number;
  terminate(): void;
}

/** A TCP server that does with each connection's first bytes what it is told. */
function rawServer(onData: (socket: RawSocket) => void) {
  let count = 0;
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: () => {
        count += 1;
      },
      data: (socket) => onData(socket),
    },
  });
  return {
    host: `http://127.0.0.1:${server.port}`,
    connections: () => count,
    [Symbol.asyncDispose]: async () => server.stop(true),
  };
}
