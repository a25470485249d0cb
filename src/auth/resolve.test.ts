// Precedence, provenance, settings, and what --profile changes.
import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import type { Environment } from "../platform/deps.ts";
import { isTrue, parseScopes, type AttributeValues } from "./attributes.ts";
import { resolveConfig, type ResolvedConfig } from "./resolve.ts";

interface Given {
  readonly explicit?: AttributeValues;
  readonly env?: Environment;
  readonly text?: string;
  readonly flag?: string;
}

const resolve = ({ explicit, env = {}, text, flag }: Given): ResolvedConfig =>
  resolveConfig({ explicit, env, configFile: { path: "/home/.databrickscfg", text }, profileFlag: flag });

const two =
  "[DEFAULT]\nhost = https://default\ntoken = token-of-default\n[dev]\nhost = https://dev\ntoken = token-of-dev\n";

describe("the profile that counts", () => {
  test("DEFAULT without any word", () => {
    expect(resolve({ text: two }).get("host")).toBe("https://default");
    expect(resolve({ text: two }).profile).toBe("DEFAULT");
  });

  test("default_profile of the settings", () => {
    const config = resolve({ text: `${two}[__settings__]\ndefault_profile = dev\n` });
    expect(config.profile).toBe("dev");
    expect(config.get("host")).toBe("https://dev");
  });

  test("an empty default_profile is none", () => {
    expect(resolve({ text: `${two}[__settings__]\ndefault_profile =\n` }).profile).toBe("DEFAULT");
  });

  test("the variable goes before default_profile", () => {
    const text = `${two}[__settings__]\ndefault_profile = dev\n`;
    expect(resolve({ text, env: { DATABRICKS_CONFIG_PROFILE: "DEFAULT" } }).get("host")).toBe("https://default");
  });

  test("a default_profile that is not there is an error", () => {
    expect(() => resolve({ text: "[__settings__]\ndefault_profile = gone\n" })).toThrow(
      "/home/.databrickscfg has no gone profile configured",
    );
  });

  test("the settings are no profile", () => {
    const text = "[__settings__]\ndefault_profile = __settings__\n";
    expect(() => resolve({ text })).toThrow("holds settings and is not a profile");
    expect(() => resolve({ text, env: { DATABRICKS_CONFIG_PROFILE: "__settings__" } })).toThrow("is not a profile");
  });

  test("default_profile is left aside when a host is given", () => {
    const text = `${two}[__settings__]\ndefault_profile = dev\n`;
    expect(resolve({ text, env: { DATABRICKS_HOST: "x" } }).profile).toBeUndefined();
  });

  test("a missing profile names the nearest", () => {
    try {
      resolve({ text: two, env: { DATABRICKS_CONFIG_PROFILE: "dve" } });
      throw new Error("no error");
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: "config_missing", exit: 3, hint: "Did you mean dev?" });
    }
  });

  test("a broken file is not read when it is not needed", () => {
    const env = { DATABRICKS_HOST: "x", DATABRICKS_TOKEN: "y" };
    expect(resolve({ text: "[broken", env }).get("host")).toBe("https://x");
    expect(() => resolve({ text: "[broken" })).toThrow("Cannot read /home/.databrickscfg: unclosed section (line 1)");
  });

  test("unknown keys are passed over", () => {
    expect(resolve({ text: "[DEFAULT]\nhost = x\njobs-api-version = 2.0\ninsecure = 1\n" }).get("host")).toBe(
      "https://x",
    );
  });
});

describe("precedence", () => {
  test("the environment fills before the file, and the file what is left", () => {
    const env = { DATABRICKS_CONFIG_PROFILE: "dev", DATABRICKS_CLUSTER_ID: "from-env" };
    const config = resolve({ text: `${two}cluster_id = from-file\nwarehouse_id = w\n`, env });
    expect(config.get("cluster_id")).toBe("from-env");
    expect(config.get("warehouse_id")).toBe("w");
    expect(config.source("cluster_id")).toEqual({ kind: "environment", name: "DATABRICKS_CLUSTER_ID" });
    expect(config.source("warehouse_id")).toEqual({ kind: "file", name: "/home/.databrickscfg" });
  });

  test("the first of two variables counts", () => {
    const config = resolve({ env: { DATABRICKS_OIDC_TOKEN_FILE: "old", DATABRICKS_OIDC_TOKEN_FILEPATH: "new" } });
    expect(config.get("databricks_id_token_filepath")).toBe("new");
  });
});

describe("--profile", () => {
  test("wins over host and token of the environment", () => {
    const env = { DATABRICKS_HOST: "https://other", DATABRICKS_TOKEN: "token-of-env" };
    const config = resolve({ text: two, env, flag: "dev" });
    expect(config.get("host")).toBe("https://dev");
    expect(config.secret("token")?.reveal()).toBe("token-of-dev");
  });

  test("wins over auth_type and workspace of the environment, and leaves the rest to it", () => {
    const env = {
      DATABRICKS_AUTH_TYPE: "basic",
      DATABRICKS_WORKSPACE_ID: "1",
      DATABRICKS_ACCOUNT_ID: "2",
      DATABRICKS_CLUSTER_ID: "c",
      DATABRICKS_CONFIG_PROFILE: "DEFAULT",
    };
    const config = resolve({ text: two, env, flag: "dev" });
    expect(config.profile).toBe("dev");
    expect(config.get("auth_type")).toBeUndefined();
    expect(config.get("workspace_id")).toBeUndefined();
    expect(config.get("account_id")).toBeUndefined();
    expect(config.get("cluster_id")).toBe("c");
  });

  test("takes what the profile does not say from the environment", () => {
    const config = resolve({
      text: "[bare]\ncluster_id = c\n",
      env: { DATABRICKS_HOST: "https://env", DATABRICKS_TOKEN: "t" },
      flag: "bare",
    });
    expect(config.get("host")).toBe("https://env");
    expect(config.secret("token")?.reveal()).toBe("t");
  });

  test("does not send a token of the environment to another host", () => {
    const config = resolve({
      text: "[bare]\nhost = https://bare\n",
      env: { DATABRICKS_HOST: "https://env", DATABRICKS_TOKEN: "t" },
      flag: "bare",
    });
    expect(config.get("host")).toBe("https://bare");
    expect(config.secret("token")).toBeUndefined();
  });

  test("does not mix another way of signing in into the profile's", () => {
    const config = resolve({
      text: two,
      env: { DATABRICKS_CLIENT_ID: "id", DATABRICKS_CLIENT_SECRET: "s" },
      flag: "dev",
    });
    expect(config.get("client_id")).toBeUndefined();
  });

  test("refuses a host that is not the profile's", () => {
    expect(() => resolve({ text: two, flag: "dev", explicit: { host: "https://other" } })).toThrow(
      "Profile dev is for https://dev, not for https://other",
    );
    expect(resolve({ text: two, flag: "dev", explicit: { host: "dev/" } }).get("host")).toBe("https://dev");
  });

  test("that is not there is an error", () => {
    expect(() => resolve({ text: two, flag: "gone" })).toThrow("has no gone profile configured. Config: profile=gone");
  });
});

describe("the host's address", () => {
  test("brings the workspace with it", () => {
    const config = resolve({ explicit: { host: "https://x/?o=12&a=acc", token: "t" } });
    expect(config.get("workspace_id")).toBe("12");
    expect(config.get("account_id")).toBe("acc");
    expect(config.source("workspace_id")?.kind).toBe("host");
  });

  test("does not overwrite what is said", () => {
    expect(resolve({ explicit: { host: "https://x/?o=12", workspace_id: "13" } }).get("workspace_id")).toBe("13");
  });

  test("`none` means the account, whatever the host says later", () => {
    const config = resolve({ explicit: { host: "https://x", workspace_id: "none" } });
    const filled = config.with({ workspace_id: "5", account_id: "a" }, { kind: "metadata", name: "https://x" });
    expect(config.accountLevel).toBe(true);
    expect(filled.get("workspace_id")).toBeUndefined();
    expect(filled.get("account_id")).toBe("a");
  });
});

describe("secrets", () => {
  test("show in nothing that prints the configuration", () => {
    const config = resolve({ text: two, env: { DATABRICKS_CLUSTER_ID: "c" } });
    const printed = [
      JSON.stringify(config),
      inspect(config, { depth: 9 }),
      config.suffix(),
      JSON.stringify(config.shown()),
    ];
    expect(printed.join("\n")).not.toContain("token-of-default");
    expect(config.suffix()).toContain("token=***");
  });
});

describe("values", () => {
  test.each([
    ["", ["all-apis"]],
    [undefined, ["all-apis"]],
    [" , ", ["all-apis"]],
    ["clusters", ["clusters"]],
    ["jobs, clusters ,jobs,,files:read", ["clusters", "files:read", "jobs"]],
  ])("scopes %p", (text, expected) => {
    expect(parseScopes(text)).toEqual(expected);
  });

  test.each([
    ["1", true],
    ["t", true],
    ["TRUE", true],
    ["True", true],
    ["yes", false],
    ["0", false],
    ["", false],
    [undefined, false],
  ])("boolean %p is %p", (text, expected) => {
    expect(isTrue(text)).toBe(expected);
  });
});
