// The server that the agent's own command has added.
import { afterEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { applyReady, takeBackReady } from "../agents/ready/apply.ts";
import { managedAgents } from "../agents/ready/catalog.ts";
import { proxyKey, readyMachine, wish, type ReadyMachine } from "../agents/ready/testing.ts";
import { takeOrphans, takeStrayServers } from "./servers.ts";

let made: ReadyMachine;
afterEach(() => made.dispose());

const ours = { type: "stdio", command: "/usr/local/bin/mortar", args: ["mcp", "serve", "--profile", "DEFAULT"] };

test("ours goes by whatever name, all else stays as it is", async () => {
  made = readyMachine();
  const theirs = { databricks: { command: "npx", args: ["other"] }, mine: { ...ours, env: { X: "1" } } };
  made.write(".claude.json", JSON.stringify({ projects: {}, mcpServers: { ...theirs, work: ours } }));
  made.write(
    ".codex/config.toml",
    `model = "x" # mine\n\n[mcp_servers.databricks]\ncommand = "mortar"\nargs = ["mcp", "serve"]\n`,
  );
  const planned = await takeStrayServers(made.deps, undefined, { dryRun: true });
  expect(planned).toHaveLength(2);
  expect(made.read(".claude.json")).toContain('"work"');
  expect(await takeStrayServers(made.deps, undefined, { dryRun: false })).toEqual(planned);
  expect(JSON.parse(made.read(".claude.json"))).toEqual({ projects: {}, mcpServers: theirs });
  expect(made.read(".codex/config.toml")).toContain('model = "x" # mine');
  expect(made.read(".codex/config.toml")).not.toContain("mortar");
  expect(await takeStrayServers(made.deps, undefined, { dryRun: false })).toEqual([]);
});

test("only the named agent's, and a broken file is left", async () => {
  made = readyMachine();
  made.write(".gemini/settings.json", JSON.stringify({ mcpServers: { databricks: ours } }));
  made.write(".claude.json", "{ broken");
  expect(await takeStrayServers(made.deps, ["claude"], { dryRun: false })).toEqual([]);
  expect(made.read(".claude.json")).toBe("{ broken");
  expect(made.read(".gemini/settings.json")).toContain("databricks");
});

test("a file that is there for our server alone goes with it, and one that says anything else stays", async () => {
  made = readyMachine();
  made.write(".codex/config.toml", '[mcp_servers.databricks]\ncommand = "mortar"\nargs = ["mcp", "serve"]\n');
  made.write(".gemini/settings.json", JSON.stringify({ mcpServers: { databricks: ours } }));
  made.write(".claude.json", `{ // mine\n "mcpServers": { "databricks": ${JSON.stringify(ours)} } }`);
  const taken = await takeStrayServers(made.deps, undefined, { dryRun: false });
  expect(taken.map(({ status }) => status)).toEqual(["restored", "removed", "removed"]);
  expect([made.has(".codex/config.toml"), made.has(".gemini/settings.json")]).toEqual([false, false]);
  expect(made.read(".claude.json")).toContain("// mine");
  expect(made.read(".claude.json")).not.toContain("mcpServers");
});

test("settings of ours whose record is lost are taken out, and only those", async () => {
  made = readyMachine({ MORTAR_HOME: "" });
  made.write(".claude/settings.json", '{\n  "theme": "dark"\n}\n');
  for (const id of ["claude", "codex"]) {
    const agent = managedAgents.find((one) => one.id === id);
    if (agent !== undefined) await applyReady(made.deps, agent, wish, { dryRun: false });
  }
  expect(await takeOrphans(made.deps, undefined, { dryRun: false })).toEqual([]);
  rmSync(made.deps.paths.data, { recursive: true });
  const apart = { ...made.deps, env: { ...made.deps.env, MORTAR_HOME: join(made.home, "apart") } };
  expect(await takeOrphans(apart, undefined, { dryRun: true })).toEqual([]);
  const planned = await takeOrphans(made.deps, undefined, { dryRun: true });
  expect(planned.map(({ file }) => file.slice(made.home.length + 1))).toEqual([
    ".claude/settings.json",
    ".codex/hooks.json",
    ".codex/config.toml",
  ]);
  expect(await takeOrphans(made.deps, ["codex"], { dryRun: false })).toHaveLength(2);
  expect(made.read(".claude/settings.json")).toContain("127.0.0.1");
  await takeOrphans(made.deps, undefined, { dryRun: false });
  expect(made.read(".claude/settings.json")).toBe('{\n  "theme": "dark"\n}\n');
  expect(made.has(".codex/hooks.json")).toBe(false);
  expect(made.read(".codex/config.toml")).not.toContain("mortar-");
});

const idsOf = (files: readonly { readonly file: string }[]) =>
  files.map(({ file }) => file.slice(made.home.length + 1));

async function setUp(id: string): Promise<void> {
  const agent = managedAgents.find((one) => one.id === id);
  if (agent !== undefined) await applyReady(made.deps, agent, wish, { dryRun: false });
}

test("with a home of its own, settings whose record is lost go where they hold the key of that home", async () => {
  made = readyMachine();
  await setUp("codex");
  await setUp("claude");
  rmSync(made.deps.paths.data, { recursive: true });
  expect(await takeOrphans(made.deps, undefined, { dryRun: false })).toEqual([]);
  made.write("mortar/proxy-key", `mortar-${"x".repeat(43)}`);
  expect(await takeOrphans(made.deps, undefined, { dryRun: false })).toEqual([]);
  made.write("mortar/proxy-key", proxyKey);
  // Hooks hold no key: they go with the file beside them that does.
  const codex = await takeOrphans(made.deps, ["codex"], { dryRun: false });
  expect(idsOf(codex)).toEqual([".codex/hooks.json", ".codex/config.toml"]);
  expect(made.has(".codex/hooks.json")).toBe(false);
  expect(idsOf(await takeOrphans(made.deps, undefined, { dryRun: false }))).toEqual([".claude/settings.json"]);
});

describe("Gemini CLI's settings whose record is lost", () => {
  const variables = "# mine\nOTHER=1\n";
  const settings = '{\n  "ui": { "theme": "Dracula" }\n}\n';
  const lose = async (): Promise<void> => {
    made = readyMachine({ MORTAR_HOME: "", NO_PROXY: "" });
    made.write(".gemini/.env", variables);
    made.write(".gemini/settings.json", settings);
    await setUp("gemini");
    expect(made.read(".gemini/.env")).toContain(proxyKey);
    rmSync(made.deps.paths.data, { recursive: true });
  };
  const isAsBefore = (): void => {
    expect(made.read(".gemini/.env")).toBe(variables);
    const { mcpServers: _servers, ...left } = JSON.parse(made.read(".gemini/settings.json")) as Record<string, unknown>;
    expect(left).toEqual({ ui: { theme: "Dracula" } });
  };

  test("go by uninstall", async () => {
    await lose();
    const taken = await takeOrphans(made.deps, undefined, { dryRun: false });
    expect(idsOf(taken)).toEqual([".gemini/settings.json", ".gemini/.env"]);
    isAsBefore();
  });

  test("are taken over by a new setup, and do not come back when that is taken back", async () => {
    await lose();
    await setUp("gemini");
    await takeBackReady(made.deps, "gemini", { dryRun: false });
    isAsBefore();
  });

  test("stay where the key is another's", async () => {
    made = readyMachine({ MORTAR_HOME: "" });
    made.write(".gemini/.env", "GEMINI_API_KEY=AIza\nGEMINI_MODEL=mine\n");
    made.write(
      ".gemini/settings.json",
      JSON.stringify({ security: { auth: { selectedType: "gemini-api-key" } }, modelConfigs: { customOverrides: [] } }),
    );
    expect(await takeOrphans(made.deps, undefined, { dryRun: false })).toEqual([]);
  });
});
