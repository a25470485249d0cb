import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { errorKinds } from "../../platform/errors.ts";
import { httpUpstream, startTestProxy } from "../testing.ts";
import type { Filter } from "../types.ts";
import { dialectError } from "./shape.ts";
import { errorTranslator } from "./translator.ts";

interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly message: string;
  readonly headers: Headers;
}

async function told(answer: () => Response, path = "anthropic/v1/messages"): Promise<Told> {
  await using upstream = httpUpstream(answer);
  await using proxy = await startTestProxy(upstream.url, { filters: [errorTranslator] });
  const request = { method: "POST", body: '{"model":"system.ai.m-1","messages":[]}' };
  const response = await proxy.call(`/p/team/${path}`, request);
  const body = (await response.json()) as Record<string, unknown>;
  const { message } = body["error"] as { message: string };
  return { status: response.status, body, message, headers: response.headers };
}

const workspace =
  (status: number, error_code: string, message: string, headers = {}) =>
  () =>
    Response.json({ error_code, message }, { status, headers });
const anthropic =
  (status: number, message: string, type = "invalid_request_error") =>
  () =>
    Response.json({ type: "error", error: { type, message } }, { status });

describe("each known error tells its cause and cure:", () => {
  test.each<[string, () => Response, RegExp, RegExp]>([
    [
      "server-tool",
      anthropic(
        400,
        "tools.0: Input tag 'web_search_20250305' found using 'type' does not match any of the expected tags",
      ),
      /web_search_20250305/,
      /config websearch enable/,
    ],
    [
      "cache-control-scope",
      anthropic(400, "system.0.cache_control.ephemeral.scope: Extra inputs are not permitted"),
      /caching/,
      /learned-fields/,
    ],
    [
      "eager-streaming",
      anthropic(400, "tools.0.custom.eager_input_streaming: Extra inputs are not permitted"),
      /stream/,
      /toolStreaming/,
    ],
    [
      "extra-inputs",
      anthropic(400, "context_management: Extra inputs are not permitted"),
      /field/,
      /EXPERIMENTAL_BETAS/,
    ],
    ["beta", anthropic(400, "Unexpected value(s) `x-1` for the `anthropic-beta` header."), /beta/, /learned-fields/],
    [
      "thinking-enabled",
      anthropic(400, '"thinking.type.enabled" is not supported for this model.'),
      /adaptive/,
      /DISABLE_THINKING/,
    ],
    [
      "sampling",
      anthropic(400, "`temperature` is not supported for this model."),
      /sampling/,
      /leave the parameter out/,
    ],
    [
      "prefill",
      anthropic(
        400,
        "This model does not support assistant message prefill. The conversation must end with a user message.",
      ),
      /prefill/,
      /Update/,
    ],
    ["strict-dialect", anthropic(400, "Unrecognized request argument supplied: store"), /stricter/, /learned-fields/],
    ["previous-response", anthropic(400, "previous_response_id is not supported"), /store/, /Turn off/],
    [
      "traffic-split",
      workspace(
        400,
        "BAD_REQUEST",
        "The endpoint x has several destinations; traffic splits are not supported by this API.",
      ),
      /system\.ai\.m-1 is split/,
      /models list/,
    ],
    [
      "catalog-name",
      workspace(400, "BAD_REQUEST", "Invalid Unity Catalog name: x[1m]"),
      /Unity Catalog/,
      /model-names/,
    ],
    [
      "metastore",
      workspace(400, "INVALID_PARAMETER_VALUE", "Invalid MetastoreId: unknown"),
      /which workspace/,
      /workspace_id/,
    ],
    [
      "model-missing",
      workspace(404, "ENDPOINT_NOT_FOUND", "Endpoint 'm' does not exist."),
      /profile team has no model system\.ai\.m-1/,
      /models list/,
    ],
    [
      "web-page",
      () => new Response("<html><title>Sign in</title></html>", { status: 404 }),
      /web page/,
      /auth status --profile team/,
    ],
    [
      "token",
      workspace(403, "PERMISSION_DENIED", "Invalid access token."),
      /refuses the token/,
      /auth login --profile team/,
    ],
    ["token", workspace(400, "BAD_REQUEST", "Invalid Token"), /refuses the token/, /auth login --profile team/],
    [
      "ip-access-list",
      workspace(403, "PERMISSION_DENIED", "Source IP address: 1.2.3.4 is blocked by IP access list"),
      /network address/,
      /VPN/,
    ],
    [
      "permission",
      workspace(403, "PERMISSION_DENIED", "User does not have EXECUTE on Model Service 'x'."),
      /may not use the model system\.ai\.m-1/,
      /CAN QUERY/,
    ],
    [
      "rate-limit",
      workspace(429, "REQUEST_LIMIT_EXCEEDED", "Exceeded input tokens per minute"),
      /input tokens a minute/,
      /smaller model/,
    ],
    ["feature-disabled", workspace(400, "FEATURE_DISABLED", "AI Gateway is not enabled"), /switched off/, /Previews/],
    ["too-large", workspace(413, "REQUEST_TOO_LARGE", "too large"), /larger/, /compact/i],
    ["cancelled", workspace(499, "CANCELLED", "The request was cancelled."), /gave the request up/, /again/],
    ["unavailable", workspace(503, "TEMPORARILY_UNAVAILABLE", "later"), /could not answer/, /again/],
  ])("%s", async (name, answer, why, cure) => {
    const { body, message, headers } = await told(answer);
    expect(headers.get("x-mortar-cause")).toBe(name);
    expect(message).toMatch(why);
    expect(message).toMatch(cure);
    expect(body["type"]).toBe("error");
  });

  test("count-tokens", async () => {
    const { message } = await told(
      workspace(404, "NOT_FOUND", "Path must be of form"),
      "anthropic/v1/messages/count_tokens",
    );
    expect(message).toMatch(/count-tokens/);
  });
});

describe("the answer", () => {
  test("has the status that makes the agent do the right thing", async () => {
    const schema = workspace(400, "BAD_REQUEST", "Invalid token 'x' at position 5 of the schema");
    expect((await told(schema)).status).toBe(400);
    expect((await told(workspace(403, "PERMISSION_DENIED", "Invalid access token."))).status).toBe(401);
    expect((await told(() => new Response("<!doctype html>", { status: 404 }))).status).toBe(502);
    expect((await told(workspace(429, "REQUEST_LIMIT_EXCEEDED", "slow"))).status).toBe(429);
  });

  test("keeps the workspace's words, its request id and Retry-After", async () => {
    const headers = { "retry-after": "7", "x-request-id": "r-1" };
    const answer = await told(workspace(429, "REQUEST_LIMIT_EXCEEDED", "Exceeded QPM", headers));
    expect(answer.message).toStartWith("Exceeded QPM (request r-1). ");
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(answer.body).toMatchObject({ error: { type: "rate_limit_error" } });
  });

  test.each([
    [
      "codex/v1/responses",
      { error: { message: expect.any(String), type: "rate_limit_error", param: null, code: null } },
    ],
    [
      "mlflow/v1/chat/completions",
      { error: { message: expect.any(String), type: "rate_limit_error", param: null, code: null } },
    ],
    [
      "gemini/v1beta/models/m:generateContent",
      { error: { code: 429, message: expect.any(String), status: "RESOURCE_EXHAUSTED" } },
    ],
  ])("has the shape of its dialect: %s", async (path, shape) => {
    expect((await told(workspace(429, "REQUEST_LIMIT_EXCEEDED", "slow"), path)).body).toEqual(shape);
  });

  test("unwraps an error in an error, also a compressed one", async () => {
    const inner = JSON.stringify({
      type: "error",
      error: { type: "invalid_request_error", message: "`top_p` is not supported" },
    });
    const outer = JSON.stringify({ error_code: "BAD_REQUEST", message: `BAD_REQUEST: ${inner}` });
    const headers = { "content-encoding": "gzip", "content-type": "application/json" };
    const { message, headers: answered } = await told(() => new Response(gzipSync(outer), { status: 400, headers }));
    expect(message).toStartWith("`top_p` is not supported. This model");
    expect(answered.get("content-encoding")).toBeNull();
  });

  test("is untouched where the agent understands it and we know no more", async () => {
    const own = { type: "error", error: { type: "overloaded_error", message: "Overloaded" }, extra: 1.5 };
    const { status, body, headers } = await told(() => Response.json(own, { status: 529 }));
    expect([status, body, headers.get("x-mortar-cause")]).toEqual([529, own, null]);
  });

  test("gets the agent's shape also where we know no more", async () => {
    const { body } = await told(workspace(400, "BAD_REQUEST", "something new"));
    expect(body).toEqual({ type: "error", error: { type: "invalid_request_error", message: "something new." } });
    const { message } = await told(() => new Response(null, { status: 500 }));
    expect(message).toBe("HTTP status 500.");
  });

  test("tells no token and carries no control characters", async () => {
    const secret = `dapi${"a1".repeat(16)}`;
    const { message } = await told(workspace(400, "BAD_REQUEST", `bad \u001b[31m token=${secret}\u0007`));
    expect(message).not.toContain(secret);
    expect(message).toMatch(/^[^\p{Cc}]+$/u);
  });

  test.each(["anthropic/v1/messages", "codex/v1/responses", "gemini/v1beta/models/m:generateContent", "otel/v1/logs"])(
    "is an error where a page for signing in came with 200: %s",
    async (path) => {
      const headers = { "content-type": "Text/HTML; charset=utf-8", "content-encoding": "gzip", "set-cookie": "a=b" };
      const page = gzipSync("\n<!-- sso --><html><head><title>Sign in</title></head></html>");
      await using upstream = httpUpstream(() => new Response(page, { headers }));
      await using proxy = await startTestProxy(upstream.url, { filters: [errorTranslator] });
      const response = await proxy.call(`/p/team/${path}`, { method: "POST", body: "{}" });
      const text = await response.text();
      expect([response.status, response.headers.get("content-type")]).toEqual([502, "application/json"]);
      expect([response.headers.get("x-mortar-cause"), response.headers.get("x-should-retry")]).toEqual([
        "web-page",
        "false",
      ]);
      expect(text).toContain("The workspace answered with a web page (Sign in).");
      expect(text).toMatch(/IP access list.*auth status --profile team/);
      const shape = JSON.parse(text) as Record<string, unknown>;
      expect(path.startsWith("otel") ? shape["code"] : typeof shape["error"]).toBe(
        path.startsWith("otel") ? 14 : "object",
      );
    },
  );

  test("keeps the status of a page by which a front end says that it is busy or has nobody behind it", async () => {
    const page = (status: number) => () =>
      new Response("<html><title>Down</title></html>", { status, headers: { "content-type": "text/html" } });
    for (const status of [429, 502, 503, 504]) {
      const answer = await told(page(status));
      expect([answer.status, answer.headers.has("x-should-retry")]).toEqual([status, false]);
      expect(answer.headers.get("x-mortar-cause")).toBe(status === 429 ? "rate-limit" : "unavailable");
    }
  });

  test("of another kind than a page passes with all its bytes", async () => {
    const text = "<html>in a text that is none</html>";
    await using upstream = httpUpstream(() => new Response(text, { headers: { "content-type": "text/plain" } }));
    await using proxy = await startTestProxy(upstream.url, { filters: [errorTranslator] });
    const response = await proxy.call("/p/team/anthropic/v1/messages", { method: "POST", body: "{}" });
    expect([response.status, await response.text()]).toEqual([200, text]);
  });

  test("of a step of our own is not explained again", async () => {
    const message = "The daily budget of $20.00 is used up.";
    const refusing: Filter = {
      name: "refusing",
      summary: "Refuses",
      byDefault: true,
      applies: () => true,
      handle: ({ dialect }) => Promise.resolve(dialectError(dialect.name, { status: 403, message })),
    };
    await using upstream = httpUpstream(() => new Response("never asked"));
    await using proxy = await startTestProxy(upstream.url, { filters: [errorTranslator, refusing] });
    const response = await proxy.call("/p/team/anthropic/v1/messages", { method: "POST", body: "{}" });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ type: "error", error: { type: "permission_error", message } });
  });

  test("says that to ask again is of no use, where only a sign-in helps", async () => {
    const refused = await told(workspace(403, "PERMISSION_DENIED", "Invalid access token."));
    expect(refused.headers.get("x-should-retry")).toBe("false");
    const busy = await told(workspace(429, "REQUEST_LIMIT_EXCEEDED", "slow"));
    expect(busy.headers.has("x-should-retry")).toBe(false);
    const away = await told(() => new Response(null, { status: 302, headers: { location: "/login.html" } }));
    expect([away.status, away.headers.get("x-should-retry")]).toEqual([502, "false"]);
  });

  test("is the same table that this test walks", () => expect(errorKinds.token_rejected.status).toBe(401));
});
