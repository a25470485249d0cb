import { describe, expect, test } from "bun:test";
import { cicdProvider, codingAgent, userAgent } from "./user-agent.ts";

const around = { env: {}, os: "linux", runtimeVersion: "1.4.5", authType: "pat" } as const;

describe("userAgent", () => {
  test("starts with the product and names what it runs on", () => {
    expect(userAgent({ version: "1.2.3" }, around)).toBe("mortar/1.2.3 bun/1.4.5 os/linux auth/pat");
  });

  test("names upstream, Databricks runtime, build service and agent", () => {
    const env = {
      DATABRICKS_SDK_UPSTREAM: "my tool",
      DATABRICKS_SDK_UPSTREAM_VERSION: "0.1",
      DATABRICKS_RUNTIME_VERSION: "15.4",
      GITHUB_ACTIONS: "true",
      CLAUDECODE: "1",
    };
    expect(userAgent({ version: "1.2.3", extra: [["mcp", "x"]] }, { ...around, env, os: "win32" })).toBe(
      "mortar/1.2.3 bun/1.4.5 os/windows mcp/x upstream/my-tool upstream-version/0.1 auth/pat runtime/15.4 cicd/github agent/claude-code",
    );
  });

  test("a version of upstream without its name is left out", () => {
    expect(userAgent({ version: "1" }, { ...around, env: { DATABRICKS_SDK_UPSTREAM_VERSION: "9" } })).not.toContain(
      "upstream",
    );
  });

  test("nothing of the environment can break out of the header", () => {
    const value = userAgent({ version: "1\r\nX: y" }, { ...around, env: { AGENT: "a b/c\r\nEvil: 1" } });
    expect(value).toBe("mortar/1--X--y bun/1.4.5 os/linux auth/pat agent/a-b-c--Evil--1");
  });
});

describe("codingAgent", () => {
  test.each([
    ["CODEX_CI", "codex"],
    ["GEMINI_CLI", "gemini-cli"],
    ["OPENCODE", "opencode"],
    ["CURSOR_AGENT", "cursor"],
    ["KIRO", "kiro"],
  ])("%s means %s", (variable, name) => {
    expect(codingAgent({ [variable]: "1" })).toBe(name);
  });

  test("more than one is multiple", () => {
    expect(codingAgent({ CLAUDECODE: "1", CURSOR_AGENT: "1" })).toBe("multiple");
  });

  test("a known agent goes before the generic variables, which are cut at 64 characters", () => {
    expect(codingAgent({ CLAUDECODE: "1", AGENT: "other" })).toBe("claude-code");
    expect(codingAgent({ AI_AGENT: "x".repeat(100) })).toBe("x".repeat(64));
  });

  test("empty variables and none mean no agent", () => {
    expect(codingAgent({ CLAUDECODE: "", AGENT: "" })).toBeUndefined();
  });
});

describe("cicdProvider", () => {
  test.each<[string, Record<string, string>]>([
    ["github", { GITHUB_ACTIONS: "true" }],
    ["gitlab", { GITLAB_CI: "yes" }],
    ["azure-devops", { TF_BUILD: "True" }],
    ["google-cloud-build", { PROJECT_ID: "p", BUILD_ID: "b", PROJECT_NUMBER: "1", LOCATION: "l" }],
  ])("%s", (name, env) => {
    expect(cicdProvider(env)).toBe(name);
  });

  test.each<Record<string, string>>([{}, { GITHUB_ACTIONS: "false" }, { TF_BUILD: "true" }, { PROJECT_ID: "p" }])(
    "%p is none",
    (env) => {
      expect(cicdProvider(env)).toBeUndefined();
    },
  );
});
