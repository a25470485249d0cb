import { describe, expect, test } from "bun:test";
import { dialectUrl, readAddress } from "./address.ts";
import { dialects } from "./dialects.ts";

function read(path: string): unknown {
  const address = readAddress(path);
  return address === undefined
    ? undefined
    : [address.profile, address.lease, address.dialect.name, address.path].map((part) => part ?? "-").join(" ");
}

describe("an address", () => {
  test.each([
    ["/p/DEFAULT/anthropic/v1/messages", "DEFAULT - anthropic /v1/messages"],
    ["/p/DEFAULT/ai-gateway/anthropic/v1/messages", "DEFAULT - anthropic /v1/messages"],
    ["/p/a%2Fb%40c/codex/v1/responses", "a/b@c - responses /responses"],
    ["/p/x/openai/v1/responses", "x - responses /responses"],
    ["/p/x@l-1/gemini/v1beta/models/m:generateContent", "x l-1 gemini /v1beta/models/m:generateContent"],
    ["/p/x/mlflow/v1/chat/completions", "x - chat /chat/completions"],
    ["/p/x/otel/v1/metrics", "x - otel /v1/metrics"],
    ["/p/x/anthropic", "x - anthropic "],
    ["/p/x/gemini/v1beta/models/a%2Fb..c:generateContent", "x - gemini /v1beta/models/a%2Fb..c:generateContent"],
    ["/p/x/anthropic/v1/files/a;b%25..", "x - anthropic /v1/files/a;b%25.."],
  ])("of a profile: %s", (path, expected) => expect(read(path)).toBe(expected));

  test.each([
    ["/v1/messages", "- - anthropic /v1/messages"],
    ["/v1/messages/count_tokens", "- - anthropic /v1/messages/count_tokens"],
    ["/v1/models", "- - anthropic /v1/models"],
    ["/responses", "- - responses /responses"],
    ["/v1/responses", "- - responses /responses"],
    ["/v1beta/models/m:streamGenerateContent", "- - gemini /v1beta/models/m:streamGenerateContent"],
    ["/v1/chat/completions", "- - chat /chat/completions"],
    ["/otel/v1/logs", "- - otel /v1/logs"],
  ])("at the root: %s", (path, expected) => expect(read(path)).toBe(expected));

  test.each([
    "/",
    "/p/x",
    "/p/x/",
    "/p//anthropic/v1/messages",
    "/p/x/anthropicX/v1",
    "/p/%zz/anthropic/v1/messages",
    "/api/2.0/clusters/list",
    "/v1/messagesX",
    "/p/x/../anthropic",
    "/p/x/anthropic/..%2f..%2fapi/2.0/secrets",
    "/p/x/anthropic/v1/%2E.%2Fx",
    "/p/x/anthropic/..%5c..%5capi",
    "/p/x/anthropic/%252e%252e/api",
    "/p/x/anthropic/%252e%252e%252fapi",
    "/p/x/anthropic/..;/..;a=b/api",
    "/p/x/anthropic/..%3b/api",
    "/p/x/gemini/v1beta/models/..%2f..%2fapi:generateContent",
    "/v1/messages/..%2f..%2fapi",
    "/otel/v1/%2e%2e%2fmetrics",
  ])("that means nothing: %s", (path) => expect(read(path)).toBeUndefined());

  test("given out is read back", () => {
    for (const { name } of dialects) {
      for (const profile of ["DEFAULT", "a b", "ü/%@?#", "..."]) {
        const { pathname } = new URL(`${dialectUrl("http://127.0.0.1:1", profile, name, "l1")}/rest`);
        expect(readAddress(pathname)).toMatchObject({ profile, lease: "l1", dialect: { name }, path: "/rest" });
      }
    }
  });
});
