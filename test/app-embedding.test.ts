// The agent service as a package: packed as it would be published, and used by a program of somebody else's, with real Claude
// Code, the models of one workspace and the data of another.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { startTestEmulator, type TestEmulator } from "../src/emulator/testing-server.ts";
import { repositoryRoot } from "./checks/code.ts";
import { readImports } from "./checks/imports.ts";
import { claudeCode } from "./support/real-agents.ts";

let folder: string;
let installed: string;
let models: TestEmulator;
let data: TestEmulator;
let env: Record<string, string>;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(command: string[], cwd: string, variables?: Record<string, string>): Promise<Ran> {
  const child = Bun.spawn(command, {
    cwd,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...(variables === undefined ? {} : { env: variables }),
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

async function must(command: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, cwd);
  if (code !== 0) throw new Error(`${command.join(" ")}: ${code}\n${stderr}`);
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "app-embedding-"));
  const clean = join(folder, "clean");
  await mkdir(clean);
  for (const path of ["package.json", "LICENSE", "src"]) {
    await cp(join(repositoryRoot, path), join(clean, path), { recursive: true });
  }
  const tarball = (await must([process.execPath, "pm", "pack", "--quiet", "--destination", folder], clean)).trim();
  await must(["tar", "-xzf", tarball, "-C", folder], folder);
  installed = join(folder, "node_modules", "mortar");
  await mkdir(dirname(installed));
  await rename(join(folder, "package"), installed);
  // What the package depends on, as an installation would put it beside it.
  for (const name of await readdir(join(repositoryRoot, "node_modules"))) {
    if (!name.startsWith("."))
      await symlink(join(repositoryRoot, "node_modules", name), join(folder, "node_modules", name));
  }
  await cp(join(import.meta.dir, "app-embedding-example", "program.ts"), join(folder, "program.ts"));
  [models, data] = await Promise.all([startTestEmulator(), startTestEmulator()]);
  const home = join(folder, "home");
  const profile = (name: string, { host, token }: TestEmulator): string =>
    `[${name}]\nhost = ${host}\ntoken = ${token}\n`;
  await mkdir(join(home, "notes"), { recursive: true });
  await writeFile(join(home, ".databrickscfg"), profile("models", models) + profile("data", data));
  const [claude = ""] = await claudeCode.program();
  env = { HOME: home, PATH: `${dirname(claude)}:${process.env["PATH"]}`, LANG: "C.UTF-8" };
}, 120_000);

afterAll(async () => {
  await Promise.all([models.dispose(), data.dispose()]);
  await rm(folder, { recursive: true, force: true });
});

test("the package has no tests, and all that it imports", async () => {
  const files = (await readdir(installed, { recursive: true })).map((path) => path.replaceAll("\\", "/"));
  expect(files).toContain("src/app/agent/index.ts");
  expect(files.filter((path) => /test/.test(path) && !/tests?-tool|latest/.test(path))).toEqual([]);
  const manifest = (await Bun.file(join(installed, "package.json")).json()) as { dependencies: Record<string, string> };
  const missing: string[] = [];
  const seen = new Set<string>();
  const look = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    if (!(await Bun.file(path).exists())) return void missing.push(relative(installed, path));
    if (!path.endsWith(".ts")) return;
    for (const { specifier, kind } of readImports(await Bun.file(path).text())) {
      if (specifier.startsWith(".")) await look(join(dirname(path), specifier));
      else if (kind !== "type" && !/^(?:node:|bun(?::|$))/.test(specifier)) {
        const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? "";
        if (!(name in manifest.dependencies)) missing.push(`${relative(installed, path)}: ${specifier}`);
      }
    }
  };
  await look(join(installed, "src/app/agent/index.ts"));
  expect(seen.size).toBeGreaterThan(100);
  expect(missing).toEqual([]);
}, 60_000);

describe("a program with an agent in it", () => {
  const notes = (): string => join(folder, "home", "notes");
  const ask = (message: string, ...flags: string[]): Promise<Ran> =>
    run([process.execPath, "program.ts", notes(), message, ...flags], folder, env);
  const script = async (turns: readonly object[]): Promise<void> => {
    expect((await models.control("PUT scenario", { turns })).status).toBe(200);
  };
  const query = (sql: string): object => ({ tools: [{ name: "mcp__databricks__query_sql", input: { sql } }] });
  const change = (sql: string): object => ({ tools: [{ name: "mcp__databricks__execute_sql", input: { sql } }] });

  test("has models of one workspace and data of another, and is asked before anything is changed", async () => {
    await script([query("SELECT 6 * 7 AS answer"), change("CREATE SCHEMA main.kept"), { text: "It is 42." }]);
    const { code, stdout, stderr } = await ask("What is it?");
    expect(stderr).toBe("");
    expect(stdout).toContain("calls: mcp__databricks__query_sql\ngot: ");
    expect(stdout).toContain("42");
    expect(stdout).toContain("asked: mcp__databricks__execute_sql\nfailed: The answer is no.");
    expect(stdout).toEndWith("says: It is 42.\nended: well\n");
    expect(code).toBe(0);
    const sqlOn = async (one: TestEmulator): Promise<number> => {
      const { json } = await one.control("GET requests");
      return (json["requests"] as { path: string }[]).filter(({ path }) => path.includes("/sql/statements")).length;
    };
    expect(await sqlOn(data)).toBeGreaterThan(0);
    expect(await sqlOn(models)).toBe(0);
  }, 120_000);

  test("goes on with a conversation, and does what was allowed", async () => {
    await script([
      { text: "a" },
      { text: "b" },
      { text: "c" },
      change("CREATE SCHEMA main.allowed"),
      { text: "Made." },
    ]);
    const { stdout } = await ask("Make it.", "--yes");
    expect(stdout).toContain("asked: mcp__databricks__execute_sql\ngot: ");
    expect(stdout).toEndWith("says: Made.\nended: well\n");
  }, 120_000);

  test("keeps no token and no key in what it leaves", async () => {
    const state = `${notes()}-state`;
    const paths = (await readdir(state, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(paths.length).toBeGreaterThan(1);
    for (const entry of paths) {
      const text = await readFile(join(entry.parentPath, entry.name), "utf8");
      expect([entry.name, text.includes(models.token) || text.includes(data.token)]).toEqual([entry.name, false]);
    }
    expect(await readdir(join(state, "runs"))).toEqual([]);
  });

  test("without the agent it is told what to install", async () => {
    const { stderr, code } = await run([process.execPath, "program.ts", notes(), "x"], folder, {
      ...env,
      PATH: "/usr/bin:/bin",
    });
    expect(stderr).toContain("Claude Code is not installed");
    expect(code).toBe(1);
  }, 60_000);
});
