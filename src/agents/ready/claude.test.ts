// Claude Code made ready: what is written in each mode and scope, and what stands in its way.
import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { applyReady, ownerOf, previewReady, takeBackReady } from "./apply.ts";
import { claude } from "./claude.ts";
import { managedAgents } from "./catalog.ts";
import { proxyKey, readyMachine, wish, type ReadyMachine } from "./testing.ts";
import type { Wish } from "./types.ts";

const machines: ReadyMachine[] = [];
afterEach(() => {
  for (const made of machines.splice(0)) made.dispose();
});

function machine(...given: Parameters<typeof readyMachine>): ReadyMachine {
  const made = readyMachine(...given);
  machines.push(made);
  return made;
}

const json = (made: ReadyMachine, path: string) => JSON.parse(made.read(path)) as Record<string, unknown>;
const environment = (made: ReadyMachine, path = ".claude/settings.json") =>
  json(made, path)["env"] as Record<string, string>;
const apply = (made: ReadyMachine, changes: Partial<Wish> = {}) =>
  applyReady(made.deps, claude, { ...wish, ...changes }, { dryRun: false });

test("is in the catalogue", () => {
  expect(managedAgents.map(({ id }) => id)).toContain("claude");
});

describe("behind the proxy", () => {
  test("it has address, key, models, hooks, the server, and a first start without questions", async () => {
    const made = machine();
    await apply(made, { models: { ...wish.models, main: "databricks-claude-sonnet-4-6" } });
    expect(environment(made)).toMatchObject({
      ANTHROPIC_BASE_URL: wish.target.anthropic,
      ANTHROPIC_AUTH_TOKEN: proxyKey,
      ANTHROPIC_MODEL: "databricks-claude-sonnet-4-6[1m]",
      ANTHROPIC_DEFAULT_OPUS_MODEL: "databricks-claude-opus-5-5",
      ANTHROPIC_DEFAULT_SONNET_MODEL: "databricks-claude-sonnet-4-6[1m]",
      ANTHROPIC_DEFAULT_HAIKU_MODEL: "databricks-claude-haiku-5-5",
      NO_PROXY: "127.0.0.1,localhost,::1",
    });
    expect(json(made, ".claude/settings.json")["hooks"]).toMatchObject({ SessionStart: [{}], SessionEnd: [{}] });
    expect(json(made, ".claude.json")).toEqual({
      hasCompletedOnboarding: true,
      mcpServers: {
        databricks: {
          type: "stdio",
          command: "/usr/local/bin/mortar",
          args: ["mcp", "serve", "--profile", "DEFAULT"],
        },
      },
    });
    expect(statSync(join(made.home, ".claude/settings.json")).mode & 0o077).toBe(0);
  });

  test("the key is not left readable in silence", async () => {
    const made = machine();
    made.write(".claude/settings.json", "{}\n");
    const { notes } = await apply(made);
    expect(notes.join()).toContain("chmod 600");
    expect(statSync(join(made.home, ".claude/settings.json")).mode & 0o044).not.toBe(0);
  });

  test("a second time it changes nothing, and another time in another mode it leaves nothing of the first", async () => {
    const made = machine();
    await apply(made);
    const again = await apply(made);
    expect(again.files.map(({ status }) => status)).toEqual(["unchanged", "unchanged"]);
    await apply(made, { mode: "wrapper" });
    expect(made.has(".claude/settings.json")).toBe(false);
    expect(json(made, ".claude.json")["hasCompletedOnboarding"]).toBeUndefined();
    await apply(made, { mode: "wrapper", server: undefined });
    expect(made.has(".claude.json")).toBe(false);
  });
});

describe("with the helper", () => {
  test("it asks this program for tokens, and nothing in the environment wins over that", async () => {
    const made = machine();
    const own = {
      apiKeyHelper: "/bin/theirs",
      env: { ANTHROPIC_AUTH_TOKEN: "old", ANTHROPIC_CUSTOM_HEADERS: "x-own: 1\nAuthorization: Bearer old" },
    };
    made.write(".claude/settings.json", own);
    await apply(made, { mode: "helper" });
    expect(json(made, ".claude/settings.json")["apiKeyHelper"]).toBe(
      "/usr/local/bin/mortar auth token --output=text --profile=DEFAULT",
    );
    expect(environment(made)).toMatchObject({
      ANTHROPIC_BASE_URL: wish.gateway.anthropic,
      CLAUDE_CODE_API_KEY_HELPER_TTL_MS: "900000",
      ANTHROPIC_CUSTOM_HEADERS: "x-own: 1\nx-databricks-use-coding-agent-mode: true",
    });
    expect(environment(made)["ANTHROPIC_AUTH_TOKEN"]).toBeUndefined();
    expect(json(made, ".claude/settings.json")["permissions"]).toEqual({ deny: ["WebSearch"] });
    await takeBackReady(made.deps, "claude", { dryRun: false });
    expect(made.read(".claude/settings.json")).toBe(JSON.stringify(own));
    expect(made.has(".claude.json")).toBe(false);
  });
});

test.each(["proxy", "helper"] as const)(
  "a model and credentials of another place give way to the mode %s, and come back",
  async (mode) => {
    const made = machine();
    const headers = "x-own: 1\nAuthorization: Bearer theirs";
    const own = { env: { ANTHROPIC_MODEL: "claude-opus-4-6", ANTHROPIC_CUSTOM_HEADERS: headers } };
    made.write(".claude/settings.json", own);
    await apply(made, { mode });
    expect(environment(made)["ANTHROPIC_MODEL"]).toBeUndefined();
    expect(environment(made)["ANTHROPIC_CUSTOM_HEADERS"]).toStartWith("x-own: 1");
    expect(environment(made)["ANTHROPIC_CUSTOM_HEADERS"]).not.toContain("theirs");
    const first = made.read(".claude/settings.json");
    await apply(made, { mode });
    expect(made.read(".claude/settings.json")).toBe(first);
    await apply(made, { mode, models: { ...wish.models, main: "databricks-claude-sonnet-5" } });
    expect(environment(made)["ANTHROPIC_MODEL"]).toBe("databricks-claude-sonnet-5");
    await takeBackReady(made.deps, "claude", { dryRun: false });
    expect(made.read(".claude/settings.json")).toBe(JSON.stringify(own));
  },
);

test("a model named for everything is Claude Code's only where it can talk to it", async () => {
  const made = machine();
  await apply(made, { models: { ...wish.models, main: "databricks-gpt-5-6" } });
  expect(environment(made)["ANTHROPIC_MODEL"]).toBeUndefined();
  await apply(made, { models: { ...wish.models, main: "databricks-claude-sonnet-4-6" } });
  expect(environment(made)["ANTHROPIC_MODEL"]).toBe("databricks-claude-sonnet-4-6[1m]");
});

describe("in a project", () => {
  const inProject = (made: ReadyMachine): Wish => ({ ...wish, scope: { kind: "project", folder: made.project } });
  const git = (tracked: number, ignored: number) => (words: readonly string[]) =>
    Promise.resolve({ exitCode: words.includes("ls-files") ? tracked : ignored, stdout: "", stderr: "" });

  test("the key goes into the file that is this person's alone", async () => {
    const made = machine({}, git(1, 0));
    const { notes } = await applyReady(made.deps, claude, inProject(made), { dryRun: false });
    expect(environment(made, "project/.claude/settings.local.json")["ANTHROPIC_AUTH_TOKEN"]).toBe(proxyKey);
    expect(json(made, "project/.claude/settings.local.json")["enabledMcpjsonServers"]).toEqual(["databricks"]);
    expect(json(made, "project/.mcp.json")["mcpServers"]).toHaveProperty("databricks");
    expect(made.has(".claude/settings.json")).toBe(false);
    expect(notes.join()).not.toContain(".gitignore");
    await takeBackReady(made.deps, undefined, { dryRun: false });
    expect(made.has("project/.claude")).toBe(false);
    expect(made.has("project/.mcp.json")).toBe(false);
  });

  test("and not into one that git tracks, whose place is said where it would soon be", async () => {
    const made = machine({}, git(0, 1));
    await expect(applyReady(made.deps, claude, inProject(made), { dryRun: false })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(made.has("project/.claude")).toBe(false);
    const other = machine({}, git(1, 1));
    const { notes } = await applyReady(other.deps, claude, inProject(other), { dryRun: false });
    expect(notes.join()).toContain(".gitignore");
  });

  test("and not to where a link of the repository leads", async () => {
    const made = machine({}, git(1, 0));
    mkdirSync(join(made.home, "elsewhere"));
    symlinkSync(join(made.home, "elsewhere"), join(made.project, ".claude"));
    const outcome = applyReady(made.deps, claude, inProject(made), { dryRun: false });
    await expect(outcome).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("elsewhere") });
    rmSync(join(made.project, ".claude"));
    mkdirSync(join(made.project, ".claude"));
    symlinkSync("../../elsewhere/new.json", join(made.project, ".claude", "settings.local.json"));
    await expect(applyReady(made.deps, claude, inProject(made), { dryRun: true })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(readdirSync(join(made.home, "elsewhere"))).toEqual([]);
  });

  test("is on record by its folder", () => {
    expect(ownerOf("claude", { kind: "project", folder: "/x" })).toBe("setup-claude:/x");
    expect(ownerOf("claude", { kind: "home" })).toBe("setup-claude");
  });
});

test("what somebody else has set is named without its secrets; what we set is not", async () => {
  const made = machine();
  made.write(".claude/settings.json", {
    apiKeyHelper: "/bin/theirs",
    env: { ANTHROPIC_BASE_URL: "https://me:pw@gw.example/x?key=1", ANTHROPIC_AUTH_TOKEN: "sk-secret" },
  });
  made.write(".claude.json", { mcpServers: { databricks: { command: "npx", args: ["--token", "t0p"] } } });
  const found = await claude.foreign(made.deps, { scope: { kind: "home" }, serverName: "databricks" });
  expect(found.map(({ what, value }) => `${what}: ${value}`)).toEqual([
    "helper: /bin/theirs",
    "base URL: https://***@gw.example/x?***",
    "key: ***",
    "server: npx",
  ]);
  await apply(made);
  expect(await claude.foreign(made.deps, { scope: { kind: "home" }, serverName: "databricks" })).toEqual([]);
});

test("a preview shows both sides and writes nothing", async () => {
  const made = machine();
  made.write(".claude/settings.json", '{ "model": "opus" }\n');
  const shown = await previewReady(made.deps, claude, wish);
  expect(shown.map(({ before }) => before)).toEqual(['{ "model": "opus" }\n', undefined]);
  expect(shown[0]?.after).toContain(wish.target.anthropic);
  expect(made.read(".claude/settings.json")).toBe('{ "model": "opus" }\n');
  expect(made.has(".claude.json")).toBe(false);
});

test("is found by its program, whose version is asked", async () => {
  const made = machine({}, () => Promise.resolve({ exitCode: 0, stdout: "2.1.329 (Claude Code)\n", stderr: "" }));
  const nothing = await claude.detect({ ...made.deps, env: { ...made.deps.env, PATH: "" } });
  expect(nothing).toMatchObject({ installed: false, version: undefined, isConfigured: false });
  made.write(".claude/local/claude", "#!/bin/sh\n");
  expect(await claude.detect({ ...made.deps, env: { ...made.deps.env, PATH: "" } })).toMatchObject({
    installed: true,
    program: join(made.home, ".claude/local/claude"),
    version: "2.1.329",
    isConfigured: true,
    isOnWindows: false,
  });
});

test.each(["claude", "codex"] as const)("what %s holds of ours is known where the record is lost", async (id) => {
  const made = machine();
  const agent = managedAgents.find((one) => one.id === id) ?? claude;
  const path = id === "claude" ? ".claude/settings.json" : ".codex/config.toml";
  const own = id === "claude" ? '{\n  "theme": "dark"\n}\n' : 'notify = ["mine"]\n';
  made.write(path, own);
  await applyReady(made.deps, agent, wish, { dryRun: false });
  rmSync(join(made.home, "mortar"), { recursive: true });
  expect(await agent.foreign(made.deps, wish)).toEqual([]);
  await applyReady(made.deps, agent, wish, { dryRun: false });
  await takeBackReady(made.deps, id, { dryRun: false });
  const text = made.read(path);
  expect(text).toContain(id === "claude" ? '"theme": "dark"' : 'notify = ["mine"]');
  expect(text).not.toContain("mortar-");
  expect(text).not.toContain("127.0.0.1");
});
