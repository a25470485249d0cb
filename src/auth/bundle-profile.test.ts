// The profile of a repository: chosen by its bundle's host among those that are there, and by nothing else in it.
import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadConfig } from "./load.ts";
import { loginTarget } from "./login-target.ts";
import { useWorlds, type TestWorld, type WorldOptions } from "./testing.ts";

const dev = "https://dev.cloud.databricks.com";
const config = `[DEFAULT]\nhost = https://default.example.com\ntoken = of-default\n[dev]\nhost = ${dev}/\ntoken = of-dev\n`;
const world = useWorlds({ config });

interface Repository extends WorldOptions {
  readonly bundle?: string | undefined;
  readonly file?: string;
  /** Where the command is run, below the repository. */
  readonly cwd?: string;
  readonly root?: string;
}

/** A world in which one works in a repository `repo` of the home. */
function repository(bundle: string, options: Repository = {}): TestWorld {
  const made = world(options);
  const root = join(made.home, options.root ?? "repo");
  mkdirSync(join(root, ".git"), { recursive: true });
  if (bundle !== "") made.write(join(options.root ?? "repo", options.file ?? "databricks.yml"), bundle);
  const cwd = join(root, options.cwd ?? ".");
  mkdirSync(cwd, { recursive: true });
  return { ...made, deps: { ...made.deps, cwd } };
}

const profileOf = async (made: TestWorld): Promise<string | undefined> => (await loadConfig(made.deps)).profile;
const top = `bundle:\n  name: x\nworkspace:\n  host: ${dev}\n`;

describe("the repository's profile", () => {
  test.each([
    ["the whole bundle's host", top],
    [
      "the default target's host",
      `workspace: {host: https://no}\ntargets: {a: {}, b: {default: true, workspace: {host: ${dev}}}}`,
    ],
    ["the only target's host", `targets:\n  dev:\n    workspace:\n      host: ${dev}\n`],
    ["the whole bundle's host where the default target has none", `${top}targets: {a: {default: true}}`],
    ["a host as copied from the browser", `workspace:\n  host: "${dev}/?o=123#notebook"\n`],
    ["a host behind an anchor", `h: &h ${dev}\nworkspace: {host: *h}`],
    ["a bundle with tags that nobody knows", `x: !secret y\n${top}`],
    ["a bundle that says a key twice", `a: 1\na: 2\n${top}`],
  ])("by %s", async (_name, bundle) => {
    const made = repository(bundle);
    const loaded = await loadConfig(made.deps);
    expect(loaded.profile).toBe("dev");
    expect(loaded.secret("token")?.reveal()).toBe("of-dev");
    const path = join(made.home, "repo", "databricks.yml");
    expect(loaded.source("profile")).toEqual({ kind: "bundle", name: path });
    expect(made.said).toEqual([`Using profile dev: ${path} is for its host, ${dev}`]);
  });

  test("is told once", async () => {
    const made = repository(top);
    await loadConfig(made.deps);
    await loadConfig(made.deps);
    expect(made.said).toHaveLength(1);
  });

  test.each(["databricks.yaml", "bundle.yml", "bundle.yaml"])("by %s", async (file) => {
    expect(await profileOf(repository(top, { file }))).toBe("dev");
  });

  test("from a folder below", async () => {
    expect(await profileOf(repository(top, { cwd: "src/deep/down" }))).toBe("dev");
  });

  test("by the nearest bundle alone", async () => {
    const made = repository(top, { cwd: "sub/x" });
    made.write("repo/sub/databricks.yml", "workspace: {host: https://unknown.example.com}");
    expect(await profileOf(made)).toBe("DEFAULT");
  });

  test("is where a sign-in without a word goes", async () => {
    const made = repository(top);
    const target = await loginTarget(made.deps, { signal: AbortSignal.timeout(5_000) });
    expect([target.profile, target.host]).toEqual(["dev", dev]);
  });

  test("of several is the one that a person signed in to", async () => {
    const more = `${config}[other]\nhost = ${dev}\nauth_type = databricks-cli\n`;
    expect(await profileOf(repository(top, { config: more }))).toBe("other");
  });

  test("of several without a sign-in is none, and that is told", async () => {
    const made = repository(top, { config: `${config}[other]\nhost = ${dev}\n` });
    expect(await profileOf(made)).toBe("DEFAULT");
    expect(made.said.join("")).toContain("dev, other. None is chosen; --profile does");
  });

  test("that is the default one anyway is not worth a word", async () => {
    const settings = `[__settings__]\ndefault_profile = dev\n${config}[other]\nhost = ${dev}\nauth_type = databricks-cli\n`;
    const made = repository(top, { config: settings });
    expect(await profileOf(made)).toBe("dev");
    expect(made.said).toEqual([]);
  });
});

describe("the repository is not asked", () => {
  test.each([
    ["DATABRICKS_CONFIG_PROFILE", "DEFAULT", "DEFAULT"],
    ["DATABRICKS_HOST", "https://env.example.com", undefined],
    ["DATABRICKS_TOKEN", "t", undefined],
    ["DATABRICKS_CLIENT_ID", "t", undefined],
  ])("when %s is set", async (name, value, profile) => {
    const made = repository(top, { env: { [name]: value } });
    expect(await profileOf(made)).toBe(profile);
    expect(made.said).toEqual([]);
  });

  test("when a profile or a host is given", async () => {
    const made = repository(top);
    expect((await loadConfig(made.deps, { profile: "DEFAULT" })).profile).toBe("DEFAULT");
    expect((await loadConfig(made.deps, { host: "https://default.example.com" })).profile).toBe("DEFAULT");
    expect(made.said).toEqual([]);
  });

  test("when the caller does not want it", async () => {
    const made = repository(top);
    expect((await loadConfig(made.deps, { environment: "ignore", bundle: "ignore" })).profile).toBe("DEFAULT");
    expect((await loadConfig(made.deps, { environment: "ignore" })).profile).toBe("dev");
  });
});

describe("a repository that means harm", () => {
  const deep = "[".repeat(130_000);
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh"
    .split("")
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(",")}]\n`)
    .join("")}${top}`;
  test.each([
    ["a host that no profile has", "workspace: {host: https://evil.example.com}"],
    ["a look-alike", `workspace: {host: ${dev}.evil.example.com}`],
    ["another port", `workspace: {host: "${dev}:444"}`],
    ["plain http", `workspace: {host: ${dev.replace("https", "http")}}`],
    ["another host before an @", `workspace: {host: "https://dev.cloud.databricks.com@evil.example.com"}`],
    ["a profile's name", "workspace: {profile: dev}"],
    ["a token and a host", `workspace: {host: https://evil.example.com, token: x, profile: dev}`],
    ["a variable", `workspace: {host: "\${var.host}"}`],
    ["a host that is a list", `workspace: {host: [${dev}]}`],
    ["a host that is no address", `workspace: {host: ":::"}`],
    ["garbage", "{host: [}"],
    ["two documents", `${top}---\n${top}`],
    ["binary", "host\u0000\u0001\u0002"],
    ["depth", `host: ${deep}`],
    ["more errors than one can count", `host: [${",".repeat(100_000)}`],
    ["aliases that multiply", bomb],
    ["a list", `- host: ${dev}`],
    ["nothing", "# host"],
    ["size", `${top}# ${"x".repeat(300_000)}`],
    ["prototype keys", `__proto__: {workspace: {host: ${dev}}}\nconstructor: {host: ${dev}}`],
  ])("%s changes nothing", async (_name, bundle) => {
    const made = repository(bundle);
    const loaded = await loadConfig(made.deps);
    expect([loaded.profile, loaded.get("host")]).toEqual(["DEFAULT", "https://default.example.com"]);
    expect(made.said.filter((line) => !line.includes("is passed over"))).toEqual([]);
  });

  test("garbage is told with --verbose, and none of it is repeated", async () => {
    const made = repository("host: {token: dapi-secret-of-file, [}");
    await loadConfig(made.deps);
    expect(made.said.join("")).toContain(`${join(made.home, "repo", "databricks.yml")} is passed over`);
    expect(made.said.join("")).not.toContain("dapi-secret-of-file");
  });

  test("a folder, a pipe, and a link to a device are no bundles", async () => {
    const made = repository("");
    mkdirSync(join(made.deps.cwd, "databricks.yml"));
    symlinkSync("/dev/zero", join(made.deps.cwd, "databricks.yaml"));
    Bun.spawnSync(["mkfifo", join(made.deps.cwd, "bundle.yml")]);
    expect(await profileOf(made)).toBe("DEFAULT");
  });

  test("a bundle above the repository, and above the home, counts for nothing", async () => {
    const made = repository("");
    made.write("databricks.yml", top);
    expect(await profileOf(made)).toBe("DEFAULT");
    const inHome = { ...made, deps: { ...made.deps, cwd: join(made.home, "x") } };
    mkdirSync(inHome.deps.cwd);
    expect(await profileOf(inHome)).toBe("dev");
    const below = { ...inHome.deps, paths: { ...made.deps.paths, home: inHome.deps.cwd } };
    expect(
      (await loadConfig({ ...below, env: { ...below.env, DATABRICKS_CONFIG_FILE: join(made.home, ".databrickscfg") } }))
        .profile,
    ).toBe("DEFAULT");
  });

  test("outside of a repository and of the home only the working folder counts: /tmp is everybody's", async () => {
    const made = world();
    made.write("shared/databricks.yml", top);
    const elsewhere = (cwd: string): TestWorld => {
      const paths = { ...made.deps.paths, home: "/nonexistent" };
      const env = { ...made.deps.env, DATABRICKS_CONFIG_FILE: join(made.home, ".databrickscfg") };
      return { ...made, deps: { ...made.deps, paths, env, cwd } };
    };
    const below = join(made.home, "shared", "mine");
    mkdirSync(below);
    expect(await profileOf(elsewhere(below))).toBe("DEFAULT");
    expect(await profileOf(elsewhere(dirname(below)))).toBe("dev");
  });
});
