// Real agents find the skills where the binary puts them: Claude Code in a session, the others by their own listings.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { skillCatalog } from "../src/skills/catalog.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";

setDefaultTimeout(120_000);

const names = skillCatalog.map(({ name }) => name);
const platform = `${process.platform}-${process.arch}`;
const everything = process.env["MORTAR_TEST_ALL"] === "1";
const suffix = process.platform === "win32" ? ".exe" : "";

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine();
});
afterAll(() => machine?.dispose());

async function install(agents: string): Promise<void> {
  const ran = await machine.run(["skills", "install", "--agent", agents]);
  expect([ran.exitCode, ran.stderr]).toEqual([0, ""]);
}

async function run(command: readonly string[], env: Record<string, string> = {}) {
  // A file, for some of them end before a pipe has taken all.
  const path = join(machine.home, "printed");
  // Not the home folder itself: its skills would be the project's too.
  const cwd = join(machine.home, "work");
  await mkdir(cwd, { recursive: true });
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...machine.env, ...env },
    stdin: "ignore",
    stdout: Bun.file(path),
    stderr: "pipe",
  });
  const stderr = await new Response(child.stderr).text();
  await child.exited;
  return { stdout: await Bun.file(path).text(), stderr };
}

async function fileBelow(folder: string, pattern: string): Promise<string> {
  const [found] = await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: folder, dot: true }));
  if (found === undefined) throw new Error(`${folder} has no ${pattern}`);
  return join(folder, found);
}

test("Claude Code has every skill in a session", async () => {
  await install("claude");
  const claude = join(
    toolFolder("claude-code"),
    "node_modules/@anthropic-ai",
    `claude-code-${platform}`,
    `claude${suffix}`,
  );
  // The session says what it has before it asks the model, of which there is none here.
  const words = ["-p", "hello", "--output-format", "stream-json", "--verbose", "--max-turns", "1"];
  const { stdout } = await run([claude, ...words], {
    ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
    ANTHROPIC_AUTH_TOKEN: "none",
    CLAUDE_CODE_MAX_RETRIES: "0",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
  });
  const events = stdout
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
  const begun = events.find((event) => event["subtype"] === "init");
  expect(begun?.["skills"]).toEqual(expect.arrayContaining(names));
});

test.skipIf(!everything)("Codex tells its model of every skill, with the whole description", async () => {
  await install("codex");
  const codex = await fileBelow(join(toolFolder("codex"), "node_modules/@openai/codex/vendor"), "*/bin/codex{,.exe}");
  const { stdout } = await run([codex, "debug", "prompt-input", "hello"]);
  const prompt = JSON.stringify(JSON.parse(stdout));
  for (const { name, description } of skillCatalog) {
    expect(prompt).toContain(`${name}: ${JSON.stringify(description).slice(1, -1)}`);
  }
});

test.skipIf(!everything)("Gemini CLI lists every skill once, from the shared folder, without a warning", async () => {
  await install("gemini,codex");
  const script = join(toolFolder("gemini-cli"), "node_modules/@google/gemini-cli/bundle/gemini.js");
  const { stdout, stderr } = await run([process.execPath, script, "skills", "list"]);
  expect(`${stdout}${stderr}`).not.toContain("conflict detected");
  for (const name of names) expect(`${stdout}${stderr}`).toContain(`${name} `);
});

test.skipIf(!everything)("OpenCode lists every skill from its own folder", async () => {
  await machine.run(["skills", "remove", "--all", "--yes"]);
  await install("opencode");
  const name = platform.replace("win32", "windows");
  const opencode = await fileBelow(
    join(toolFolder("opencode"), `node_modules/opencode-${name}/bin`),
    "opencode{,.exe}",
  );
  const { stdout } = await run([opencode, "debug", "skill"]);
  const listed = (JSON.parse(stdout) as { name: string }[]).map((skill) => skill.name);
  expect(listed).toEqual(expect.arrayContaining(names));
});

test.skipIf(!everything)("Copilot CLI lists every skill from its own folder", async () => {
  await machine.run(["skills", "remove", "--all", "--yes"]);
  await install("copilot");
  const folder = join(toolFolder("copilot"), `node_modules/@github/copilot-${platform}`);
  const { stdout } = await run([await fileBelow(folder, "copilot{,.exe}"), "skill", "list"]);
  for (const name of names) expect(stdout).toContain(`  ${name} - `);
});
