// `mortar completion` and `mortar __complete` as they are called: scripts, places, and what is left alone.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTestEmulator } from "../src/emulator/testing-server.ts";
import { sourceFiles } from "./checks/code.ts";
import { buildGraph, staticReach } from "./checks/import-graph.ts";
import { binary, createMachine, type Machine } from "./support/binary.ts";

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine({ SHELL: "/bin/zsh" });
});
afterEach(() => machine.dispose());

const names = ["bash", "zsh", "fish", "powershell"] as const;
const places = {
  bash: ".local/share/bash-completion/completions/mortar",
  zsh: ".local/share/zsh/site-functions/_mortar",
  fish: ".config/fish/completions/mortar.fish",
  powershell: "mortar/completions/mortar.ps1",
} as const;

const at = (path: string): string => join(machine.home, path);
const text = (path: string): Promise<string> => readFile(at(path), "utf8");

interface Script {
  readonly shell: string;
  readonly name: string;
  readonly path: string;
  readonly state: string;
  readonly active: boolean;
  readonly action?: string;
  readonly line: string | null;
  readonly printed: boolean;
}

async function scripts(...words: string[]): Promise<Script[]> {
  const { ok, data, error } = await machine.json(["completion", ...words]);
  if (!ok) throw new Error(error?.message);
  return (data["scripts"] ?? data["removed"]) as Script[];
}

describe("printing", () => {
  test.each([...names])("the script for %s is the one that packages carry", async (shell) => {
    const files = { bash: "mortar.bash", zsh: "_mortar", fish: "mortar.fish", powershell: "mortar.ps1" };
    const { stdout, stderr, exitCode } = await machine.run(["completion", shell]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(await Bun.file(join(import.meta.dir, "..", "completions", files[shell])).text());
    expect((await machine.run(["completion", `--shell=${shell}`])).stdout).toBe(stdout);
    expect((await machine.run(["completion", "--shell", shell])).stdout).toBe(stdout);
  });

  test("the script for another name of the program asks under that name", async () => {
    const { stdout } = await machine.run(["completion", "zsh", "--name", "databricks-claude"]);
    expect(stdout).toStartWith("#compdef databricks-claude\n");
    expect(stdout).toContain("--name databricks-claude --");
  });

  test.each([
    [["completion", "tcsh"], "unknown command"],
    [["completion", "--shell=tcsh"], "is not one of"],
    [["completion", "bash", "--name", "ls"], "is not one of"],
    [["completion", "install", "tcsh"], "is not one of"],
  ])("%j is refused with what there is", async (words, message) => {
    const { exitCode, stdout, stderr } = await machine.run(words);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  test("needs no home folder, no network and no configuration", async () => {
    const bare = { HOME: "", USERPROFILE: "", MORTAR_HOME: "", HTTPS_PROXY: "http://127.0.0.1:1", PATH: "" };
    for (const shell of names) {
      const { exitCode, stdout, stderr } = await machine.run(["completion", shell], { env: bare });
      expect([exitCode, stderr, stdout.includes("__complete")]).toEqual([0, "", true]);
    }
    const { stdout, stderr } = await machine.run(["__complete", "zsh", "--", "emul"], { env: bare });
    expect([stdout.includes("emulator:"), stderr]).toEqual([true, ""]);
    const gone = { ...bare, HOME: "/nonexistent/home", MORTAR_HOME: "/nonexistent/mortar" };
    expect(await machine.run(["__complete", "zsh", "--", "--profile", ""], { env: gone })).toEqual({
      exitCode: 0,
      stdout: "values\n\n",
      stderr: "",
    });
  });
});

describe("install", () => {
  test("writes the script of the person's shell, and says which line is missing", async () => {
    const { exitCode, stdout } = await machine.run(["completion", "install"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`zsh: wrote ${at(places.zsh)}`);
    expect(stdout).toContain(`source ${at(places.zsh)}`);
    expect(await text(places.zsh)).toStartWith("#compdef mortar\n");
    if (process.platform !== "win32") expect((await stat(at(places.zsh))).mode & 0o777).toBe(0o644);
    expect(existsSync(at(places.fish))).toBe(false);
    expect(existsSync(at(".zshrc"))).toBe(false);
  });

  test("writes all that are named, once, and leaves what is current", async () => {
    expect((await scripts("install", ...names)).map(({ action }) => action)).toEqual([
      "write",
      "write",
      "write",
      "write",
    ]);
    for (const shell of names) expect(await text(places[shell])).toContain(`__complete ${shell}`);
    expect((await scripts("install", ...names, "zsh")).map(({ action }) => action)).toEqual([
      "keep",
      "keep",
      "keep",
      "keep",
    ]);
  });

  test("replaces a script of an older version, also through a link", async () => {
    await mkdir(at("dotfiles"));
    await mkdir(at(".config/fish/completions"), { recursive: true });
    const old =
      "# mortar completion for fish. Made by `mortar completion`, which replaces this file: changes are lost.\nold\n";
    await writeFile(at("dotfiles/mortar.fish"), old);
    await symlink(at("dotfiles/mortar.fish"), at(places.fish));
    expect(await scripts("install", "fish")).toMatchObject([
      { action: "replace", state: "outdated", active: true, line: null },
    ]);
    expect(await text("dotfiles/mortar.fish")).toContain("__complete fish");
    expect(await scripts("status", "fish")).toMatchObject([{ state: "current" }]);
  });

  test("leaves a file that is not ours, and then writes nothing at all", async () => {
    await mkdir(at(".config/fish/completions"), { recursive: true });
    await writeFile(at(places.fish), "complete -c mortar -a mine\n");
    const { exitCode, stderr } = await machine.run(["completion", "install", "bash", "fish"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${at(places.fish)} was not written by`);
    expect(await text(places.fish)).toBe("complete -c mortar -a mine\n");
    expect(existsSync(at(places.bash))).toBe(false);
  });

  test("with --dry-run writes nothing", async () => {
    expect((await machine.run(["completion", "install", "bash", "--dry-run"])).stdout).toContain("would write");
    expect(existsSync(at(".local"))).toBe(false);
  });

  test("goes by the folders that the environment names", async () => {
    const env = { XDG_DATA_HOME: at("data"), XDG_CONFIG_HOME: at("config"), ZDOTDIR: at("zsh") };
    await machine.run(["completion", "install", "bash", "zsh", "fish"], { env });
    for (const path of [
      "data/bash-completion/completions/mortar",
      "data/zsh/site-functions/_mortar",
      "config/fish/completions/mortar.fish",
    ]) {
      expect([path, existsSync(at(path))]).toEqual([path, true]);
    }
    const own = await machine.run(["completion", "install", "bash"], { env: { BASH_COMPLETION_USER_DIR: at("own") } });
    expect(own.stdout).toContain(at("own/completions/mortar"));
  });

  test("asks for a shell where it cannot tell", async () => {
    for (const shell of ["", "/bin/tcsh"]) {
      const { exitCode, stderr } = await machine.run(["completion", "install"], { env: { SHELL: shell } });
      if (process.platform !== "win32") expect([exitCode, stderr.includes("Name the shell")]).toEqual([2, true]);
    }
  });

  test("for other names of the program too", async () => {
    await machine.run(["completion", "install", "fish", "--name", "mortar,databricks-claude"]);
    expect((await readdir(at(".config/fish/completions"))).toSorted()).toEqual([
      "databricks-claude.fish",
      "mortar.fish",
    ]);
    expect(await scripts("status")).toContainEqual(
      expect.objectContaining({ name: "databricks-claude", state: "current" }),
    );
  });
});

describe("status", () => {
  test("tells whether a start file reads the script", async () => {
    await machine.run(["completion", "install", "zsh"]);
    expect(await scripts("status", "zsh")).toMatchObject([{ state: "current", active: false }]);
    await writeFile(at(".zshrc"), `# source ${at(places.zsh)}\n`);
    expect(await scripts("status", "zsh")).toMatchObject([{ active: false }]);
    for (const line of [
      `source ~/${places.zsh}`,
      `source "$HOME/${places.zsh}"`,
      'eval "$(mortar completion zsh)"',
      "fpath=(~/.local/share/zsh/site-functions $fpath)",
    ]) {
      await writeFile(at(".zshrc"), `true\n${line}\n`);
      expect([line, (await scripts("status", "zsh"))[0]?.active]).toEqual([line, true]);
    }
  });

  test("a start file that prints the script needs no other file", async () => {
    await writeFile(at(".bashrc"), 'true\neval "$(mortar completion bash)"\n');
    await writeFile(at(".zshrc"), `source ~/${places.zsh}\n`);
    const { stdout } = await machine.run(["completion", "status", "bash", "zsh"]);
    expect(stdout).toBe(`bash: set up by ${at(".bashrc")}:2\nzsh: not installed, but ${at(".zshrc")}:1 asks for it\n`);
    expect(await scripts("status", "bash")).toMatchObject([{ state: "absent", active: true, printed: true }]);
  });

  test.each([
    ["bash", "etc/bash_completion.d/mortar"],
    ["bash", "share/bash-completion/completions/mortar"],
    ["zsh", "share/zsh/site-functions/_mortar"],
    ["fish", "share/fish/vendor_completions.d/mortar.fish"],
  ])("finds the script for %s that a package has put into %s", async (shell, path) => {
    await mkdir(at("package/bin"), { recursive: true });
    await symlink(binary, at("package/bin/mortar"));
    const env = { PATH: `${at("package/bin")}:${machine.env["PATH"] ?? ""}` };
    const { stdout: script } = await machine.run(["completion", shell]);
    await Bun.write(at(`package/${path}`), script);
    const { stdout } = await machine.run(["completion", "status", shell], { env });
    expect(stdout).toBe(`${shell}: came with the program (${at(`package/${path}`)})\n`);
    await Bun.write(at(`package/${path}`), "somebody else's");
    expect((await machine.run(["completion", "status", shell], { env })).stdout).toBe(`${shell}: not installed\n`);
  });

  test("shows each shell, also where nothing is installed", async () => {
    const { stdout, exitCode } = await machine.run(["completion", "status"]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe("bash: not installed\nzsh: not installed\nfish: not installed\npowershell: not installed\n");
  });
});

describe("uninstall", () => {
  test("removes what install has written, for every shell and name, and nothing else", async () => {
    await machine.run(["completion", "install", ...names, "--name", "mortar,databricks-codex"]);
    await writeFile(at(places.bash), "# mine\n");
    await writeFile(at(".bashrc"), 'true\neval "$(mortar completion bash)"\n');
    const { stdout } = await machine.run(["completion", "uninstall"]);
    expect(stdout).toContain(`removed ${at(places.zsh)}`);
    expect(stdout).toContain(`left ${at(places.bash)}, which is not ours`);
    expect(stdout).toContain(`${at(".bashrc")}:2 still asks`);
    for (const shell of names) expect([shell, existsSync(at(places[shell]))]).toEqual([shell, shell === "bash"]);
    expect(await readdir(at(".config/fish/completions"))).toEqual([]);
    expect(await text(".bashrc")).toContain("mortar completion bash");
  });

  test("with --dry-run removes nothing, and for one shell only that one", async () => {
    await machine.run(["completion", "install", ...names]);
    expect((await machine.run(["completion", "uninstall", "--dry-run"])).stdout).toContain("would remove");
    await machine.run(["completion", "uninstall", "fish"]);
    for (const shell of names) expect([shell, existsSync(at(places[shell]))]).toEqual([shell, shell !== "fish"]);
    expect((await machine.run(["completion", "uninstall", "fish"])).stdout).toContain("No completion script of ours");
  });
});

describe("__complete", () => {
  test.each([
    [[]],
    [["bash"]],
    [["tcsh", "--", ""]],
    [["zsh", "--name", "ls", "--", ""]],
    [["zsh", "--name"]],
    [["--renew"]],
    [["--renew", "job", "nowhere"]],
  ])("has nothing to say to %j, and says it silently", async (words) => {
    expect(await machine.run(["__complete", ...words])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test.skipIf(process.platform === "win32")("does not hang on a configuration that is a pipe", async () => {
    expect(await Bun.spawn(["mkfifo", at(".databrickscfg")]).exited).toBe(0);
    expect((await machine.run(["__complete", "zsh", "--", "--profile", ""])).stdout).toBe("values\n\n");
  });

  test("renews the values of a workspace into the cache, without a token in it", async () => {
    const emulator = await startTestEmulator();
    const task = { task_key: "t", notebook_task: { notebook_path: "/x" } };
    try {
      await emulator.call("POST /api/2.2/jobs/create", { body: { name: "Nightly", tasks: [task] } });
      await writeFile(at(".databrickscfg"), `[here]\nhost = ${emulator.host}\ntoken = ${emulator.token}\n`, {
        mode: 0o600,
      });
      expect((await machine.run(["__complete", "--renew", "job", "", "here"])).stdout).toBe("");
      const folder = at("mortar/cache/completion");
      const [name = ""] = await readdir(folder);
      expect(JSON.parse(await readFile(join(folder, name), "utf8"))).toMatchObject({
        candidates: [{ value: expect.stringMatching(/^\d+$/), description: "Nightly" }],
      });
    } finally {
      await emulator.dispose();
    }
  });
});

test("a question that needs no values loads declarations and the engine alone", async () => {
  const graph = buildGraph(await sourceFiles("src"));
  const isLight = (path: string): boolean =>
    /^src\/(?:completion|cli)\//.test(path) ||
    /^src\/commands\/(?:[\w-]+\/)*(?:(?:[\w-]+-)?(?:table|flags)|ask|programs|adapter)\.ts$/.test(path) ||
    /^src\/skills\/(?:agent-names|catalog|entry)\.ts$/.test(path) ||
    /^src\/tools\/(?:catalog|toolset-names|naming|term-bounds|entries\/[\w-]+)\.ts$/.test(path) ||
    ["platform/clock", "agents/mcp-client-names", "doctor/groups"].some((name) => path === `src/${name}.ts`);
  const reach = staticReach(graph, ["src/commands/completion/ask.ts"]);
  expect([...reach].filter(([path]) => !isLight(path)).map(([, way]) => way.join(" -> "))).toEqual([]);
  expect(reach.size).toBeGreaterThan(15);
});

test("PowerShell's parser takes the script", async () => {
  const program = Bun.which("pwsh") ?? Bun.which("powershell");
  const path = join(import.meta.dir, "..", "completions", "mortar.ps1");
  // Where there is no PowerShell the script is held by the golden file alone.
  if (program === null) return expect(await Bun.file(path).text()).toContain("Register-ArgumentCompleter");
  const check = `$errors = $null; [void][System.Management.Automation.Language.Parser]::ParseFile('${path}', [ref]$null, [ref]$errors); $errors.Count; . '${path}'; (TabExpansion2 -inputScript 'mortar emul' -cursorColumn 11).CompletionMatches.CompletionText`;
  const child = Bun.spawn([program, "-NoProfile", "-NonInteractive", "-Command", check], {
    stdin: "ignore",
    stdout: "pipe",
    env: { ...process.env, ...machine.env, PATH: `${join(import.meta.dir, "..", "dist")}:${machine.env["PATH"]}` },
  });
  expect((await new Response(child.stdout).text()).trim().split(/\s+/)).toEqual(["0", "emulator"]);
});
