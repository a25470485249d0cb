import { describe, expect, test } from "bun:test";
import { head, httpUpstream, localKey, rawClient, rawUpstream, startTestProxy } from "./testing.ts";

const path = "/p/DEFAULT/anthropic/v1/messages";
const encoded = [...localKey].map((char) => `%${char.charCodeAt(0).toString(16)}`).join("");

/** What the workspace gets of a request that passes. */
async function seen(line: string, ...headers: readonly string[]): Promise<{ upstream: string; client: string }> {
  await using upstream = await rawUpstream((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  await using proxy = await startTestProxy(upstream.url);
  const client = rawClient(proxy.port, head(proxy.port, line, ...headers, "Connection: close"));
  await client.ended;
  return { upstream: upstream.received(), client: client.text() };
}

describe("the local key goes no further", () => {
  test.each([
    "key",
    "api_key",
    "api-key",
    "apikey",
    "apiKey",
    "x-api-key",
    "access_token",
    "token",
    "auth",
    "authorization",
    "whatever",
    "%6bey",
    "a[b]",
  ])("from the query, as %s", async (name) => {
    for (const value of [localKey, encoded, `Bearer+${localKey}`]) {
      const { upstream } = await seen(`GET ${path}?a=1&${name}=${value}&beta=true`);
      expect(upstream).toStartWith("GET /ai-gateway/anthropic/v1/messages?a=1&beta=true HTTP/1.1\r\n");
      expect(upstream).not.toContain(localKey);
    }
  });

  test("from the query, as a name", async () => {
    const { upstream } = await seen(`GET ${path}?${localKey}&b=2`);
    expect(upstream).toStartWith("GET /ai-gateway/anthropic/v1/messages?b=2 HTTP/1.1\r\n");
  });

  test.each([
    "X-Api-Key",
    "X-Goog-Api-Key",
    "Api-Key",
    "ApiKey",
    "Cookie",
    "Proxy-Authorization",
    "X-Auth-Token",
    "X-Access-Token",
    "X-Authorization",
    "OpenAI-Api-Key",
    "Ocp-Apim-Subscription-Key",
    "X-Databricks-AI-Gateway-Token",
    "X-Something-Else",
    "User-Agent",
    "Anthropic-Beta",
    "Referer",
  ])("from the header %s", async (name) => {
    const { upstream } = await seen(`GET ${path}`, `${name}: Bearer ${localKey}; a=b`, "X-Kept: 1");
    expect(upstream).toStartWith("GET /ai-gateway/anthropic/v1/messages HTTP/1.1\r\n");
    expect(upstream.toLowerCase()).toContain("x-kept: 1");
    expect(upstream).not.toContain(localKey);
  });

  test.each([`/${localKey}`, `/${encoded}/x`, `/a;key=${localKey}`])("from the path: %s", async (tail) => {
    const { upstream, client } = await seen(`GET ${path}${tail}`);
    expect(client).toStartWith("HTTP/1.1 400 ");
    expect(upstream).toBe("");
  });

  test("and what only looks like a key's name stays", async () => {
    const query = "?pageToken=abc&page_token=1&keys=2&sort_key=x&max_tokens=5&author=me";
    const { upstream } = await seen(`GET ${path}${query}`);
    expect(upstream).toStartWith(`GET /ai-gateway/anthropic/v1/messages${query} HTTP/1.1\r\n`);
  });

  test("from a WebSocket's handshake", async () => {
    const received: string[] = [];
    await using upstream = httpUpstream(({ headers, target }) => {
      received.push(target, JSON.stringify(headers));
      return new Response("no", { status: 403 });
    });
    await using proxy = await startTestProxy(upstream.url);
    const options = {
      headers: {
        authorization: `Bearer ${localKey}`,
        "x-other": localKey,
        "sec-websocket-protocol": `realtime, auth.${localKey}`,
      },
    };
    const url = `${proxy.url.replace("http", "ws")}/p/DEFAULT/codex/v1/responses?api_key=${localKey}`;
    const socket = new WebSocket(url, options as unknown as string[]);
    await new Promise((resolve) => socket.addEventListener("close", resolve));
    expect(received[0]).toBe("/ai-gateway/codex/v1/responses");
    expect(received.join("")).not.toContain(localKey);
    expect(received.join("")).toContain("realtime");
  });
});
