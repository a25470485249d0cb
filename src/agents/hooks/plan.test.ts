// Hooks of each agent: what is written, that it comes back, and that nothing of the person's is lost.
import { afterEach, describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import { applyEdit, applyFile, revertEdits } from "../../platform/edits/edits.ts";
import { Secret } from "../../platform/secret.ts";
import { testMachine, type TestMachine } from "../launch/testing.ts";
import { hookCommand } from "./command-line.ts";
import { hookAgents } from "./hook-agents.ts";
import type { HookedAgent, HookTarget } from "./plan.ts";

const machines: TestMachine[] = [];
afterEach(() => {
  for (const made of machines.splice(0)) made.dispose();
});

const key = `mortar-${"k".repeat(43)}`;
const target: HookTarget = {
  program: ["/usr/local/bin/mortar"],
  profile: "DEFAULT",
  port: 49_153,
  anthropic: "http://127.0.0.1:49153/p/DEFAULT/anthropic",
  responses: "http://127.0.0.1:49153/p/DEFAULT/codex/v1",
  key: new Secret(key),
  telemetry: {},
};

async function install(agent: HookedAgent, made: TestMachine, changes: Partial<HookTarget> = {}): Promise<void> {
  const deps = { ...made.deps, clock: systemClock };
  const plan = await hookAgents[agent].plan(deps, { ...target, ...changes });
  for (const { orphans: _orphans, ...edit } of plan.edits) await applyEdit(deps, { ...edit, owner: "x" });
  for (const file of plan.files) await applyFile(deps, { ...file, owner: "x" });
}

const uninstall = (made: TestMachine) => revertEdits({ ...made.deps, clock: systemClock }, "x");

function machine(): TestMachine {
  const made = testMachine();
  machines.push(made);
  return made;
}

describe("Claude Code", () => {
  const own =
    '{\n    "apiKeyHelper": "/bin/mine", // a comment\n    "env": { "CLAUDE_CODE_USE_BEDROCK": "1", "NO_PROXY": "corp.example" },\n    "hooks": { "SessionStart": [ { "hooks": [ { "type": "command", "command": "mine" } ] } ] },\n    "enabledPlugins": { "databricks-claude@IceRhymers-databricks-claude": true, "other@x": true }\n}\n';

  test("is led to the proxy in every way in which a session begins", async () => {
    const made = machine();
    made.write(".claude/settings.json", own);
    await install("claude", made, { telemetry: { CLAUDE_CODE_ENABLE_TELEMETRY: "1" } });
    const text = made.read(".claude/settings.json");
    expect(text).toContain("// a comment");
    const settings = JSON.parse(text.replace("// a comment", "")) as {
      env: Record<string, string>;
      hooks: Record<string, { matcher?: string; hooks: { command: string }[] }[]>;
      enabledPlugins: Record<string, boolean>;
      apiKeyHelper?: string;
    };
    expect(settings.env).toEqual({
      ANTHROPIC_BASE_URL: target.anthropic,
      ANTHROPIC_AUTH_TOKEN: key,
      CLAUDE_CODE_USE_GATEWAY: "1",
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      NO_PROXY: "corp.example,127.0.0.1,localhost,::1",
      no_proxy: "corp.example,127.0.0.1,localhost,::1",
    });
    expect(settings.apiKeyHelper).toBeUndefined();
    expect(settings.enabledPlugins).toEqual({
      "databricks-claude@IceRhymers-databricks-claude": false,
      "other@x": true,
    });
    const start = settings.hooks["SessionStart"]?.at(-1);
    for (const source of ["startup", "resume", "clear", "compact"]) {
      expect(new RegExp(`^(?:${start?.matcher})$`).test(source)).toBe(true);
    }
    expect(start?.hooks[0]?.command).toBe(
      "/usr/local/bin/mortar hooks session-start --agent=claude --profile=DEFAULT --port=49153",
    );
    expect(settings.hooks["SessionEnd"]?.[0]?.matcher).toBeUndefined();
  });

  test("gets its settings back to the byte, also after a second install with other values", async () => {
    const made = machine();
    const path = made.write(".claude/settings.json", own);
    const before = statSync(path).mode;
    await install("claude", made);
    expect(statSync(path).mode & 0o077).toBe(0);
    await install("claude", made, { profile: "PROD", port: 50_000 });
    expect(made.read(".claude/settings.json")).not.toContain("49153 ");
    await uninstall(made);
    expect(made.read(".claude/settings.json")).toBe(own);
    expect(statSync(path).mode).toBe(before);
  });

  test("a second install changes nothing, and gives back nothing that it took away", async () => {
    const made = machine();
    made.write(".claude/settings.json", own);
    await install("claude", made);
    const once = made.read(".claude/settings.json");
    await install("claude", made);
    expect(made.read(".claude/settings.json")).toBe(once);
    expect(once).not.toContain("apiKeyHelper");
    expect(once).not.toContain("CLAUDE_CODE_USE_BEDROCK");
    await uninstall(made);
    expect(made.read(".claude/settings.json")).toBe(own);
  });

  test("keeps its settings where CLAUDE_CONFIG_DIR says", async () => {
    const made = machine();
    const deps = { ...made.deps, env: { ...made.deps.env, CLAUDE_CONFIG_DIR: join(made.home, "elsewhere") } };
    const plan = await hookAgents.claude.plan(deps, target);
    expect(plan.edits.map(({ file }) => file)).toEqual([join(made.home, "elsewhere", "settings.json")]);
  });
});

describe("Codex", () => {
  const config =
    'model = "gpt-5" # note\n\n[model_providers.mine]\nname = "Mine"\n\n[otel]\nenvironment = "dev"\n\n[[tables]]\na = 1\n';
  const hooks = '{ "hooks": { "Stop": [ { "hooks": [ { "type": "command", "command": "mine" } ] } ] } }\n';

  test("gets a provider and hooks, keeps all else, and has both files back to the byte", async () => {
    const made = machine();
    made.write(".codex/config.toml", config);
    made.write(".codex/hooks.json", hooks);
    await install("codex", made);
    const parsed = Bun.TOML.parse(made.read(".codex/config.toml")) as Record<string, Record<string, unknown>>;
    expect(parsed["model_provider"]).toBe("mortar" as never);
    expect(parsed["model_providers"]?.["mortar"]).toEqual({
      name: "Databricks",
      base_url: target.responses,
      experimental_bearer_token: key,
      wire_api: "responses",
    });
    expect(parsed["otel"]).toEqual({ environment: "dev" });
    expect(made.read(".codex/config.toml")).toContain('model = "gpt-5" # note');
    expect(statSync(join(made.home, ".codex/config.toml")).mode & 0o077).toBe(0);
    const events = (JSON.parse(made.read(".codex/hooks.json")) as { hooks: Record<string, unknown[]> }).hooks;
    expect(Object.keys(events).toSorted()).toEqual(["SessionEnd", "SessionStart", "Stop"]);
    await uninstall(made);
    expect(made.read(".codex/config.toml")).toBe(config);
    expect(made.read(".codex/hooks.json")).toBe(hooks);
  });

  test("with hooks that cannot be understood is refused, and they stay", async () => {
    const made = machine();
    made.write(".codex/hooks.json", "{ nonsense");
    await expect(install("codex", made)).rejects.toMatchObject({ code: "config_invalid" });
    expect(made.read(".codex/hooks.json")).toBe("{ nonsense");
  });
});

describe("OpenCode", () => {
  test("gets one plugin file without a secret in it, which is gone again", async () => {
    const made = machine();
    await install("opencode", made, { program: ["/home/a b/mort'ar", "x"] });
    const text = made.read(".config/opencode/plugins/mortar.js");
    expect(text).not.toContain(key);
    expect(() => new Bun.Transpiler({ loader: "js" }).scan(text)).not.toThrow();
    expect(text).toContain(`const command = "/home/a b/mort'ar";`);
    expect(text).toContain('"hooks","session-start","--agent=opencode"');
    await uninstall(made);
    expect(made.has(".config/opencode/plugins/mortar.js")).toBe(false);
  });

  test("is led past a company proxy by the plugin, where there is something to lead it to", async () => {
    const made = machine();
    const program = made.write("mortar.ts", `console.log(process.env.LAYER);`);
    await install("opencode", made, { program: [process.execPath, program] });
    const plugin = join(made.home, ".config/opencode/plugins/mortar.js");
    const script = `const { config } = await (await import(${JSON.stringify(plugin)})).Mortar();
      const own = { model: "mine", provider: { a: 1 } };
      await config(own);
      console.log(JSON.stringify([own, process.env.NO_PROXY, process.env.no_proxy]));`;
    const ask = async (layer: object): Promise<unknown> => {
      const env = { PATH: process.env["PATH"], NO_PROXY: "corp.example", LAYER: JSON.stringify(layer) };
      const child = Bun.spawn([process.execPath, "-e", script], { env, stdin: "ignore", stdout: "pipe" });
      return JSON.parse(await new Response(child.stdout).text());
    };
    const all = "corp.example,127.0.0.1,localhost,::1";
    expect(await ask({ model: "ours", provider: { b: 2 } })).toEqual([
      { model: "mine", provider: { a: 1, b: 2 } },
      all,
      all,
    ]);
    expect(await ask({})).toEqual([{ model: "mine", provider: { a: 1 } }, "corp.example", null]);
  });

  test("replaces no plugin of that name that is somebody else's", async () => {
    const made = machine();
    made.write(".config/opencode/plugins/mortar.js", "// mine\n");
    await expect(install("opencode", made)).rejects.toMatchObject({ code: "already_exists" });
    expect(made.read(".config/opencode/plugins/mortar.js")).toBe("// mine\n");
  });
});

describe("the command line of a hook", () => {
  const event = { event: "session-end", agent: "codex" } as const;

  test("is quoted for sh", () => {
    const program: readonly [string] = ["/Users/some one/o'brien/mortar"];
    expect(hookCommand("darwin", { program, profile: "a b", port: 1 }, event)).toBe(
      `'/Users/some one/o'\\''brien/mortar' hooks session-end --agent=codex '--profile=a b' --port=1`,
    );
  });

  test("has slashes on Windows, which both of its shells take", () => {
    const program: readonly [string] = ["C:\\Program Files\\mortar.exe"];
    expect(hookCommand("win32", { program, profile: "DEFAULT", port: 1 }, event)).toBe(
      '"C:/Program Files/mortar.exe" hooks session-end --agent=codex --profile=DEFAULT --port=1',
    );
  });
});
