import { describe, expect, test } from "bun:test";
import { Secret } from "../platform/secret.ts";
import { checkKey, ownHosts, refuseForeign } from "./guard.ts";

const hosts = ownHosts(49153, false);
const accepted = [new Secret("the-key"), new Secret("an-older-key")];

describe("a request from elsewhere", () => {
  test.each<[string, Record<string, string>]>([
    ["a name that resolves to this machine", { host: "evil.example:49153" }],
    ["another port", { host: "127.0.0.1:49154" }],
    ["no port", { host: "127.0.0.1" }],
    ["two hosts", { host: "127.0.0.1:49153, evil.example" }],
    ["another loopback address", { host: "127.0.0.2:49153" }],
    ["no host", {}],
    ["a page", { host: "127.0.0.1:49153", origin: "https://evil.example" }],
    ["a sandboxed page or a file", { host: "127.0.0.1:49153", origin: "null" }],
    ["a page on this machine", { host: "127.0.0.1:49153", origin: "http://127.0.0.1:3000" }],
    ["the proxy's own address as a page", { host: "127.0.0.1:49153", origin: "http://127.0.0.1:49153" }],
    ["an extension", { host: "127.0.0.1:49153", origin: "chrome-extension://abc" }],
    ["an empty origin", { host: "127.0.0.1:49153", origin: "" }],
    ["a page's image", { host: "127.0.0.1:49153", "sec-fetch-site": "cross-site" }],
    ["a neighbour's page", { host: "127.0.0.1:49153", "sec-fetch-site": "same-site" }],
    ["a page of the same origin", { host: "127.0.0.1:49153", "sec-fetch-site": "same-origin" }],
  ])("is refused: %s", (_name, headers) => {
    expect(refuseForeign(new Headers(headers), hosts)).toMatchObject({ status: 403 });
  });

  test.each<[string, Record<string, string>]>([
    ["by address", { host: "127.0.0.1:49153" }],
    ["by name", { host: "localhost:49153" }],
    ["by name, in capitals", { host: "LOCALHOST:49153" }],
    ["over IPv6", { host: "[::1]:49153" }],
    ["from Node's fetch", { host: "127.0.0.1:49153", "sec-fetch-mode": "cors" }],
    ["typed into a browser", { host: "127.0.0.1:49153", "sec-fetch-site": "none" }],
  ])("of a program passes: %s", (_name, headers) => {
    expect(refuseForeign(new Headers(headers), hosts)).toBeUndefined();
  });

  test("a scheme's own port may be left out", () => {
    expect(ownHosts(443, true).has("127.0.0.1")).toBe(true);
    expect(ownHosts(443, false).has("127.0.0.1")).toBe(false);
    expect(ownHosts(80, false).has("localhost")).toBe(true);
  });
});

describe("the key", () => {
  const check = (headers: Record<string, string>, search = "") => checkKey(new Headers(headers), search, accepted);

  test.each<[string, Record<string, string>, string]>([
    ["Authorization", { authorization: "Bearer the-key" }, ""],
    ["Authorization in small letters", { authorization: "bearer  the-key " }, ""],
    ["x-api-key", { "x-api-key": "the-key" }, ""],
    ["x-goog-api-key", { "x-goog-api-key": "the-key" }, ""],
    ["api-key", { "api-key": "the-key" }, ""],
    ["the query", {}, "?key=the-key"],
    ["the query, escaped", {}, "?%6Bey=the%2Dkey"],
    ["one of two places", { authorization: "Bearer sk-of-somebody", "x-api-key": "the-key" }, ""],
    ["an older one that still counts", { "x-api-key": "an-older-key" }, ""],
  ])("is taken from %s", (_name, headers, search) => {
    expect(check(headers, search).refusal).toBeUndefined();
  });

  test.each<[string, Record<string, string>, string]>([
    ["nothing", {}, ""],
    ["another", { authorization: "Bearer the-keY" }, ""],
    ["a beginning", { authorization: "Bearer the-ke" }, ""],
    ["a longer one", { authorization: "Bearer the-key-and-more" }, ""],
    ["another scheme", { authorization: "Basic the-key" }, ""],
    ["no scheme", { authorization: "the-key" }, ""],
    ["two at once", { authorization: "Bearer x, Bearer the-key" }, ""],
    ["an empty one", { authorization: "Bearer ", "x-api-key": "" }, "?key="],
    ["a cookie", { cookie: "key=the-key" }, ""],
    ["another name", {}, "?api_key=the-key"],
  ])("is not %s", (_name, headers, search) => {
    expect(check(headers, search).refusal).toMatchObject({ status: 401 });
  });

  test("nothing is accepted when there is no key", () => {
    expect(checkKey(new Headers({ "x-api-key": "" }), "", []).refusal).toMatchObject({ status: 401 });
    expect(checkKey(new Headers({ "x-api-key": "undefined" }), "", []).refusal).toMatchObject({ status: 401 });
  });

  test.each(["proxy-managed", "databricks-proxy"])("that older proxies wrote says how to go on: %s", (key) => {
    expect(check({ "x-api-key": key }).refusal?.message).toContain("mortar hooks install");
    expect(check({ "x-api-key": key }).refusal?.message).toContain("older proxy");
    expect(check({ "x-api-key": key }).refusal?.message).toContain("--agent codex,opencode");
  });

  test("does not stand in the refusal", () => {
    expect(JSON.stringify(check({ "x-api-key": "a-wrong-secret" }))).not.toContain("a-wrong-secret");
  });

  test.each([
    ["?key=the-key", ""],
    ["?key=the-key&alt=sse", "?alt=sse"],
    ["?alt=sse&key=the-key&x=%2F", "?alt=sse&x=%2F"],
    ["?key=a&key=b", ""],
    ["?key", ""],
    ["?beta=true", "?beta=true"],
    ["?keys=1&monkey=2&a=key", "?keys=1&monkey=2&a=key"],
    ["?a=%zz&b=+", "?a=%zz&b=+"],
    ["?", "?"],
  ])("is taken out of %s, and all else stays", (search, rest) => {
    expect(check({}, search).search).toBe(rest);
  });
});
