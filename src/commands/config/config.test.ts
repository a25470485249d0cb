// `mortar config show` on machines of several kinds: it tells what is there, hides secrets, and does nothing.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { storeLogin, useWorlds, type TestWorld } from "../../auth/testing.ts";
import type { CommandResult } from "../../cli/spec.ts";
import { noProgress } from "../../cli/progress.ts";
import { settingsFile } from "../../platform/settings.ts";
import { mcpClients } from "../../agents/mcp-clients.ts";
import { factProviders } from "./providers.ts";
import { run } from "./show.ts";

const token = "dapi0123456789abcdef0123456789abcdef";
const config = `[DEFAULT]\nhost = https://one.cloud.databricks.com\ntoken = ${token}\n\n[dev]\nhost = https://two.cloud.databricks.com\nauth_type = databricks-cli\n`;
const world = useWorlds({ config });

type Section = Record<string, { value: string | null; source: string | null; note?: string }>;

async function show({ deps }: TestWorld, profile?: string) {
  const result = (await run({
    deps,
    profile,
    flags: {},
    positionals: [],
    rest: [],
    json: false,
    progress: noProgress,
    signal: AbortSignal.timeout(20_000),
    build: { version: "1.2.3", commit: "abc" },
  })) as CommandResult;
  return { ...result, data: result.data as Record<string, Section> };
}

describe("the workspace", () => {
  test("of the profile that a command without --profile uses", async () => {
    const made = world();
    const { data, text, exit } = await show(made);
    const file = join(made.home, ".databrickscfg");
    expect(data["workspace"]).toEqual({
      profile: { value: "DEFAULT", source: file },
      host: { value: "https://one.cloud.databricks.com", source: file },
      token: { value: "***", source: file },
    });
    expect(text).toContain(`host     https://one.cloud.databricks.com  (from ${file})`);
    expect(text).not.toContain(token);
    expect(exit).toBeUndefined();
  });

  test("names the variable or the option that a value comes from", async () => {
    const made = world({ env: { DATABRICKS_HOST: "https://three.cloud.databricks.com", DATABRICKS_TOKEN: token } });
    const { data } = await show(made);
    expect(data["workspace"]?.["host"]).toEqual({
      value: "https://three.cloud.databricks.com",
      source: "DATABRICKS_HOST",
    });
    expect(data["workspace"]?.["token"]).toEqual({ value: "***", source: "DATABRICKS_TOKEN" });
    expect((await show(made, "dev")).data["workspace"]?.["profile"]).toEqual({ value: "dev", source: "--profile" });
  });

  test("tells of the sign-in that mortar keeps, without its tokens", async () => {
    const made = world();
    await storeLogin(made, "https://two.cloud.databricks.com");
    const { data, text } = await show(made, "dev");
    expect(data["workspace"]?.["access_token"]?.value).toBe("***");
    expect(data["workspace"]?.["access_token_ends"]?.value).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(data["workspace"]?.["refresh_token_in"]?.value).toBe("a private file");
    expect(text).not.toContain("secret");
  });

  test("without any configuration is none, and says how to get one", async () => {
    const { data, text, exit } = await show(world({ config: "" }));
    expect(data["workspace"]?.["host"]).toMatchObject({ value: null, source: null });
    expect(text).toContain("mortar auth login");
    expect(exit).toBeUndefined();
  });

  test("that cannot be told leaves the other sections as they are, and gives the exit code", async () => {
    const { data, text, exit } = await show(world(), "dve");
    expect(data["workspace"]).toEqual({ error: expect.objectContaining({ code: "config_missing" }) });
    expect(text).toContain("hint: Did you mean dev?");
    expect(data["mortar"]?.["version"]?.value).toBe("1.2.3 (abc)");
    expect(exit).toBe(3);
  });

  test("in a file of garbage is an error with its place", async () => {
    const { text, exit } = await show(world({ config: "\u0000[[[\n= =\n" }));
    expect(text).toContain(".databrickscfg");
    expect(text).toContain("\nAgents:\n");
    expect(exit).toBe(2);
  });
});

describe("programs", () => {
  test("are told with the folder of the PATH that they are in, and are not run", async () => {
    const made = world();
    const ran = join(made.home, "ran");
    made.write("bin/claude", `#!/bin/sh\ntouch ${ran}\n`, 0o755);
    made.write("bin/databricks", `#!/bin/sh\ntouch ${ran}\n`, 0o755);
    const { data } = await show({
      ...made,
      deps: { ...made.deps, env: { ...made.deps.env, PATH: join(made.home, "bin") } },
    });
    expect(data["agents"]?.["claude"]).toEqual({ value: join(made.home, "bin", "claude"), source: "PATH" });
    expect(data["agents"]?.["codex"]?.value).toBeNull();
    expect(data["programs"]?.["databricks_cli"]?.value).toBe(join(made.home, "bin", "databricks"));
    expect(existsSync(ran)).toBe(false);
  });

  test("the Databricks CLI may be named by its variable", async () => {
    const { data } = await show(world({ env: { DATABRICKS_CLI_PATH: "/opt/databricks" } }));
    expect(data["programs"]?.["databricks_cli"]).toEqual({ value: "/opt/databricks", source: "DATABRICKS_CLI_PATH" });
  });

  test("every agent that can be given the tools is told of", async () => {
    const { data } = await show(world());
    expect(Object.keys(data["agents"] ?? {})).toEqual(Object.keys(mcpClients));
  });
});

describe("the machine", () => {
  test("folders, the emulator that does not run, and proxies without their passwords", async () => {
    const made = world({ env: { HTTPS_PROXY: "http://me:hunter22@proxy.example:3128" } });
    const { data, text } = await show(made);
    expect(data["files"]?.["data"]).toEqual({ value: join(made.home, "mortar"), source: "MORTAR_HOME" });
    expect(data["emulator"]?.["state"]?.value).toBe("not running");
    expect(data["network"]?.["https_proxy"]?.value).toBe("http://me:***@proxy.example:3128");
    expect(text).not.toContain("hunter22");
  });

  test("what a variable holds draws nothing on the terminal", async () => {
    const { data, text } = await show(world({ env: { HTTPS_PROXY: "http://proxy\u001b[2J.example" } }));
    expect(text).toContain("http://proxy [2J.example  (from the environment)");
    expect(text).not.toContain("\u001b");
    expect(data["network"]?.["https_proxy"]?.value).toBe("http://proxy\u001b[2J.example");
  });

  test("nothing is written", async () => {
    const made = world();
    await show(made);
    expect(existsSync(join(made.home, "mortar"))).toBe(false);
    expect(made.said).toEqual([]);
  });

  test("a file that is not there is said not to be", async () => {
    const { data } = await show(world({ env: { DATABRICKS_CONFIG_FILE: "/nowhere/cfg" } }));
    expect(data["files"]?.["profiles"]).toEqual({
      value: "/nowhere/cfg",
      source: "DATABRICKS_CONFIG_FILE",
      note: "not there yet",
    });
  });
});

describe("what tools may do", () => {
  const write = async (made: TestWorld, text: string): Promise<string> => {
    const file = settingsFile(made.deps);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };

  test("comes with where it is said: a variable, the settings, both for what is protected", async () => {
    const made = world({ env: { MORTAR_PROTECT: "prod", MORTAR_MAX_ROWS: "7" } });
    const file = await write(made, JSON.stringify({ tools: { protect: ["dev"], confirm: "always", max_rows: 9 } }));
    const { data, exit } = await show(made);
    expect(exit).toBeUndefined();
    expect(data["tool_terms"]).toMatchObject({
      protect: { value: "prod", source: "MORTAR_PROTECT", note: `dev from ${file}` },
      confirm: { value: "always", source: file },
      max_rows: { value: "7", source: "MORTAR_MAX_ROWS" },
      discovery: { value: "no", source: null },
    });
    const asking = await show(world({ env: { MORTAR_YES: "1" } }));
    expect(asking.data["tool_terms"]?.["confirm"]).toEqual({ value: "never", source: "MORTAR_YES" });
  });

  test.each(["{", '{"tools":{"protect":"prod"}}', '{"tools":{"protect":["a b"]}}'])(
    "is an error where it cannot be understood: %s",
    async (text) => {
      const made = world();
      await write(made, text);
      const { data, exit } = await show(made);
      expect(data["tool_terms"]).toMatchObject({ error: { code: expect.stringMatching(/config_invalid|usage/) } });
      expect(exit).toBe(2);
    },
  );
});

test("sections and facts have names of their own", async () => {
  const keys = factProviders.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^[a-z_]+$/);
});
