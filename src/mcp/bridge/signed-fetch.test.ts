// Requests with our sign-in: who gets the token, when it is refreshed, and what is never followed.
import { describe, expect, test } from "bun:test";
import type { Credentials } from "../../auth/credentials.ts";
import { Secret } from "../../platform/secret.ts";
import { createSignedFetch } from "./signed-fetch.ts";

const host = "https://w.cloud.databricks.com";

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly init: BunFetchRequestInit;
}

function stage(answers: readonly Response[], { origin = host, tokens = ["one", "two"] } = {}) {
  const sent: Sent[] = [];
  const refreshes: boolean[] = [];
  const waits: number[] = [];
  let at = 0;
  const current = (): string => tokens[Math.min(at, tokens.length - 1)] ?? "";
  const credentials: Credentials = {
    host,
    authType: "oauth",
    profile: undefined,
    workspaceId: "7",
    headers: ({ forceRefresh = false } = {}) => {
      refreshes.push(forceRefresh);
      if (forceRefresh) at += 1;
      return Promise.resolve({ Authorization: `Bearer ${current()}`, "X-Databricks-Workspace-Id": "7" });
    },
    token: () => Promise.resolve({ accessToken: new Secret(current()), tokenType: "Bearer", expiresAtMs: undefined }),
  };
  const deps = {
    fetch: (input: string | URL | Request, init: BunFetchRequestInit = {}) => {
      sent.push({ url: String(input), headers: new Headers(init.headers as HeadersInit), init });
      return Promise.resolve(answers[sent.length - 1] ?? new Response("more than was expected", { status: 599 }));
    },
    clock: {
      now: () => 0,
      sleep: (ms: number) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
  };
  const fetch = createSignedFetch({ deps, credentials, origin, userAgent: "mortar/1" });
  return { fetch, sent, refreshes, waits };
}

const post = { method: "POST", body: "{}", headers: { accept: "text/event-stream" } };
const ok = (): Response => new Response("{}");
const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response("", { status: code, headers });

test("a request carries the sign-in, keeps its own headers, and follows nothing", async () => {
  const { fetch, sent } = stage([ok()]);
  expect((await fetch(`${host}/api/2.0/mcp/sql`, post)).status).toBe(200);
  const [{ headers, init } = { headers: new Headers(), init: {} }] = sent;
  expect(headers.get("authorization")).toBe("Bearer one");
  expect(headers.get("x-databricks-workspace-id")).toBe("7");
  expect(headers.get("accept")).toBe("text/event-stream");
  expect([init.redirect, init.timeout, init.method]).toEqual(["manual", false, "POST"]);
});

test("an app gets the token, and nothing else of the workspace's", async () => {
  const origin = "https://shop.databricksapps.com";
  const { fetch, sent } = stage([ok()], { origin });
  await fetch(`${origin}/mcp`, post);
  expect(sent[0]?.headers.get("authorization")).toBe("Bearer one");
  expect(sent[0]?.headers.get("x-databricks-workspace-id")).toBeNull();
});

describe("nothing is sent", () => {
  test.each([
    "https://evil.example/mcp",
    "https://w.cloud.databricks.com.evil.example/",
    "http://w.cloud.databricks.com/",
  ])("to %s", async (url) => {
    const { fetch, sent } = stage([ok()]);
    expect(await fetch(url, post).catch((thrown: unknown) => String(thrown))).toContain("another host");
    expect(sent).toEqual([]);
  });

  test("where it would travel unencrypted", () => {
    expect(() => stage([], { origin: "http://shop.example" })).toThrow("https");
  });
});

describe("a token that is refused", () => {
  test("is refreshed once, and the request sent once more", async () => {
    const { fetch, sent, refreshes } = stage([status(401), ok()]);
    expect((await fetch(`${host}/api/2.0/mcp/sql`, post)).status).toBe(200);
    expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer one", "Bearer two"]);
    expect(refreshes).toEqual([false, true]);
  });

  test("and its successor too is an answer", async () => {
    const { fetch, sent } = stage([status(401), status(401)]);
    expect((await fetch(`${host}/x`, post)).status).toBe(401);
    expect(sent).toHaveLength(2);
  });

  test("that cannot be refreshed is not sent again", async () => {
    const { fetch, sent } = stage([status(401)], { tokens: ["one"] });
    expect((await fetch(`${host}/x`, post)).status).toBe(401);
    expect(sent).toHaveLength(1);
  });
});

test.each([302, 307, 308])("a redirect (%d) is a sign-in that was not taken", async (code) => {
  const { fetch, sent } = stage([status(code, { location: "https://evil.example/" })]);
  expect(await fetch(`${host}/x`, post).catch((thrown: unknown) => thrown)).toMatchObject({ code: "not_signed_in" });
  expect(sent).toHaveLength(1);
});

describe("a server that turns requests away", () => {
  test("is asked again when it says", async () => {
    const { fetch, waits } = stage([status(429, { "retry-after": "2" }), status(503, { "retry-after": "1" }), ok()]);
    expect((await fetch(`${host}/x`, post)).status).toBe(200);
    expect(waits).toEqual([2_000, 1_000]);
  });

  test.each([
    ["without saying until when", {}, 1],
    ["for long", { "retry-after": "3600" }, 1],
    ["again and again", { "retry-after": "1" }, 4],
  ] as const)("%s has answered", async (_what, headers, times) => {
    const { fetch, sent } = stage(Array.from({ length: 9 }, () => status(429, headers)));
    expect((await fetch(`${host}/x`, post)).status).toBe(429);
    expect(sent).toHaveLength(times);
  });
});
