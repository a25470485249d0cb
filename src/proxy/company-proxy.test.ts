import { expect, test } from "bun:test";
import { companyProxy } from "./company-proxy.ts";

const workspace = new URL("wss://dbc-1.cloud.databricks.com/x");
const proxy = "http://proxy.corp:3128";

test.each<[string, Record<string, string>, string | undefined]>([
  ["nothing", {}, undefined],
  ["HTTPS_PROXY", { HTTPS_PROXY: proxy }, proxy],
  ["small letters first", { https_proxy: proxy, HTTPS_PROXY: "http://other" }, proxy],
  ["ALL_PROXY as the last", { ALL_PROXY: proxy }, proxy],
  ["not the one for plain addresses", { HTTP_PROXY: proxy }, undefined],
  ["one without a scheme", { HTTPS_PROXY: "proxy.corp:3128" }, proxy],
  ["an empty one", { HTTPS_PROXY: "" }, undefined],
])("%s", (_name, env, expected) => expect(companyProxy(workspace, env)).toBe(expected));

test("plain addresses have a proxy of their own", () => {
  expect(companyProxy(new URL("ws://gateway.corp/x"), { HTTP_PROXY: proxy, HTTPS_PROXY: "http://other" })).toBe(proxy);
});

test.each([
  ["*", true],
  ["dbc-1.cloud.databricks.com", true],
  ["databricks.com", true],
  [".databricks.com", true],
  ["*.databricks.com", true],
  ["localhost, .DATABRICKS.com", true],
  ["databricks.com:443", true],
  ["databricks.com:8443", false],
  ["ricks.com", false],
  ["example.com", false],
  ["", false],
  [",", false],
])("NO_PROXY %j excepts the workspace: %p", (list, excepted) => {
  expect(companyProxy(workspace, { HTTPS_PROXY: proxy, NO_PROXY: list }) === undefined).toBe(excepted);
});

test("an IPv6 address is excepted with and without brackets", () => {
  const url = new URL("wss://[fd00::1]/x");
  expect(companyProxy(url, { HTTPS_PROXY: proxy, NO_PROXY: "fd00::1" })).toBeUndefined();
  expect(companyProxy(url, { HTTPS_PROXY: proxy, NO_PROXY: "[fd00::1]:443" })).toBeUndefined();
  expect(companyProxy(url, { HTTPS_PROXY: proxy, NO_PROXY: "fd00::2" })).toBe(proxy);
});
