// The plugins, as scripts/plugin.ts makes them, judged by the agents that they are for: validated, installed from a local
// marketplace into an empty home, and used in a session.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { pluginFiles } from "../scripts/plugin/files.ts";
import { skillCatalog } from "../src/skills/catalog.ts";
import { binary, createMachine, type Machine, type Ran } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

setDefaultTimeout(120_000);

const platform = `${process.platform}-${process.arch}`;
const everything = process.env["MORTAR_TEST_ALL"] === "1";
const suffix = process.platform === "win32" ? ".exe" : "";
const root = join(import.meta.dir, "..");

let machine: Machine;
let workspace: TestWorkspace;
let out: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  out = join(machine.home, "plugins");
  const made = Bun.spawnSync([process.execPath, join(root, "scripts", "plugin.ts"), out, "--repository", "o/n"]);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  await mkdir(join(machine.home, "bin"));
  await symlink(binary, join(machine.home, "bin", `mortar${suffix}`));
});
afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

async function run(command: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const cwd = join(machine.home, "work");
  await mkdir(cwd, { recursive: true });
  const child = Bun.spawn([...command], {
    cwd,
    env: {
      ...machine.env,
      PATH: `${join(machine.home, "bin")}:${machine.env["PATH"]}`,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      ...env,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

const own = skillCatalog.map(({ name }) => name).filter((name) => name.startsWith("mortar-"));
const taught = skillCatalog.map(({ name }) => name).filter((name) => !name.startsWith("mortar-"));

test("the files are the same each time, and hold what the skills and the version say", async () => {
  const facts = { version: "1.2.3", homepage: "https://example.com" };
  const files = await pluginFiles(facts);
  expect([...(await pluginFiles(facts))]).toEqual([...files]);
  for (const [path, text] of files) if (path.endsWith(".json")) expect(() => JSON.parse(String(text))).not.toThrow();
  for (const path of [...files.keys()].filter((one) => one.endsWith("plugin.json"))) {
    expect(JSON.parse(String(files.get(path)))).toMatchObject({
      name: "mortar",
      version: "1.2.3",
      homepage: facts.homepage,
    });
  }
  const jobs = await readFile(join(root, "skills", "databricks-jobs", "SKILL.md"), "utf8");
  for (const folder of ["claude/mortar", "codex/plugins/mortar", "gemini/mortar"]) {
    expect(files.get(`${folder}/skills/databricks-jobs/SKILL.md`)).toBe(jobs);
  }
  for (const [path, text] of files) {
    if (!path.endsWith(".toml")) continue;
    const parsed = Bun.TOML.parse(String(text)) as { description: string; prompt: string };
    const name = path.slice(path.lastIndexOf("/") + 1, -".toml".length);
    const skill = await readFile(join(root, "skills", `mortar-${name}`, "SKILL.md"), "utf8");
    expect(skill).toContain(parsed.prompt.trim());
    expect(skill).toContain(parsed.description);
  }
  expect([...files.keys()].filter((path) => path.endsWith(".toml"))).toHaveLength(own.length);
});

describe("Claude Code", () => {
  const claude = (): string =>
    join(toolFolder("claude-code"), "node_modules/@anthropic-ai", `claude-code-${platform}`, `claude${suffix}`);
  const plugin = (...words: readonly string[]): Promise<Ran> => run([claude(), "plugin", ...words]);

  test("finds nothing wrong with the marketplace or the plugin, by the rules of its directory too", async () => {
    const market = await plugin("validate", "--strict", join(out, "claude"));
    expect([market.exitCode, market.stdout]).toEqual([0, expect.stringContaining("Validation passed")]);
    const whole = await plugin("validate", "--strict", "--profile", "directory", join(out, "claude", "mortar"));
    expect(whole.stdout).not.toContain("warning");
    expect([whole.exitCode, whole.stdout]).toEqual([0, expect.stringContaining("Validation passed")]);
    for (const name of taught) expect(whole.stdout).toContain(`skills: mortar:${name}`);
    for (const name of own) expect(whole.stdout).toContain(`commands: mortar:${name.slice("mortar-".length)}`);
  });

  test("installs it from there; a session has its skills, its commands and its tools, and calls one", async () => {
    expect((await plugin("marketplace", "add", join(out, "claude"))).exitCode).toBe(0);
    expect((await plugin("install", "mortar@mortar")).exitCode).toBe(0);
    const tool = "mcp__plugin_mortar_databricks__list_notebooks";
    await workspace.control("PUT", "scenario", {
      turns: [
        { text: "I look.", tools: [{ name: tool, input: { path: "~" } }] },
        { text: "There is {{/(me@example\\.com)/}}." },
      ],
    });
    const config = await readFile(join(machine.home, ".databrickscfg"), "utf8");
    const words = ["-p", "What is there?", "--allowedTools", tool, "--output-format", "stream-json", "--verbose"];
    const ran = await run([claude(), ...words, "--model", "databricks-claude-sonnet-5-5"], {
      ANTHROPIC_BASE_URL: `${workspace.host}/ai-gateway/anthropic`,
      ANTHROPIC_AUTH_TOKEN: /token *= *(\S+)/.exec(config)?.[1] ?? "",
      ANTHROPIC_DEFAULT_HAIKU_MODEL: "databricks-claude-haiku-5-5",
    });
    const events = ran.stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const start = events.find((event) => event["type"] === "system" && event["subtype"] === "init");
    expect(start?.["tools"]).toContain(tool);
    expect(start?.["skills"]).toEqual(expect.arrayContaining(taught.map((name) => `mortar:${name}`)));
    expect(start?.["slash_commands"]).toEqual(
      expect.arrayContaining(own.map((name) => `mortar:${name.slice("mortar-".length)}`)),
    );
    expect(ran.stdout).toContain("There is me@example.com.");
    // The session was not led to the proxy: its hook started none.
    expect((await machine.json(["proxy", "status"])).data["running"] ?? false).toBe(false);
    expect((await plugin("uninstall", "mortar@mortar")).exitCode).toBe(0);
  });
});

test("the plugin's hook starts the proxy in a session that is led to it, where it is led to, and in no other", async () => {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = probe;
  await probe.stop(true);
  const hook = (address: string): Promise<Ran> =>
    machine.run(["hooks", "session-start", "--agent=claude", "--if-led", "--pid", String(process.pid)], {
      env: { ANTHROPIC_BASE_URL: address },
    });
  const running = async (): Promise<unknown> => (await machine.json(["proxy", "status"])).data["url"];
  for (const address of ["", "https://api.anthropic.com"]) {
    expect(await hook(address)).toMatchObject({ exitCode: 0, stdout: "" });
    expect((await machine.run(["proxy", "status"])).exitCode).toBe(1);
  }
  try {
    expect(await hook(`http://127.0.0.1:${port}/p/DEFAULT/anthropic`)).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await running()).toBe(`http://127.0.0.1:${port}`);
  } finally {
    await machine.run(["proxy", "stop", "--now"]);
  }
});

test.skipIf(!everything)("Codex installs it from its marketplace, with the server and the skills", async () => {
  const folder = join(toolFolder("codex"), "node_modules/@openai/codex/vendor");
  const [found] = await Array.fromAsync(new Bun.Glob(`*/bin/codex${suffix}`).scan({ cwd: folder }));
  const codex = (...words: readonly string[]): Promise<Ran> => run([join(folder, found ?? ""), ...words]);
  expect((await codex("plugin", "marketplace", "add", join(out, "codex"))).exitCode).toBe(0);
  const added = await codex("plugin", "add", "mortar@mortar", "--json");
  const { installedPath } = JSON.parse(added.stdout) as { installedPath: string };
  for (const name of [...taught, ...own]) {
    expect(await Bun.file(join(installedPath, "skills", name, "SKILL.md")).exists()).toBe(true);
  }
  const servers = JSON.parse((await codex("mcp", "list", "--json")).stdout) as readonly { name: string }[];
  expect(servers).toEqual([expect.objectContaining({ name: "databricks", enabled: true })]);
  expect((await codex("plugin", "remove", "mortar@mortar")).exitCode).toBe(0);
});

test.skipIf(!everything)("Gemini CLI validates the extension and installs it", async () => {
  const program = join(toolFolder("gemini-cli"), "node_modules/@google/gemini-cli/bundle/gemini.js");
  const gemini = (...words: readonly string[]): Promise<Ran> =>
    run(["node", program, "extensions", ...words], { GEMINI_CLI_TRUST_WORKSPACE: "true" });
  const folder = join(out, "gemini", "mortar");
  expect((await gemini("validate", folder)).exitCode).toBe(0);
  const installed = await gemini("install", folder, "--consent");
  expect([installed.exitCode, installed.stderr]).toEqual([0, expect.any(String)]);
  const listed = await gemini("list");
  expect(`${listed.stdout}${listed.stderr}`).toContain("mortar");
});
