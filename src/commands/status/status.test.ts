// `mortar status` on machines of several kinds: at a glance, whole as JSON, and never longer than the terminal.
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { storeLogin, useWorlds, type TestWorld } from "../../auth/testing.ts";
import { noProgress } from "../../cli/progress.ts";
import type { CommandResult } from "../../cli/spec.ts";
import { updateSettings } from "../../platform/settings.ts";
import { localDay } from "../../proxy/usage/report.ts";
import { openUsageStore } from "../../proxy/usage/store.ts";
import { countWords } from "./lines.ts";
import { run } from "./status.ts";

const token = "dapi0123456789abcdef0123456789abcdef";
const config = `[DEFAULT]\nhost = https://one.cloud.databricks.com\ntoken = ${token}\n\n[dev]\nhost = https://two.cloud.databricks.com\nauth_type = databricks-cli\n`;
const world = useWorlds({ config });

interface Shown {
  readonly text: string;
  readonly exit: number | undefined;
  readonly data: Record<string, Record<string, unknown>>;
}

async function status({ deps }: TestWorld, options: { profile?: string; check?: boolean; width?: number } = {}) {
  const { profile, check = false, width } = options;
  const stdout = width === undefined ? deps.stdout : { ...deps.stdout, isTTY: true, width };
  const result = (await run({
    deps: { ...deps, stdout },
    profile,
    flags: { check },
    positionals: [],
    rest: [],
    json: false,
    progress: noProgress,
    signal: AbortSignal.timeout(20_000),
    build: { version: "1.2.3", commit: "abc" },
  })) as CommandResult;
  return { text: result.text, exit: result.exit, data: result.data } as Shown;
}

describe("status", () => {
  test("tells of the workspace without asking it", async () => {
    const { text, exit, data } = await status(world());
    expect(data["identity"]).toEqual({
      profile: "DEFAULT",
      host: "https://one.cloud.databricks.com",
      auth_type: "pat",
      user: null,
      signed_in: null,
      token_ends_at: null,
    });
    expect(text).toContain("signed in  by pat; not asked; --check asks");
    expect(text).not.toContain(token);
    expect(exit).toBeUndefined();
  });

  test("tells of another profile, and of the sign-in that is kept", async () => {
    const made = world();
    await storeLogin(made, "https://two.cloud.databricks.com");
    const { data } = await status(made, { profile: "dev" });
    expect(data["identity"]).toMatchObject({ profile: "dev", auth_type: "databricks-cli", signed_in: null });
    expect(data["identity"]?.["token_ends_at"]).toMatch(/^2026-01-01T01:00/);
  });

  test("of the remembered profile, where none is named", async () => {
    const made = world();
    await updateSettings(made.deps, "proxy", () => ({ profile: "dev" }));
    expect((await status(made)).data["identity"]).toMatchObject({ profile: "dev" });
  });

  test("of a profile that is not there is an error with its exit code, and the rest is told", async () => {
    const { text, exit, data } = await status(world(), { profile: "dve" });
    expect(exit).toBe(3);
    expect(data["identity"]).toEqual({ error: expect.objectContaining({ code: "config_missing" }) });
    expect(text).toContain("Did you mean dev?");
    expect(text).toContain("proxy ");
  });

  test("of a machine on which nothing is set up says what to do, and is no failure", async () => {
    const { text, exit } = await status(world({ config: "" }));
    expect(text).toContain("none; mortar auth login sets one");
    expect(text).not.toContain("signed in");
    expect(exit).toBeUndefined();
  });

  test("--check asks the workspace, and a refused sign-in is the exit code", async () => {
    const asked: string[] = [];
    const fetch = async (input: string | URL | Request) => {
      asked.push(String(input));
      return Response.json({ userName: "me@example.com" });
    };
    const good = await status(world({ fetch }), { check: true });
    expect(good.data["identity"]).toMatchObject({ signed_in: true, user: "me@example.com" });
    expect([good.exit, asked.length > 0]).toEqual([undefined, true]);
    const refusing = async () => Response.json({ message: "no" }, { status: 401 });
    const bad = await status(world({ fetch: refusing }), { check: true });
    expect([bad.exit, bad.data["identity"]?.["signed_in"]]).toEqual([3, false]);
  });

  test("counts today and the last seven days, with what they cost, beside the budget", async () => {
    const made = world();
    const counts = { input: 1_000_000, output: 1_000, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    const store = await openUsageStore(made.deps);
    const nowMs = made.deps.clock.now();
    const about = { profile: "DEFAULT", agent: "claude", session: "s" };
    store.add({ ...about, day: localDay(nowMs), model: "databricks-claude-opus-4-8" }, counts);
    store.add({ ...about, day: localDay(nowMs - 3 * 86_400_000), model: "databricks-claude-opus-4-8" }, counts);
    store.add({ ...about, day: localDay(nowMs - 9 * 86_400_000), model: "databricks-claude-opus-4-8" }, counts);
    store.add({ ...about, day: localDay(nowMs), model: "nobody-knows-1" }, { ...counts, input: 1 });
    store.flush();
    store.close();
    await updateSettings(made.deps, "usage", () => ({ dailyUsd: 20 }));
    const { text, data } = await status(made);
    const usage = data["usage"] as Record<string, { requests: number; cost_usd: number; unpriced: string[] }>;
    expect([usage["today"]?.requests, usage["last_7_days"]?.requests]).toEqual([2, 3]);
    expect(usage["last_7_days"]?.cost_usd).toBeCloseTo(2 * (usage["today"]?.cost_usd ?? 0), 6);
    expect(usage["today"]?.cost_usd).toBeGreaterThan(0);
    expect(usage["today"]?.unpriced).toEqual(["nobody-knows-1"]);
    expect(text).toContain("of $20.00 a day");
    expect(text).toContain("without a price: nobody-knows-1");
  });

  test("tells of each agent how it was set up, and by which name it has the tools", async () => {
    const made = world();
    for (const name of ["claude", "codex"]) made.write(`bin/${name}`, "#!/bin/sh\necho 2.1.3\n", 0o755);
    const value = { type: "stdio", command: "/usr/bin/mortar", args: ["mcp", "serve", "--profile", "DEFAULT"] };
    const { applyEdit } = await import("../../platform/edits/edits.ts");
    const file = join(made.home, ".claude.json");
    const changes = [{ kind: "set", path: ["mcpServers", "dbx"], value }] as const;
    await applyEdit(made.deps, { owner: "setup-claude", file, format: "json", changes });
    const hooks = [{ kind: "set", path: ["a"], value: 1 }] as const;
    const other = join(made.home, "codex.json");
    await applyEdit(made.deps, { owner: "setup-codex", file: other, format: "json", changes: hooks });
    const modes = { claude: "helper", codex: "proxy" };
    await updateSettings(made.deps, "setup", () => ({ agents: ["claude", "codex"], mode: "proxy", modes }));
    const env = { ...made.deps.env, PATH: `${join(made.home, "bin")}:/usr/bin:/bin` };
    const { text, data } = await status({ ...made, deps: { ...made.deps, env } });
    expect(text).toContain("set up, models by the credential helper, tools as dbx");
    expect(text).toContain("set up, models through the proxy)");
    expect(data["agents"]).toContainEqual(expect.objectContaining({ name: "claude", mode: "helper", server: "dbx" }));
  });

  test("names the agents that are there, and those with hooks", async () => {
    const made = world();
    made.write("bin/claude", "#!/bin/sh\necho x >> ~/asked\necho 2.1.3\n", 0o755);
    made.write("bin/codex", "#!/bin/sh\nexit 1\n", 0o755);
    const { applyEdit } = await import("../../platform/edits/edits.ts");
    const file = join(made.home, ".claude", "settings.json");
    const changes = [{ kind: "set", path: ["a"], value: 1 }] as const;
    await applyEdit(made.deps, { owner: "hooks-claude", file, format: "json", changes });
    const env = { ...made.deps.env, PATH: `${join(made.home, "bin")}:/usr/bin:/bin` };
    const { text, data } = await status({ ...made, deps: { ...made.deps, env } });
    expect(data["agents"]).toContainEqual({
      name: "claude",
      path: join(made.home, "bin", "claude"),
      installed: true,
      version: "2.1.3",
      hooks: true,
      set_up: false,
      mode: null,
      server: null,
    } as never);
    expect(text).toContain("Claude Code 2.1.3 (hooks)");
    // One that does not say its version is there all the same, and one that did is not asked again.
    expect(text).toContain("Codex (not set up: mortar setup)");
    await status({ ...made, deps: { ...made.deps, env } });
    expect(readFileSync(join(made.home, "asked"), "utf8")).toBe("x\n");
  });

  test("says which agents setup has made ready, and how they come to models", async () => {
    const made = world();
    made.write("bin/claude", "#!/bin/sh\necho 2.1.3\n", 0o755);
    const { applyEdit } = await import("../../platform/edits/edits.ts");
    const file = join(made.home, ".claude", "settings.json");
    const changes = [{ kind: "set", path: ["a"], value: 1 }] as const;
    for (const name of ["gemini", "cursor"]) made.write(`bin/${name}`, "#!/bin/sh\necho 1.0.0\n", 0o755);
    for (const name of ["claude", "gemini", "cursor"]) {
      await applyEdit(made.deps, { owner: `setup-${name}`, file: `${file}.${name}`, format: "json", changes });
    }
    await updateSettings(made.deps, "setup", () => ({ agents: ["claude", "gemini", "cursor"], mode: "helper" }));
    const env = { ...made.deps.env, PATH: `${join(made.home, "bin")}:/usr/bin:/bin` };
    const { text, data } = await status({ ...made, deps: { ...made.deps, env } });
    expect(text).toContain("agents     Claude Code 2.1.3 (set up, models by the credential helper)");
    // It calls nobody for a key, so that setup gave it the proxy; and Cursor's models are its own.
    expect(text).toContain("Gemini CLI 1.0.0 (set up, models through the proxy)");
    expect(text).toContain("Cursor 1.0.0 (set up, with tools; its models are its maker's)");
    expect(data["agents"]).toContainEqual(
      expect.objectContaining({ name: "claude", set_up: true, mode: "helper" }) as never,
    );
  });

  test("counts the skills that are there, and says in which folders", async () => {
    const made = world();
    const none = await status(made);
    expect(none.data["skills"]).toEqual({ count: 0, folders: [] });
    const { installSkills } = await import("../../skills/manage.ts");
    const { builtInPackage } = await import("../../skills/package.ts");
    const { skillCatalog } = await import("../../skills/catalog.ts");
    const folder = join(made.home, ".claude", "skills");
    const signal = AbortSignal.timeout(20_000);
    const skill = await builtInPackage(skillCatalog[0]?.name ?? "");
    await installSkills([skill], [{ folder }], { deps: made.deps, signal, dryRun: false, version: "1.2.3" });
    const { text, data } = await status(made);
    expect(data["skills"]).toEqual({ count: 1, folders: [{ folder, count: 1 }] });
    expect(text).toContain(`1 in ${folder}`);
  });

  test.each([40, 80, 200])("fits a terminal of %i columns", async (width) => {
    const { text } = await status(world({ config: config.replace("one", "o".repeat(120)) }), { width });
    for (const line of text.trimEnd().split("\n")) expect(line.length).toBeLessThanOrEqual(width);
  });

  test("writes nothing", async () => {
    const made = world();
    await status(made);
    expect(existsSync(join(made.home, "mortar"))).toBe(false);
  });
});

test.each([
  [0, "0"],
  [999, "999"],
  [12_345, "12.3k"],
  [4_500_000, "4.5M"],
])("%i tokens are %s", (count, words) => {
  expect(countWords(count)).toBe(words);
});
