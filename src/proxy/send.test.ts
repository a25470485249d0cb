import { describe, expect, test } from "bun:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { MortarError } from "../platform/errors.ts";
import type { UpstreamFamily } from "./family.ts";
import { errorTranslator } from "./errors/translator.ts";
import { fixedUpstream, httpUpstream, rawUpstream, startTestProxy, upstreamToken, type Received } from "./testing.ts";
import type { Filter, Upstream } from "./types.ts";

const messages = "/p/DEFAULT/anthropic/v1/messages";
const responses = "/p/DEFAULT/codex/v1/responses";
const post = { method: "POST", body: '{"model":"m"}' };

const authorization = ({ headers }: Received): string => headers.get("authorization") ?? "";

/** Tokens `t0`, `t1`, ...: each refusal of the present one brings the next. */
function tokens() {
  let present = 0;
  const refusals: string[] = [];
  const headers: Upstream["headers"] = ({ refused } = {}) => {
    if (refused !== undefined) refusals.push(refused);
    if (refused === `Bearer t${present}`) present += 1;
    return Promise.resolve({ Authorization: `Bearer t${present}` });
  };
  return { headers, refusals };
}

describe("a refused token", () => {
  const gzipped = (text: string, status: number): Response =>
    new Response(Uint8Array.from(gzipSync(text)), { status, headers: { "content-encoding": "gzip" } });
  const zipped = (text: string, status: number): Response =>
    new Response(Uint8Array.from(zstdCompressSync(text)), { status, headers: { "content-encoding": "zstd" } });

  test.each<[string, () => Response]>([
    ["401", () => new Response("", { status: 401 })],
    ["401 of the workspace", () => Response.json({ error_code: "UNAUTHENTICATED", message: "x" }, { status: 401 })],
    ["403 Invalid access token", () => Response.json({ message: "Invalid access token." }, { status: 403 })],
    ["403 in gzip", () => gzipped('{"message":"Invalid access token."}', 403)],
    ["403 in zstd", () => zipped('{"message":"The token has expired"}', 403)],
    ["400 in words", () => new Response("Invalid Token", { status: 400 })],
    ["400 in another's", () => Response.json({ error: { message: '{"message":"Invalid token."}' } }, { status: 400 })],
    ["400 Invalid Token", () => Response.json({ error: { message: "Invalid Token" } }, { status: 400 })],
  ])("as %s is refreshed once, and the request sent again", async (_name, refusal) => {
    const { headers, refusals } = tokens();
    await using upstream = httpUpstream((request) =>
      authorization(request) === "Bearer t0" ? refusal() : new Response("ok"),
    );
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers }));
    const response = await proxy.call(messages, post);
    expect([response.status, await response.text()]).toEqual([200, "ok"]);
    expect(upstream.received.map(authorization)).toEqual(["Bearer t0", "Bearer t1"]);
    expect(upstream.received.map(({ text }) => text)).toEqual([post.body, post.body]);
    expect(refusals).toEqual(["Bearer t0"]);
  });

  test("that is refused again is told as it is", async () => {
    const { headers } = tokens();
    await using upstream = httpUpstream(() => Response.json({ message: "no" }, { status: 401 }));
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers }));
    const response = await proxy.call(messages, post);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: "no" });
    expect(upstream.received.length).toBe(2);
  });

  test("that cannot be another one is not sent again", async () => {
    await using upstream = httpUpstream(() => Response.json({ message: "no" }, { status: 401 }));
    await using proxy = await startTestProxy(upstream.url);
    expect((await proxy.call(messages, post)).status).toBe(401);
    expect(upstream.received.length).toBe(1);
  });

  test("whose sign-in has ended says what to run", async () => {
    const headers: Upstream["headers"] = ({ refused } = {}) =>
      refused === undefined
        ? Promise.resolve({ Authorization: "Bearer t" })
        : Promise.reject(
            new MortarError("not_signed_in", "The sign-in has ended.", { hint: "Run `mortar auth login dev`." }),
          );
    await using upstream = httpUpstream(() => new Response("", { status: 401 }));
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers }));
    const response = await proxy.call(messages, post);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      type: "error",
      error: { type: "authentication_error", message: "The sign-in has ended. Run `mortar auth login dev`." },
    });
  });

  test("with a body that is gone is not sent again, and the next request has the new one", async () => {
    const { headers } = tokens();
    await using upstream = httpUpstream(
      (request) => new Response("x", { status: authorization(request) === "Bearer t0" ? 401 : 200 }),
    );
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers }), {
      bodyLimits: { heldBytes: 4 },
    });
    expect((await proxy.call(messages, post)).status).toBe(401);
    expect((await proxy.call(messages, post)).status).toBe(200);
    expect(upstream.received.length).toBe(2);
  });
});

test("a status that HTTP does not have is told, and is nobody's defect", async () => {
  await using upstream = await rawUpstream((socket) => socket.end("HTTP/1.1 999 No\r\nContent-Length: 2\r\n\r\n{}"));
  await using proxy = await startTestProxy(upstream.url, { filters: [errorTranslator] });
  const response = await proxy.call(messages, post);
  expect([response.status, await response.text()]).toEqual([502, expect.stringContaining("answers with 999")]);
});

describe("a refusal that is not the token's", () => {
  test.each([
    [403, { error_code: "PERMISSION_DENIED", message: "You have no EXECUTE on this model" }],
    [400, { error_code: "INVALID_PARAMETER_VALUE", message: "max_tokens: too many tokens" }],
    [400, { error_code: "BAD_REQUEST", message: "Invalid token 'x' at position 5 of the schema" }],
    [400, { error_code: "BAD_REQUEST", message: "messages.3: the access token expired, said the tool" }],
    [400, { type: "error", error: { type: "invalid_request_error", message: "token count exceeds the limit" } }],
  ])("passes at once, byte for byte: %p %p", async (status, body) => {
    const { headers, refusals } = tokens();
    await using upstream = httpUpstream(() => Response.json(body, { status }));
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers }));
    const response = await proxy.call(messages, post);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(JSON.stringify(body));
    expect(refusals).toEqual([]);
    expect(upstream.received.length).toBe(1);
  });

  test("passes whole when it is long", async () => {
    const body = "x".repeat(300_000);
    await using upstream = httpUpstream(() => new Response(body, { status: 400 }));
    await using proxy = await startTestProxy(upstream.url);
    expect(await (await proxy.call(messages, post)).text()).toBe(body);
  });

  test("passes as it is when it is a bomb, or not what it says", async () => {
    const bomb = Uint8Array.from(gzipSync(new Uint8Array(20_000_000)));
    const bodies = [bomb, new TextEncoder().encode("no gzip")];
    await using upstream = httpUpstream(
      (_request, index) =>
        new Response(bodies[index] ?? null, { status: 403, headers: { "content-encoding": "gzip" } }),
    );
    await using proxy = await startTestProxy(upstream.url);
    for (const body of bodies) {
      const response = await proxy.call(messages, post);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.from(body));
    }
  });
});

describe("without a token", () => {
  test("nothing is forwarded, and the dialect's own error says what to run", async () => {
    const headers: Upstream["headers"] = () =>
      Promise.reject(new MortarError("not_signed_in", "You are signed out", { hint: "Run `mortar auth login dev`." }));
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers }));
    const shapes: unknown[] = [];
    for (const path of [
      messages,
      responses,
      "/p/DEFAULT/gemini/v1beta/models/m:generateContent",
      "/p/DEFAULT/otel/v1/logs",
    ]) {
      const response = await proxy.call(path, post);
      expect(response.status).toBe(401);
      shapes.push(await response.json());
    }
    const message = "You are signed out. Run `mortar auth login dev`.";
    expect(shapes).toEqual([
      { type: "error", error: { type: "authentication_error", message } },
      { error: { message, type: "authentication_error", param: null, code: null } },
      { error: { code: 401, message, status: "UNAUTHENTICATED" } },
      { code: 16, message },
    ]);
    expect(upstream.received).toEqual([]);
  });

  test("an upstream that is not trusted with one is asked all the same", async () => {
    await using upstream = httpUpstream(() => new Response("x", { status: 401 }));
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers: () => Promise.resolve({}) }));
    expect((await proxy.call(messages, post)).status).toBe(401);
    expect(upstream.received[0]?.headers.has("authorization")).toBe(false);
  });
});

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("of status %p is not followed, and not passed on", async (status) => {
    await using other = httpUpstream(() => new Response("stolen"));
    await using upstream = httpUpstream(
      () => new Response(null, { status, headers: { location: `${other.url}/login.html?next=secret` } }),
    );
    await using proxy = await startTestProxy(upstream.url);
    const response = await proxy.call(messages, post);
    expect(response.status).toBe(502);
    expect(response.headers.has("location")).toBe(false);
    const text = await response.text();
    expect(text).toContain(`redirects to ${other.url}/login.html instead of answering`);
    expect(text).not.toContain("secret");
    expect(other.received).toEqual([]);
  });
});

describe("a dialect's bases", () => {
  const absent = () =>
    Response.json({ error_code: "ENDPOINT_NOT_FOUND", message: "No API found for 'POST /x'" }, { status: 404 });
  const isCodex = ({ target }: Received): boolean => target.includes("/codex/");

  test("are tried in order, and the one that is there is remembered", async () => {
    await using upstream = httpUpstream((request) => (isCodex(request) ? absent() : new Response("ok")));
    await using proxy = await startTestProxy(upstream.url);
    for (let count = 0; count < 3; count++) expect(await (await proxy.call(responses, post)).text()).toBe("ok");
    expect(upstream.received.map(({ target }) => target)).toEqual([
      "/ai-gateway/codex/v1/responses",
      "/ai-gateway/openai/v1/responses",
      "/ai-gateway/openai/v1/responses",
      "/ai-gateway/openai/v1/responses",
    ]);
  });

  test("that are all absent give the first's answer, and nothing is remembered", async () => {
    await using upstream = httpUpstream((request) =>
      isCodex(request) ? absent() : new Response("second", { status: 404 }),
    );
    await using proxy = await startTestProxy(upstream.url);
    for (let count = 0; count < 2; count++) {
      const response = await proxy.call(responses, post);
      expect([response.status, await response.text()]).toEqual([404, await absent().text()]);
    }
    expect(upstream.received.map(isCodex)).toEqual([true, false, true, false]);
  });

  test.each([
    { error: { message: "The model `m` does not exist", code: "model_not_found" } },
    { error_code: "RESOURCE_DOES_NOT_EXIST", message: "Not there" },
    { error_code: "ENDPOINT_NOT_FOUND", message: "The given endpoint does not exist, please retry" },
  ])("are not doubted for a model that is absent: %p", async (body) => {
    await using upstream = httpUpstream(() => Response.json(body, { status: 404 }));
    await using proxy = await startTestProxy(upstream.url);
    const response = await proxy.call(responses, post);
    expect([response.status, await response.json()]).toEqual([404, body]);
    expect(upstream.received.length).toBe(1);
  });

  test("are one for Anthropic: its 404 passes", async () => {
    await using upstream = httpUpstream(absent);
    await using proxy = await startTestProxy(upstream.url);
    expect((await proxy.call(messages, post)).status).toBe(404);
    expect(upstream.received.length).toBe(1);
  });

  test.each<[UpstreamFamily, string, string]>([
    ["serving-endpoints", "", "/serving-endpoints/openai/v1/responses"],
    ["ai-gateway", "", "/ai-gateway/codex/v1/responses"],
    ["model-services", "/corp", "/corp/ai-gateway/codex/v1/responses"],
  ])("follow the family %s and the prefix %j", async (family, prefix, target) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(
      fixedUpstream(upstream.url, { prefix, family: () => Promise.resolve(family) }),
    );
    await proxy.call(responses, post);
    expect(upstream.received[0]?.target).toBe(target);
  });
});

describe("filters", () => {
  const filter = (name: string, parts: Partial<Filter>): Filter => ({
    name,
    summary: "",
    byDefault: true,
    applies: () => true,
    handle: (_exchange, request, next) => next(request),
    ...parts,
  });
  const append = (name: string): Filter =>
    filter(name, {
      handle: async (_exchange, request, next) => {
        const body = Buffer.concat([request.body as Uint8Array, Buffer.from(`>${name}`)]);
        const response = await next({ ...request, body: Uint8Array.from(body) });
        return new Response(`${await response.text()}<${name}`, response);
      },
    });

  test("stand one within the other, the first outermost, and change both ways", async () => {
    await using upstream = httpUpstream(({ text }) => new Response(`[${text}]`));
    await using proxy = await startTestProxy(upstream.url, {
      filters: [
        append("a"),
        filter("off", { applies: () => false, handle: () => Promise.reject(new Error("asked")) }),
        append("b"),
      ],
    });
    const response = await proxy.call(messages, { method: "POST", body: "x" });
    expect(await response.text()).toBe("[x>a>b]<b<a");
    expect(upstream.received[0]?.headers.get("content-length")).toBe("5");
  });

  test("see the request without credentials, and after sending it still without ours", async () => {
    const seen: string[] = [];
    const look = filter("look", {
      handle: async (_exchange, request, next) => {
        seen.push(JSON.stringify(Object.fromEntries(request.headers)));
        const response = await next(request);
        seen.push(JSON.stringify(Object.fromEntries(request.headers)));
        return response;
      },
    });
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url, { filters: [look] });
    await proxy.call(messages, { ...post, headers: { "x-api-key": "secret-of-client" } });
    expect(seen.length).toBe(2);
    expect(seen.join("")).not.toMatch(/bearer|secret-of-client/i);
  });

  test.each([400, 401, 500])("that mend a refusal with %p see none of ours either", async (status) => {
    const seen: string[] = [];
    const mend = filter("mend", {
      applies: () => false,
      mends: () => true,
      handle: async (_exchange, request, next) => {
        seen.push(JSON.stringify(Object.fromEntries(request.headers)));
        await (await next(request)).body?.cancel();
        return next(request);
      },
    });
    await using upstream = httpUpstream((_request, index) => new Response("x", { status: index === 0 ? status : 200 }));
    await using proxy = await startTestProxy(upstream.url, { filters: [mend] });
    expect((await proxy.call(messages, post)).status).toBe(200);
    expect(seen.join("")).not.toMatch(/bearer/i);
    expect(upstream.received.map(authorization)).toEqual(Array.from({ length: 2 }, () => `Bearer ${upstreamToken}`));
  });

  test("know who asks", async () => {
    const known: unknown[] = [];
    const look = filter("look", {
      handle: (exchange, request, next) => {
        known.push([
          exchange.profile,
          exchange.dialect.name,
          exchange.agent,
          exchange.session,
          request.path,
          request.search,
        ]);
        return next(request);
      },
    });
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url, { filters: [look] });
    const headers = { "user-agent": "claude-cli/2.1.3 (external)", "x-claude-code-session-id": "s-1" };
    await proxy.call("/v1/messages?beta=true", { ...post, headers });
    await proxy.call("/p/a%20b/codex/v1/responses", {
      ...post,
      headers: { "user-agent": "codex_cli_rs/0.1", session_id: "s-2" },
    });
    expect(known).toEqual([
      ["DEFAULT", "anthropic", "claude-cli", "s-1", "/v1/messages", "?beta=true"],
      ["a b", "responses", "codex_cli_rs", "s-2", "/responses", ""],
    ]);
  });

  test("that fail become the dialect's own error, without what they said of secrets", async () => {
    const failing = filter("failing", { handle: () => Promise.reject(new Error("with Bearer abcdefghijklmnop")) });
    await using proxy = await startTestProxy("http://127.0.0.1:1", { filters: [failing] });
    const response = await proxy.call(messages, post);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ type: "error", error: { type: "api_error" } });
    expect(text).not.toContain("abcdefghijklmnop");
  });
});

describe("a session's own settings", () => {
  test("hold for the addresses that name its lease", async () => {
    const asked: unknown[] = [];
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url, {
      lease: (id) => (id === "l-1" ? { profile: "dev", upstream: { url: "https://x", trusted: true } } : undefined),
      openUpstream: (profile, override) => {
        asked.push([profile, override]);
        return Promise.resolve(fixedUpstream(upstream.url));
      },
    });
    expect((await proxy.call("/p/dev@l-1/anthropic/v1/messages", post)).status).toBe(200);
    expect((await proxy.call("/p/dev/anthropic/v1/messages", post)).status).toBe(200);
    expect((await proxy.call("/p/dev@l-2/anthropic/v1/messages", post)).status).toBe(404);
    expect((await proxy.call("/p/other@l-1/anthropic/v1/messages", post)).status).toBe(404);
    expect(asked).toEqual([
      ["dev", { url: "https://x", trusted: true }],
      ["dev", undefined],
    ]);
  });
});

describe("control", () => {
  test("answers what is no dialect's, and is told whether the key is there", async () => {
    await using proxy = await startTestProxy("http://127.0.0.1:1", {
      control: (request, { path, authorised }) => {
        if (path === "/shutdown") return Promise.resolve(new Response(`${request.method} ${authorised}`));
        return Promise.resolve(path === "/health" ? Response.json({ own: true }) : undefined);
      },
    });
    expect(await (await proxy.call("/shutdown", { method: "POST" })).text()).toBe("POST true");
    const other = { headers: { authorization: "Bearer other" } };
    expect(await (await proxy.call("/shutdown", other)).text()).toBe("GET false");
    expect(await (await proxy.call("/health", other)).json()).toEqual({ own: true });
    expect((await proxy.call("/else", other)).status).toBe(401);
    expect((await proxy.call("/else")).status).toBe(404);
  });

  test("is not asked for what a web page or another host sends", async () => {
    await using proxy = await startTestProxy("http://127.0.0.1:1", {
      control: () => Promise.resolve(new Response("secret")),
    });
    expect((await proxy.call("/health", { headers: { origin: "http://evil.example" } })).status).toBe(403);
    expect((await proxy.call("/shutdown", { headers: { host: "evil.example" } })).status).toBe(403);
  });
});
