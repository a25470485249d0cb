import { describe, expect, test } from "bun:test";
import { authorise, cleanRequestHeaders, cleanResponseHeaders } from "./headers.ts";
import {
  head,
  httpUpstream,
  localKey,
  rawClient,
  rawUpstream,
  startTestProxy,
  until,
  upstreamToken,
} from "./testing.ts";

const messages = "/p/DEFAULT/anthropic/v1/messages";

describe("a request's headers", () => {
  const cleaned = (given: Record<string, string>): Record<string, string> => {
    const headers = new Headers(given);
    cleanRequestHeaders(headers);
    return Object.fromEntries(headers);
  };

  test.each([
    ["authorization", "Bearer sk-1"],
    ["x-api-key", "sk-1"],
    ["x-goog-api-key", "AIza"],
    ["api-key", "k"],
    ["cookie", "a=b"],
    ["proxy-authorization", "Basic x"],
    ["x-databricks-ai-gateway-token", "Bearer dapi"],
    ["x-databricks-gcp-sa-access-token", "ya29"],
    ["x-databricks-azure-sp-management-token", "eyJ"],
    ["x-databricks-azure-workspace-resource-id", "/subscriptions/x"],
    ["x-forwarded-access-token", "eyJ"],
    ["x-http-method-override", "DELETE"],
    ["x-original-url", "/api/2.0/secrets/list"],
    ["x-rewrite-url", "/api/2.0/secrets/list"],
    ["x-databricks-workspace-id", "1"],
    ["origin", "http://x"],
    ["referer", "http://x"],
    ["forwarded", "for=1.2.3.4"],
    ["x-forwarded-for", "1.2.3.4"],
    ["host", "evil.example"],
    ["content-length", "5"],
    ["transfer-encoding", "chunked"],
    ["te", "trailers"],
    ["trailer", "x"],
    ["upgrade", "h2c"],
    ["keep-alive", "timeout=5"],
    ["proxy-connection", "keep-alive"],
    ["expect", "100-continue"],
  ])("%s goes no further", (name, value) => expect(cleaned({ [name]: value })).toEqual({}));

  test.each([
    ["anthropic-version", "2023-06-01"],
    ["anthropic-beta", "a,b"],
    ["user-agent", "claude-cli/2"],
    ["accept-encoding", "gzip, br"],
    ["accept", "application/json"],
    ["content-type", "application/json"],
    ["content-encoding", "gzip"],
    ["x-stainless-timeout", "600"],
    ["openai-beta", "responses"],
    ["databricks-model-provider-service", "a.b.c"],
    ["x-databricks-uc-table-name", "a.b.c"],
    ["x-databricks-org-id", "1"],
  ])("%s passes", (name, value) => expect(cleaned({ [name]: value })).toEqual({ [name]: value }));

  test("what Connection names stays on this hop, save what describes the body", () => {
    const given = {
      connection: "close, X-Foo ,content-type,, bad name",
      "x-foo": "1",
      "content-type": "a/b",
      "x-bar": "2",
    };
    expect(cleaned(given)).toEqual({ "content-type": "a/b", "x-bar": "2" });
  });

  test("Connection cannot take off what is put on", () => {
    const headers = new Headers({ connection: "authorization, x-databricks-use-coding-agent-mode" });
    cleanRequestHeaders(headers);
    authorise(headers, { Authorization: "Bearer t" });
    expect(Object.fromEntries(headers)).toEqual({
      authorization: "Bearer t",
      "x-databricks-use-coding-agent-mode": "true",
    });
  });

  test("a client cannot choose what is put on", () => {
    const headers = new Headers({ authorization: "Bearer mine", "x-databricks-workspace-id": "666" });
    cleanRequestHeaders(headers);
    authorise(headers, { Authorization: "Bearer t", "X-Databricks-Workspace-Id": "1" });
    expect(headers.get("authorization")).toBe("Bearer t");
    expect(headers.get("x-databricks-workspace-id")).toBe("1");
  });
});

describe("an answer's headers", () => {
  test("of this hop, and cookies, stay here", () => {
    const headers = new Headers({
      connection: "x-hop",
      "x-hop": "1",
      "keep-alive": "timeout=5",
      "content-type": "a/b",
    });
    headers.append("set-cookie", "a=b");
    headers.append("set-cookie", "c=d");
    cleanResponseHeaders(headers);
    expect(Object.fromEntries(headers)).toEqual({ "content-type": "a/b" });
  });

  test("come over the wire as they are", async () => {
    await using upstream = await rawUpstream((socket) => {
      socket.write(
        "HTTP/1.1 200 OK\r\nSet-Cookie: session=secret\r\nSet-Cookie: b=c\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n" +
          "X-Request-Id: r\r\nContent-Length: 2\r\n\r\nok",
      );
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, head(proxy.port, "GET /p/DEFAULT/anthropic/v1/models", "Connection: close"));
    await client.ended;
    const text = client.text().toLowerCase();
    expect(text).toContain("x-request-id: r\r\n");
    expect(text).not.toContain("cookie");
    expect(text).not.toContain("x-hop");
  });
});

describe("what reaches the workspace", () => {
  test("holds no credential of the client, wherever it put one", async () => {
    await using upstream = await rawUpstream((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    await using proxy = await startTestProxy(upstream.url);
    const secrets = ["secret-a", "secret-b", "secret-c", "secret-d"];
    const lines = [
      "X-API-KEY: secret-a",
      "x-goog-api-key: secret-b",
      "Cookie: k=secret-c",
      "Authorization: Basic secret-d",
      "Proxy-Authorization: Basic secret-a",
      "Content-Length: 2",
      "Connection: close",
    ];
    const client = rawClient(proxy.port, `${head(proxy.port, `POST ${messages}?key=${localKey}&x=1`, ...lines)}{}`);
    await client.ended;
    expect(upstream.received()).toStartWith("POST /ai-gateway/anthropic/v1/messages?x=1 HTTP/1.1\r\n");
    for (const secret of [...secrets, localKey]) expect(upstream.received()).not.toContain(secret);
    expect(upstream.received()).toContain(`Bearer ${upstreamToken}`);
  });

  test.each([
    ["/p/DEFAULT/gemini/v1beta/models/a%2Fb:generateContent", "/ai-gateway/gemini/v1beta/models/a%2Fb:generateContent"],
    ["/p/DEFAULT/anthropic//v1//messages", "/ai-gateway/anthropic//v1//messages"],
    ["/p/DEFAULT/anthropic/v1/x%00y%0d%0aZ", "/ai-gateway/anthropic/v1/x%00y%0d%0aZ"],
    ["/p/DEFAULT/anthropic/v1/a/../messages", "/ai-gateway/anthropic/v1/messages"],
    ["/p/DEFAULT/anthropic/v1/%2e%2e/v1/messages", "/ai-gateway/anthropic/v1/messages"],
    ["/p/DEFAULT/anthropic/v1/messages?a=%2F..%2F&b", "/ai-gateway/anthropic/v1/messages?a=%2F..%2F&b"],
    ["http://127.0.0.1/p/DEFAULT/anthropic/v1/messages", "/ai-gateway/anthropic/v1/messages"],
  ])("of %s is %s", async (path, target) => {
    await using upstream = await rawUpstream((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, head(proxy.port, `GET ${path}`, "Connection: close"));
    await client.ended;
    expect(upstream.received().split(" HTTP/1.1")[0]).toBe(`GET ${target}`);
  });

  test.each([
    "/p/DEFAULT/anthropic/../../../api/2.0/token/list",
    "/p/DEFAULT/anthropic/%2e%2e/%2e%2e/api/2.0/token/list",
    "/p/DEFAULT/anthropic/..\\..\\api/2.0/token/list",
    "/p/DEFAULT/api/2.0/token/list",
    "/api/2.0/token/list",
    "//evil.example/v1/messages",
    "/p/DEFAULT/anthropic@evil.example/v1/messages",
    "/",
  ])("is nothing of %s", async (path) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, head(proxy.port, `GET ${path}`, "Connection: close"));
    await client.ended;
    expect(client.text()).toStartWith("HTTP/1.1 404 ");
    expect(upstream.received).toEqual([]);
  });
});

describe("a hostile request", () => {
  test.each([
    ["two lengths", "Content-Length: 2\r\nContent-Length: 3"],
    ["a length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked"],
    ["an odd length", "Content-Length: +2"],
    ["a negative length", "Content-Length: -2"],
    ["an unknown encoding of the body", "Transfer-Encoding: gzip, chunked, identity"],
    ["a folded header", "X-A: 1\r\n X-B: 2\r\nContent-Length: 2"],
    ["a space before the colon", "X-A : 1\r\nContent-Length: 2"],
    ["a zero byte", "X-A: a\0b\r\nContent-Length: 2"],
  ])("with %s reaches the workspace as one request, or not at all", async (_name, lines) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const smuggled = `GET /p/DEFAULT/anthropic/v1/smuggled HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\n\r\n`;
    const client = rawClient(
      proxy.port,
      `${head(proxy.port, `POST ${messages}`, lines, "Connection: close")}{}${smuggled}`,
    );
    await until(() => client.text().startsWith("HTTP/1.1 ") || client.socket.destroyed);
    client.socket.destroy();
    expect(upstream.received.length).toBeLessThanOrEqual(1);
    expect(upstream.received.every(({ target }) => target === "/ai-gateway/anthropic/v1/messages")).toBe(true);
  });

  test("with very many or very large headers is refused, and the proxy goes on", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    for (const lines of [
      [`X-A: ${"a".repeat(200_000)}`],
      Array.from({ length: 5_000 }, (_, index) => `X-${index}: 1`),
    ]) {
      const client = rawClient(proxy.port, head(proxy.port, "GET /p/DEFAULT/anthropic/v1/models", ...lines));
      await until(() => client.text() !== "" || client.socket.destroyed);
      expect(client.text()).not.toStartWith("HTTP/1.1 200");
      client.socket.destroy();
    }
    expect((await proxy.call("/p/DEFAULT/anthropic/v1/models")).status).toBe(200);
  });

  test.each(["OPTIONS", "TRACE", "CONNECT", "PROPFIND"])("of method %s goes nowhere", async (method) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, head(proxy.port, `${method} ${messages}`, "Connection: close"));
    await client.ended;
    expect(client.text()).not.toStartWith("HTTP/1.1 2");
    expect(upstream.received).toEqual([]);
  });

  test.each([
    ["no host", ""],
    ["an empty host", "Host: \r\n"],
    ["another host", "Host: evil.example\r\n"],
    ["a host with a name before it", "Host: evil@127.0.0.1\r\n"],
    ["no name at all", "Host: a b\r\n"],
  ])("with %s is refused", async (_name, line) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const request = `GET ${messages} HTTP/1.1\r\n${line}x-api-key: ${localKey}\r\nConnection: close\r\n\r\n`;
    const client = rawClient(proxy.port, request);
    await client.ended;
    expect(client.text()).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(upstream.received).toEqual([]);
  });

  test("from a web page is refused even with the key", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const response = await proxy.call(messages, {
      method: "POST",
      body: "{}",
      headers: { origin: "http://evil.example", "content-type": "text/plain" },
    });
    expect(response.status).toBe(403);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
    expect(upstream.received).toEqual([]);
  });
});
