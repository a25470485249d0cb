// One spelling for each host, and which of them may be spoken to without encryption.
import { describe, expect, test } from "bun:test";
import { cloudOf, isAccountHost, normaliseHost, requireSecure } from "./host.ts";

const table: readonly [given: string, host: string, workspaceId?: string | undefined, accountId?: string][] = [
  ["x", "https://x"],
  ["https://x", "https://x"],
  ["https://x/", "https://x"],
  [" https://x/ ", "https://x"],
  ["http://127.0.0.1:8080/", "http://127.0.0.1:8080"],
  ["localhost:8080", "https://localhost:8080"],
  ["https://x:443", "https://x"],
  ["https://x/path/more", "https://x"],
  ["https://x/?foo=bar", "https://x"],
  ["https://x#frag", "https://x"],
  ["https://user:pw@x/", "https://x"],
  ["https://dbc-XXXXXXXX-YYYY.cloud.databricks.com/", "https://dbc-XXXXXXXX-YYYY.cloud.databricks.com"],
  ["https://x/?o=123", "https://x", "123"],
  ["https://x/?o=123#job/1", "https://x", "123"],
  ["https://x/?workspace_id=123", "https://x", "123"],
  ["https://x/?o=1&workspace_id=2", "https://x", "1"],
  ["https://x/?o=12a", "https://x"],
  ["https://x/?w=name", "https://x", "name"],
  ["https://x/?o=5&w=name", "https://x", "5"],
  ["https://x/?a=acc", "https://x", undefined, "acc"],
  ["https://x/?account_id=acc", "https://x", undefined, "acc"],
  ["https://x/?o=9007199254740993", "https://x", "9007199254740993"],
  ["https://x/browse?o=1&a=acc", "https://x", "1", "acc"],
  ["https://[::1]:80/", "https://[::1]:80"],
];

describe("host normalisation", () => {
  test.each(table.map(([given, host, workspaceId, accountId]) => [given, { host, workspaceId, accountId }] as const))(
    "%s",
    (given, expected) => {
      expect(normaliseHost(given)).toEqual(expected);
    },
  );

  test.each(["", "  ", "https://", "ftp://x", "https://a b", "://x"])("%p is refused", (given) => {
    expect(() => normaliseHost(given)).toThrow("is not the address of a workspace");
  });

  test("a refusal does not repeat a password or a query", () => {
    expect(() => normaliseHost("ftp://user:pass-word@x/?token=secret")).toThrow(/^"ftp:\/\/x\/" is not/);
  });
});

describe("what a name says", () => {
  test.each([
    ["https://adb-1.2.azuredatabricks.net", "Azure"],
    ["https://adb-1.2.databricks.azure.us", "Azure"],
    ["https://adb-1.2.databricks.azure.cn", "Azure"],
    ["https://1.2.gcp.databricks.com", "GCP"],
    ["https://dbc-1.cloud.databricks.com", "AWS"],
    ["https://evil-azuredatabricks.net", "AWS"],
    ["https://x", "AWS"],
  ])("%s is on %s", (host, cloud) => {
    expect<string>(cloudOf(host)).toBe(cloud);
  });

  test("account consoles", () => {
    expect(isAccountHost("https://accounts.cloud.databricks.com")).toBe(true);
    expect(isAccountHost("https://accounts-dod.cloud.databricks.us")).toBe(true);
    expect(isAccountHost("https://my-accounts.cloud.databricks.com")).toBe(false);
  });
});

describe("plain http", () => {
  test.each(["https://x", "http://127.0.0.1:1", "http://127.9.9.9", "http://localhost:8080", "http://[::1]:1"])(
    "%s may be used",
    (host) => {
      expect(() => requireSecure(host)).not.toThrow();
    },
  );
  test.each(["http://x", "http://localhost.example.com", "http://127.0.0.1.example.com", "http://0.0.0.0", "ftp://x"])(
    "%s may not",
    (host) => {
      expect(() => requireSecure(host)).toThrow("is not https");
    },
  );
});
