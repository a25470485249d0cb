// The auth commands as a script sees them: the bytes on stdout, the JSON, the exit codes.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failure, startMs, storeLogin, useWorlds, type TestWorld } from "../../auth/testing.ts";
import { fakeOidc, type FakeOidc } from "../../auth/testing-oidc.ts";
import { paste, withVisitor } from "../../auth/testing-person.ts";
import { globalFlags } from "../../cli/global-flags.ts";
import { parseWords } from "../../cli/parse.ts";
import { renderResult } from "../../cli/render.ts";
import { isGroup, type CommandResult } from "../../cli/spec.ts";
import type { CommandContext } from "../../cli/context.ts";
import { noProgress } from "../../cli/progress.ts";
import type { Deps } from "../../platform/deps.ts";
import { authGroup } from "./table.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });

interface Ran {
  readonly result: CommandResult;
  readonly stdout: string;
  readonly json: { readonly ok: boolean; readonly data: Record<string, unknown> };
}

async function mortarAuth(deps: Deps, words: readonly string[]): Promise<Ran> {
  const [name = "", ...rest] = words;
  const command = authGroup.commands[name];
  if (command === undefined || isGroup(command)) throw new Error(`no command ${name}`);
  const parsed = parseWords(command, globalFlags, rest, deps.env);
  const profile = parsed.flags["profile"];
  const context: CommandContext = {
    deps,
    flags: parsed.flags as CommandContext["flags"],
    progress: noProgress,
    positionals: parsed.positionals,
    rest: [],
    profile: typeof profile === "string" ? profile : undefined,
    json: false,
    signal: AbortSignal.timeout(20_000),
    build: { version: "0", commit: "0" },
  };
  const { run } = (await command.load()) as { run: (context: CommandContext) => Promise<CommandResult> };
  const result = await run(context);
  return { result, stdout: renderResult(result, false), json: JSON.parse(renderResult(result, true)) };
}

const profile = (): string => `[dev]\nhost = ${oidc.host}\nauth_type = databricks-cli\n`;

async function signedIn(): Promise<TestWorld> {
  const made = world({ config: profile() });
  await storeLogin(made, oidc.host);
  oidc.valid.add("access-secret-old");
  return made;
}

describe("mortar auth token", () => {
  const expiry = new Date(startMs + 3_600_000).toISOString();

  test("prints what the Databricks CLI prints", async () => {
    const { stdout } = await mortarAuth((await signedIn()).deps, ["token", "dev"]);
    expect(stdout).toBe(
      `{\n  "access_token": "access-secret-old",\n  "token_type": "Bearer",\n  "expiry": "${expiry}"\n}\n`,
    );
  });

  test("prints the bare token and nothing else", async () => {
    const made = await signedIn();
    const { stdout } = await mortarAuth(made.deps, ["token", "--profile", "dev", "--output", "text"]);
    expect(stdout).toBe("access-secret-old\n");
    expect(made.said.filter((line) => line.includes("access-secret"))).toEqual([]);
  });

  test("fetches a new one when it is forced", async () => {
    const { json } = await mortarAuth((await signedIn()).deps, ["token", "dev", "--force-refresh"]);
    expect(json.data).toMatchObject({ access_token: "access-secret-1", token_type: "Bearer" });
  });

  test("takes a host for the profile, in a flag or as the argument", async () => {
    const { deps } = await signedIn();
    for (const words of [["--host", oidc.host], [oidc.host]]) {
      expect((await mortarAuth(deps, ["token", ...words, "-o", "text"])).stdout).toBe("access-secret-old\n");
    }
  });

  describe("on an account console, where one host has several accounts", () => {
    const host = "https://accounts.cloud.databricks.com";
    const accounts = async (): Promise<TestWorld> => {
      const section = (name: string): string =>
        `[${name}]\nhost = ${host}\naccount_id = ${name}-id\nauth_type = databricks-cli\n`;
      const made = world({ config: ["one", "two"].map(section).join("") });
      for (const name of ["one", "two"]) await storeLogin(made, host, { accessToken: `access-secret-${name}` }, name);
      return made;
    };

    test.each(["one", "two"])("--account-id chooses %s", async (name) => {
      const words = ["token", "--host", host, "--account-id", `${name}-id`, "-o", "text"];
      expect((await mortarAuth((await accounts()).deps, words)).stdout).toBe(`access-secret-${name}\n`);
    });

    test("a profile of another account is refused, and no token is given out", async () => {
      const words = ["token", "one", "--account-id", "two-id"];
      const error = await failure(mortarAuth((await accounts()).deps, words));
      expect(error).toMatchObject({
        code: "config_invalid",
        message: "Profile one is for account one-id, not for two-id",
      });
    });

    test("without a profile the sign-in of another account is not taken for it", async () => {
      const made = world({});
      await storeLogin(made, host, { tokenEndpoint: `${host}/oidc/accounts/one-id/v1/token` }, "");
      const ask = (id: string) => mortarAuth(made.deps, ["token", "--host", host, "--account-id", id, "-o", "text"]);
      expect((await ask("one-id")).stdout).toBe("access-secret-old\n");
      expect(await failure(ask("two-id"))).toMatchObject({ exit: 3 });
    });
  });

  test("of a personal access token has no expiry", async () => {
    const made = world({ config: `[dev]\nhost = ${oidc.host}\ntoken = personal\n` });
    const { json } = await mortarAuth(made.deps, ["token", "dev"]);
    expect(json.data).toEqual({ access_token: "personal", token_type: "Bearer" });
  });

  test("without a sign-in is exit 3 with the command to run", async () => {
    const error = await failure(mortarAuth(world({ config: profile() }).deps, ["token", "dev"]));
    expect(error).toMatchObject({ code: "not_signed_in", exit: 3, hint: "Run `mortar auth login dev`." });
  });

  test("of a profile that is not there is exit 3", async () => {
    const error = await failure(mortarAuth(world({ config: profile() }).deps, ["token", "dve"]));
    expect(error).toMatchObject({ exit: 3, hint: "Did you mean dev?" });
  });

  test("of two profiles at once is a usage error", async () => {
    const error = await failure(mortarAuth(world().deps, ["token", "a", "--profile", "b"]));
    expect(error).toMatchObject({ code: "usage", exit: 2 });
  });
});

describe("mortar auth login", () => {
  test("signs in, then says that it is", async () => {
    const made = world();
    const words = ["login", "dev", "--host", oidc.host, "--no-browser", "--callback-port", "0"];
    const first = await mortarAuth(withVisitor(made, paste), words);
    expect(first.stdout).toBe(
      `Signed in to ${oidc.host} as ada@example.com. Profile: dev. The sign-in is kept in a private file.\n`,
    );
    const again = await mortarAuth(made.deps, words);
    expect(again.result.exit).toBeUndefined();
    expect(again.stdout).toStartWith(`Already signed in to ${oidc.host} as ada@example.com`);
    expect(again.json.data).toMatchObject({ already_signed_in: true, user: "ada@example.com", profile: "dev" });
  });

  test("takes --profile for the argument", async () => {
    const made = world({ config: profile() });
    const words = ["login", "--profile", "dev", "--no-browser", "--callback-port", "0"];
    expect((await mortarAuth(withVisitor(made, paste), words)).json.data).toMatchObject({
      host: oidc.host,
      profile: "dev",
    });
  });
});

describe("mortar auth status", () => {
  test("tells who, where, how, until when, and where each value comes from", async () => {
    const made = await signedIn();
    const { result, stdout, json } = await mortarAuth(made.deps, ["status", "dev"]);
    expect(result.exit).toBe(0);
    expect(stdout).toContain("User:             ada@example.com");
    expect(stdout).toContain(`host = ${oidc.host}  (from ${join(made.home, ".databrickscfg")})`);
    expect(json.data).toMatchObject({
      status: "success",
      username: "ada@example.com",
      auth_type: "databricks-cli",
      workspace_id: "900800700600",
      refresh_token_in: "file",
      expires_at: "2026-01-01T01:00:00.000Z",
      configuration: {
        host: { value: oidc.host, source: { type: "file" } },
        profile: { source: { name: "--profile" } },
      },
    });
    expect(stdout + JSON.stringify(json)).not.toContain("-secret-");
  });

  test("tells when the repository's bundle chose the profile", async () => {
    const made = world({ config: `[DEFAULT]\nhost = https://x\n[dev]\nhost = ${oidc.host}\ntoken = t-secret-1\n` });
    oidc.valid.add("t-secret-1");
    const path = made.write("databricks.yml", `workspace:\n  host: ${oidc.host}\n`);
    const { result, stdout, json } = await mortarAuth(made.deps, ["status"]);
    expect(result.exit).toBe(0);
    expect(stdout).toContain(`profile = dev  (from ${path}, which is for its host)`);
    expect(json.data["configuration"]).toMatchObject({ profile: { source: { type: "bundle", name: path } } });
    expect(made.said.join("")).toBe(`Using profile dev: ${path} is for its host, ${oidc.host}`);
  });

  test("of nobody is exit 3", async () => {
    const { result, stdout, json } = await mortarAuth(world().deps, ["status"]);
    expect(result.exit).toBe(3);
    expect(stdout).toStartWith("Not signed in\n");
    expect(json.data).toMatchObject({ status: "error", error: { code: "not_signed_in" } });
  });

  test("of a token that the workspace refuses is exit 3, and hides it", async () => {
    const made = world({ env: { DATABRICKS_HOST: oidc.host, DATABRICKS_TOKEN: "token-secret-bad" } });
    const { result, stdout } = await mortarAuth(made.deps, ["status"]);
    expect(result.exit).toBe(3);
    expect(stdout).toContain("does not take the sign-in: Invalid access token");
    expect(stdout).toContain("token = ***  (from DATABRICKS_TOKEN)");
    expect(stdout).not.toContain("token-secret-bad");
  });

  test("of a workspace that is not there is exit 6", async () => {
    const { host } = oidc;
    oidc.close();
    const made = world({ env: { DATABRICKS_HOST: host, DATABRICKS_TOKEN: "t" } });
    expect((await mortarAuth(made.deps, ["status"])).result.exit).toBe(6);
  });
});

describe("mortar auth profiles", () => {
  const config = (): string =>
    `${profile()}[bad]\nhost = ${oidc.host}\ntoken = wrong\n[nohost]\ncluster_id = c\n[azure]\nhost = adb-1.2.azuredatabricks.net\n[__settings__]\ndefault_profile = dev\n`;

  test("tries each one", async () => {
    const made = world({ config: config() });
    await storeLogin(made, oidc.host);
    oidc.valid.add("access-secret-old");
    const { json, stdout } = await mortarAuth({ ...made.deps, fetch: onlyLocal }, ["profiles"]);
    const profiles = json.data["profiles"] as { name: string; valid: boolean; default?: boolean; auth_type: string }[];
    expect(profiles.map(({ name, valid }) => [name, valid])).toEqual([
      ["dev", true],
      ["bad", false],
      ["nohost", false],
      ["azure", false],
    ]);
    expect(profiles[0]).toMatchObject({ default: true, auth_type: "databricks-cli", host: oidc.host, cloud: "aws" });
    expect(profiles[1]).toMatchObject({ auth_type: "pat" });
    expect(stdout).toContain(`\n\nbad: ${oidc.host} does not take the sign-in: Invalid access token`);
    expect(stdout).toContain("\nnohost: ");
    expect(profiles[3]).toMatchObject({ host: "https://adb-1.2.azuredatabricks.net", cloud: "azure" });
  });

  test("that hold control characters draw nothing on the terminal", async () => {
    const made = world({ config: "[od\u001b[31md]\nhost = https://x.example.com\n" });
    const { stdout, json } = await mortarAuth(made.deps, ["profiles", "--skip-validate"]);
    expect(stdout).toContain("od [31md");
    expect(stdout).not.toContain("\u001b");
    expect(json.data).toMatchObject({ profiles: [{ name: "od\u001b[31md" }] });
  });

  test("asks nobody with --skip-validate", async () => {
    const made = world({ config: config() });
    const { stdout, json } = await mortarAuth(made.deps, ["profiles", "--skip-validate"]);
    expect(oidc.requests).toEqual([]);
    expect(JSON.stringify(json)).not.toContain('valid"');
    expect(stdout.split("\n")[1]).toMatch(/^dev \(default\) +http:\S+ +databricks-cli +not tried$/);
  });

  const onlyLocal: Deps["fetch"] = (input, init) =>
    String(input).startsWith("http://127.0.0.1") ? fetch(input, init) : Promise.reject(new Error("no network"));
});

describe("mortar auth env", () => {
  test.each([
    ["posix", "export DATABRICKS_TOKEN='access-secret-old'"],
    ["fish", "set -gx DATABRICKS_TOKEN 'access-secret-old'"],
    ["powershell", "$env:DATABRICKS_TOKEN = 'access-secret-old'"],
    ["dotenv", "DATABRICKS_TOKEN='access-secret-old'"],
  ])("for %s", async (shell, line) => {
    const { stdout } = await mortarAuth((await signedIn()).deps, ["env", "dev", "--shell", shell]);
    expect(stdout.split("\n")).toContain(line);
  });

  test("hides the token on a terminal", async () => {
    const { deps } = await signedIn();
    const { stdout } = await mortarAuth({ ...deps, stdout: { ...deps.stdout, isTTY: true } }, ["env", "dev"]);
    expect(stdout).toContain("DATABRICKS_TOKEN='***'");
  });

  test("names the profile in place of a token", async () => {
    const { json } = await mortarAuth((await signedIn()).deps, ["env", "dev", "--no-token"]);
    expect(json.data["env"]).toEqual({
      DATABRICKS_HOST: oidc.host,
      DATABRICKS_WORKSPACE_ID: "900800700600",
      DATABRICKS_CONFIG_PROFILE: "dev",
    });
  });
});

describe("mortar auth logout", () => {
  test("forgets the sign-in and keeps the profile", async () => {
    const made = await signedIn();
    const { stdout, json } = await mortarAuth(made.deps, ["logout", "dev"]);
    expect(stdout).toBe("Signed out of profile dev.\n");
    expect(json.data).toMatchObject({ signed_out: true, profile_deleted: false });
    expect(readFileSync(join(made.home, ".databrickscfg"), "utf8")).toBe(profile());
    expect((await failure(mortarAuth(made.deps, ["token", "dev"]))).code).toBe("not_signed_in");
  });

  test("does nothing in a dry run", async () => {
    const made = await signedIn();
    const { stdout } = await mortarAuth(made.deps, ["logout", "dev", "--delete", "--dry-run"]);
    expect(stdout).toStartWith("Would sign out of profile dev.\nWould remove profile dev from ");
    expect((await mortarAuth(made.deps, ["token", "dev", "-o", "text"])).stdout).toBe("access-secret-old\n");
  });

  test("removes the profile only with a yes", async () => {
    const made = await signedIn();
    const refused = await failure(mortarAuth(made.deps, ["logout", "dev", "--delete"]));
    expect(refused).toMatchObject({ code: "usage", hint: "Give --yes to do it without a question." });
    expect((await mortarAuth(made.deps, ["token", "dev", "-o", "text"])).stdout).toBe("access-secret-old\n");
    await mortarAuth(made.deps, ["logout", "dev", "--delete", "--yes"]);
    expect(readFileSync(join(made.home, ".databrickscfg"), "utf8")).toBe("");
  });

  test("names a token that it leaves in the file", async () => {
    const made = world({ config: `[dev]\nhost = ${oidc.host}\ntoken = personal\n` });
    const { stdout } = await mortarAuth(made.deps, ["logout", "dev"]);
    expect(stdout).toBe(
      `mortar keeps no sign-in for profile dev.\nStill there: token from ${made.home}/.databrickscfg.\n`,
    );
  });
});
