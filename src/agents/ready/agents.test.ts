// What each agent but Claude Code gets, and where: as its own documentation has it.
import { codexServerVariables } from "../codex-variables.ts";
import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, lstatSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "jsonc-parser";
import type { OperatingSystem } from "../../platform/deps.ts";
import { valueAt } from "../../platform/edits/changes.ts";
import { listEdits } from "../../platform/edits/edits.ts";
import type { RunProcess } from "../../platform/process.ts";
import { applyReady, previewReady, takeBackReady } from "./apply.ts";
import { managedAgents } from "./catalog.ts";
import { readServers } from "../servers.ts";
import { recordedServerName } from "./server.ts";
import { proxyKey, readyMachine, wish, type ReadyMachine } from "./testing.ts";
import type { ManagedAgent, ManagedAgentId, Wish } from "./types.ts";

const machines: ReadyMachine[] = [];
afterEach(() => {
  for (const made of machines.splice(0)) made.dispose();
});

function machine(env: Record<string, string> = {}, run?: RunProcess): ReadyMachine {
  const made = readyMachine(env, run);
  machines.push(made);
  return made;
}

function named(id: ManagedAgentId): ManagedAgent {
  const found = managedAgents.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no agent ${id}`);
  return found;
}

type Parsed = Record<string, unknown>;

const apply = (made: ReadyMachine, id: ManagedAgentId, changes: Partial<Wish> = {}) =>
  applyReady(made.deps, named(id), { ...wish, ...changes }, { dryRun: false });
const toml = (made: ReadyMachine, path: string) => Bun.TOML.parse(made.read(path)) as Parsed;
const json = (made: ReadyMachine, path: string) => parse(made.read(path)) as Parsed;
const shared = (made: ReadyMachine) => valueAt(json(made, "project/.mcp.json"), ["mcpServers", "databricks"]);
const server = { command: "/usr/local/bin/mortar", args: ["mcp", "serve", "--profile", "DEFAULT"] };
const inProject = (made: ReadyMachine) => ({ scope: { kind: "project", folder: made.project } }) as const;

test.each(managedAgents.map((agent) => [agent.id, agent] as const))(
  "%s has the server by the name that it is given, and none of another name is touched",
  async (id, agent) => {
    const made = machine();
    const called = { ...wish, mode: agent.modes[0] ?? "wrapper", serverName: "dbx" } as const;
    const [plain, other] = await Promise.all(
      [wish.serverName, "dbx"].map((serverName) => agent.plan(made.deps, { ...called, serverName })),
    );
    const names = (plan: typeof plain): string[] =>
      (plan?.edits ?? []).flatMap(({ changes }) =>
        changes.flatMap(({ path }) => (path.length === 2 && /^(?:mcp|servers)/.test(String(path[0])) ? [path[1]] : [])),
      ) as string[];
    expect([names(plain), names(other)]).toEqual([["databricks"], ["dbx"]]);
    await applyReady(made.deps, agent, called, { dryRun: false });
    expect(recordedServerName(await listEdits(made.deps), id)).toBe("dbx");
    // What was called otherwise before is taken back.
    await applyReady(made.deps, agent, { ...called, serverName: "again" }, { dryRun: false });
    expect(recordedServerName(await listEdits(made.deps), id)).toBe("again");
    const file = (await listEdits(made.deps)).find(({ done }) => done.some(({ change }) => change.path[1] === "again"));
    expect(readFileSync(file?.file ?? "", "utf8")).not.toContain("dbx");
  },
);

describe("Codex", () => {
  test("behind the proxy has provider, model, hooks and server, and the way past a company proxy", async () => {
    const made = machine({ NO_PROXY: "corp.example" });
    await apply(made, "codex");
    expect(toml(made, ".codex/config.toml")).toMatchObject({
      model_provider: "mortar",
      model: "databricks-gpt-5-6",
      model_providers: { mortar: { base_url: wish.target.responses, experimental_bearer_token: proxyKey } },
      mcp_servers: { databricks: { ...server, env_vars: [...codexServerVariables] } },
      features: { hooks: true },
    });
    expect(json(made, ".codex/hooks.json")["hooks"]).toHaveProperty("SessionStart");
    expect(made.read(".codex/.env")).toBe(
      "NO_PROXY=corp.example,127.0.0.1,localhost,::1\nno_proxy=corp.example,127.0.0.1,localhost,::1\n",
    );
  });

  test("with the helper asks this program, and holds no key", async () => {
    const made = machine();
    await apply(made, "codex", { mode: "helper" });
    expect(toml(made, ".codex/config.toml")["model_providers"]).toEqual({
      mortar: {
        name: "Databricks",
        base_url: wish.gateway.responses,
        wire_api: "responses",
        http_headers: { "x-databricks-use-coding-agent-mode": "true" },
        auth: {
          command: "/usr/local/bin/mortar",
          args: ["auth", "token", "--output=text", "--profile=DEFAULT"],
          timeout_ms: 10_000,
          refresh_interval_ms: 900_000,
        },
      },
    });
    expect(made.read(".codex/config.toml")).not.toContain(proxyKey);
    expect(made.has(".codex/hooks.json")).toBe(false);
  });

  test("is told of the models by a list that its own program gives the form of", async () => {
    const bundled = JSON.stringify({ models: [{ slug: "gpt-5.6", context_window: 1 }] });
    const made = machine({ PATH: "" }, (words) =>
      Promise.resolve({ exitCode: 0, stdout: words.includes("debug") ? bundled : "codex-cli 0.169.0", stderr: "" }),
    );
    await apply(made, "codex");
    const path = String(toml(made, ".codex/config.toml")["model_catalog_json"]);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      models: [{ slug: "databricks-gpt-5-6", context_window: 1 }],
    });
    await takeBackReady(made.deps, "codex", { dryRun: false });
    expect(made.has(path.slice(made.home.length + 1))).toBe(false);
  });

  test("takes a named model only where it speaks that dialect", async () => {
    const made = machine();
    await apply(made, "codex", { models: { ...wish.models, main: "databricks-claude-opus-5-5" } });
    expect(toml(made, ".codex/config.toml")["model"]).toBe("databricks-gpt-5-6");
  });

  test("in a project has the server alone, which is said", async () => {
    const made = machine();
    const { notes } = await apply(made, "codex", inProject(made));
    expect(toml(made, "project/.codex/config.toml")).toEqual({
      mcp_servers: { databricks: { ...server, env_vars: [...codexServerVariables] } },
    });
    expect(notes.join()).toContain("mortar codex");
    expect(made.has(".codex")).toBe(false);
  });
});

describe("Gemini CLI", () => {
  test("has the address in its .env, and the sign-in, models and server in its settings", async () => {
    const made = machine();
    made.write(".gemini/.env", "# mine\nGEMINI_API_KEY=AIza-theirs # old\nGOOGLE_API_KEY=x\n");
    chmodSync(join(made.home, ".gemini/.env"), 0o600);
    await apply(made, "gemini");
    expect(made.read(".gemini/.env").split("\n")).toEqual([
      "# mine",
      `GEMINI_API_KEY=${proxyKey} # old`,
      `GOOGLE_GEMINI_BASE_URL=${wish.proxy.gemini}`,
      "GEMINI_API_KEY_AUTH_MECHANISM=bearer",
      "GEMINI_MODEL=databricks-gemini-4-pro",
      "NO_PROXY=127.0.0.1,localhost,::1",
      "no_proxy=127.0.0.1,localhost,::1",
      "",
    ]);
    expect(json(made, ".gemini/settings.json")).toMatchObject({
      security: { auth: { selectedType: "gemini-api-key" } },
      mcpServers: { databricks: server },
    });
    expect(made.read(".gemini/settings.json")).toContain(
      '"/usr/local/bin/mortar hooks session-start --agent=gemini --profile=DEFAULT --port=49153"',
    );
    await takeBackReady(made.deps, "gemini", { dryRun: false });
    expect(made.read(".gemini/.env")).toBe("# mine\nGEMINI_API_KEY=AIza-theirs # old\nGOOGLE_API_KEY=x\n");
  });

  test("a second time has each rule for models once", async () => {
    const made = machine();
    const path = ["modelConfigs", "customOverrides"];
    const rules = (): unknown[] => valueAt(json(made, ".gemini/settings.json"), path) as unknown[];
    await apply(made, "gemini");
    const first = rules();
    await apply(made, "gemini", { models: { ...wish.models, gemini: "databricks-gemini-3-5-flash" } });
    expect(rules()).toHaveLength(first.length);
  });

  test("cannot call a helper", async () => {
    const made = machine();
    await expect(apply(made, "gemini", { mode: "helper" })).rejects.toMatchObject({ code: "usage" });
  });
});

describe("OpenCode", () => {
  test("has the plugin without a secret, the server, and ours in the place of another provider's model", async () => {
    const made = machine();
    made.write(".config/opencode/opencode.jsonc", '{ "model": "anthropic/x" } // mine\n');
    await apply(made, "opencode");
    expect(json(made, ".config/opencode/opencode.jsonc")).toEqual({
      model: "databricks/databricks-claude-opus-5-5",
      mcp: { databricks: { type: "local", command: [server.command, ...server.args], enabled: true } },
    });
    expect(made.has(".config/opencode/opencode.json")).toBe(false);
    expect(made.read(".config/opencode/plugins/mortar.js")).not.toContain(proxyKey);
    await takeBackReady(made.deps, "opencode", { dryRun: false });
    expect(made.read(".config/opencode/opencode.jsonc")).toBe('{ "model": "anthropic/x" } // mine\n');
    expect(made.has(".config/opencode/plugins")).toBe(false);
  });

  test("in a project has both there", async () => {
    const made = machine();
    const { notes } = await apply(made, "opencode", inProject(made));
    expect(made.has("project/.opencode/plugins/mortar.js")).toBe(true);
    expect(json(made, "project/opencode.json")).toHaveProperty("mcp.databricks");
    expect(notes.join()).toContain("commits");
    expect(made.has(".config")).toBe(false);
  });
});

describe("agents that take the server from a file", () => {
  const home = (os: OperatingSystem, id: ManagedAgentId, env: Record<string, string> = {}) => {
    const made = machine(env);
    return previewReady({ ...made.deps, os }, named(id), { ...wish, mode: "wrapper" }).then((found) =>
      found.map(({ file }) => file.slice(made.home.length + 1)),
    );
  };

  test.each([
    ["copilot", "linux", ".copilot/mcp-config.json"],
    ["cursor", "darwin", ".cursor/mcp.json"],
    ["vscode", "linux", ".config/Code/User/mcp.json"],
    ["vscode", "darwin", "Library/Application Support/Code/User/mcp.json"],
    ["vscode", "win32", "AppData/Roaming/Code/User/mcp.json"],
    ["windsurf", "linux", ".config/devin/mcp_config.json"],
    ["windsurf", "win32", "AppData/Roaming/devin/mcp_config.json"],
    ["kiro", "win32", ".kiro/settings/mcp.json"],
    ["antigravity", "linux", ".gemini/config/mcp_config.json"],
  ] as const)("%s on %s: %s", async (id, os, file) => {
    expect(await home(os, id)).toEqual([file]);
  });

  test.each([
    ["windsurf", [".codeium/windsurf"], [".codeium/windsurf/mcp_config.json"]],
    [
      "windsurf",
      [".codeium/windsurf", ".config/devin"],
      [".config/devin/mcp_config.json", ".codeium/windsurf/mcp_config.json"],
    ],
    ["antigravity", [".gemini/antigravity"], [".gemini/antigravity/mcp_config.json"]],
    ["antigravity", [".gemini/antigravity", ".gemini/config"], [".gemini/config/mcp_config.json"]],
  ] as const)("%s with %p has it in %p", async (id, folders, files) => {
    const made = machine();
    for (const folder of folders) mkdirSync(join(made.home, folder), { recursive: true });
    await apply(made, id, { mode: "wrapper" });
    expect((await listEdits(made.deps)).map(({ file }) => file.slice(made.home.length + 1))).toEqual([...files]);
    const found = (await readServers(made.deps)).filter(({ agent }) => agent === id);
    expect(found.map(({ file }) => file.slice(made.home.length + 1))).toEqual([...files]);
  });

  test.each([
    ["copilot", "project/.mcp.json", { mcpServers: { databricks: { type: "stdio", tools: ["*"], ...server } } }],
    ["cursor", "project/.cursor/mcp.json", { mcpServers: { databricks: server } }],
    ["vscode", "project/.vscode/mcp.json", { servers: { databricks: { type: "stdio", ...server } } }],
    ["kiro", "project/.kiro/settings/mcp.json", { mcpServers: { databricks: server } }],
  ] as const)("%s in a project", async (id, file, wanted) => {
    const made = machine();
    await apply(made, id, { mode: "wrapper", ...inProject(made) });
    expect(json(made, file)).toEqual(wanted);
  });

  test("two of them may share a file, and each can go alone", async () => {
    const made = machine();
    const project = inProject(made);
    made.write("project/.mcp.json", '{ "mcpServers": {} }\n');
    await apply(made, "claude", { mode: "wrapper", ...project });
    const alone = made.read("project/.mcp.json");
    await apply(made, "copilot", { mode: "wrapper", ...project });
    expect(shared(made)).toHaveProperty("tools");
    await takeBackReady(made.deps, "claude", { dryRun: false });
    expect(shared(made)).toHaveProperty("tools");
    await apply(made, "claude", { mode: "wrapper", ...project });
    await takeBackReady(made.deps, "copilot", { dryRun: false });
    expect(made.read("project/.mcp.json")).toBe(alone);
    await takeBackReady(made.deps, undefined, { dryRun: false });
    expect(made.read("project/.mcp.json")).toBe('{ "mcpServers": {} }\n');
  });

  test("have no other mode, and not all of them a project", async () => {
    const made = machine();
    await expect(apply(made, "cursor")).rejects.toMatchObject({ code: "usage" });
    await expect(apply(made, "windsurf", { mode: "wrapper", ...inProject(made) })).rejects.toMatchObject({
      code: "usage",
    });
  });
});

describe("where it cannot be done, nothing is", () => {
  test("a broken file is named with its line, and the agent's other files stay as they are", async () => {
    const made = machine();
    made.write(".codex/hooks.json", "{}\n");
    made.write(".codex/config.toml", 'model = "x"\nbroken = \n');
    await expect(apply(made, "codex")).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining("config.toml (line 2)"),
    });
    made.write(".claude.json", '{\n  "a": 1\n  "b": 2\n}\n');
    await expect(apply(made, "claude")).rejects.toMatchObject({ message: expect.stringContaining("(line 3)") });
    expect(made.read(".codex/hooks.json")).toBe("{}\n");
    expect(made.read(".codex/config.toml")).toBe('model = "x"\nbroken = \n');
    expect(made.has(".claude")).toBe(false);
  });

  test("a folder where a file should be ends it without a trace", async () => {
    const made = machine();
    mkdirSync(join(made.home, ".gemini/.env"), { recursive: true });
    await expect(apply(made, "gemini")).rejects.toMatchObject({ code: "io" });
    expect(made.has(".gemini/settings.json")).toBe(false);
  });

  test("what was written before one that cannot be written is as it was, and nothing is on record", async () => {
    const made = machine();
    made.write(".config/opencode/opencode.json", "{} // mine\n");
    made.write(".config/opencode/plugins", "a file in the place of the folder");
    await expect(apply(made, "opencode")).rejects.toMatchObject({ code: "io" });
    expect(made.read(".config/opencode/opencode.json")).toBe("{} // mine\n");
    expect(await takeBackReady(made.deps, undefined, { dryRun: false })).toEqual([]);
  });

  test("a file that cannot be taken back is named, and the others are", async () => {
    const made = machine();
    await apply(made, "gemini");
    made.write(".gemini/settings.json", "{ nonsense");
    const taken = await takeBackReady(made.deps, "gemini", { dryRun: false });
    expect(taken.map(({ file, status }) => [file.slice(made.home.length + 1), status])).toEqual([
      [".gemini/.env", "removed"],
      [".gemini/settings.json", "failed"],
    ]);
    expect(made.read(".gemini/settings.json")).toBe("{ nonsense");
  });

  test("settings that are a link stay one", async () => {
    const made = machine();
    const real = made.write("dotfiles/config.toml", "# mine\n");
    const link = join(made.home, ".codex/config.toml");
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(real, link);
    writeFileSync(join(made.home, ".codex/hooks.json"), "{}");
    await apply(made, "codex");
    expect(made.read("dotfiles/config.toml")).toContain("mortar");
    await takeBackReady(made.deps, "codex", { dryRun: false });
    expect([made.read("dotfiles/config.toml"), lstatSync(link).isSymbolicLink()]).toEqual(["# mine\n", true]);
  });
});

describe("every agent", () => {
  test("is in the catalogue once, with a page and ways to install that ask for no administrator", () => {
    expect(new Set(managedAgents.map(({ id }) => id)).size).toBe(10);
    for (const { page, install } of managedAgents) {
      expect(page).toStartWith("https://");
      for (const os of ["linux", "darwin", "win32"] as const) {
        for (const { by, command } of install(os)) expect([command[0], command.includes("sudo")]).toEqual([by, false]);
      }
    }
  });

  test("is found as an application by its folder, with its version, and on Windows through a Linux in it", async () => {
    const made = machine({ PATH: "" });
    made.write("Applications/Kiro.app/Contents/Resources/app/package.json", { version: "1.2.3" });
    expect(await named("kiro").detect({ ...made.deps, os: "darwin" })).toMatchObject({
      installed: true,
      program: undefined,
      app: join(made.home, "Applications/Kiro.app"),
      version: "1.2.3",
    });
    made.write("AppData/Local/Programs/cursor/resources/app/package.json", { version: "2.0.1" });
    expect(await named("cursor").detect({ ...made.deps, os: "win32" })).toMatchObject({ version: "2.0.1" });
    expect(await named("windsurf").detect(made.deps)).toMatchObject({ installed: false, isConfigured: false });
  });

  test("that does not tell its version in time is there all the same", async () => {
    const made = machine({ PATH: "" }, () => Promise.reject(new Error("too late")));
    made.write(".opencode/bin/opencode", "#!/bin/sh\n");
    expect(await named("opencode").detect(made.deps)).toMatchObject({ installed: true, version: undefined });
  });
});
