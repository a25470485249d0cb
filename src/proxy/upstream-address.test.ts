import { expect, test } from "bun:test";
import { failure } from "../auth/testing.ts";
import { readUpstreamAddress } from "./upstream-address.ts";

test.each<[string, string, string, string | undefined]>([
  ["https://gw.corp", "https://gw.corp", "", undefined],
  ["https://GW.corp:8443/", "https://gw.corp:8443", "", undefined],
  ["https://gw.corp/databricks/", "https://gw.corp", "/databricks", undefined],
  ["https://dbc-1.cloud.databricks.com/ai-gateway/anthropic", "https://dbc-1.cloud.databricks.com", "", undefined],
  ["https://gw.corp/x/ai-gateway/codex/v1/", "https://gw.corp", "/x", undefined],
  ["https://gw.corp/serving-endpoints/anthropic", "https://gw.corp", "", "serving-endpoints"],
  ["https://gw.corp/serving-endpoints", "https://gw.corp", "", "serving-endpoints"],
  ["http://127.0.0.1:9999", "http://127.0.0.1:9999", "", undefined],
  ["http://localhost:9999", "http://localhost:9999", "", undefined],
])("%s", (text, origin, prefix, family) => {
  expect(readUpstreamAddress(text) as unknown).toEqual({ origin, prefix, family });
});

test.each([
  ["gw.corp", "is not an address"],
  ["", "is not an address"],
  ["http://gw.corp", "is not https"],
  ["http://127.0.0.1.evil.example", "is not https"],
  ["ftp://gw.corp", "is not https"],
  ["file:///etc/passwd", "is not https"],
  ["https://user:secret-word@gw.corp", "user name or password"],
  ["https://gw.corp/?key=secret-word", "has a query"],
  ["https://gw.corp/#x", "has a query"],
])("%j is refused", async (text, words) => {
  const error = await failure(Promise.try(() => readUpstreamAddress(text)));
  expect(error.code).toBe("config_invalid");
  expect(error.message).toContain(words);
  expect(`${error.message} ${error.hint}`).not.toContain("secret-word");
});
