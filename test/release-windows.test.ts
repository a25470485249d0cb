// install.ps1: parsed wherever PowerShell is, and on Windows run against a release that is made here.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSigningKey } from "../scripts/release/minisign-key.ts";
import { archiveName, helperName, type Target } from "../src/platform/release/targets.ts";
import { html, startReleaseServer, type ReleaseServer } from "./support/release-server.ts";
import { copyTree, machineTarget, runRelease } from "./support/releases.ts";

const shells = ["pwsh", "powershell"].filter((name) => Bun.which(name) !== null);
const script = join(import.meta.dir, "..", "scripts", "release", "install.ps1");
const isWindows = process.platform === "win32";

async function run(
  command: readonly string[],
  env: Record<string, string> = {},
): Promise<{ exitCode: number; text: string }> {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, text: out + err };
}

describe.each(shells)("%s", (shell) => {
  test("reads install.ps1 without an error", async () => {
    const command = `$e = $null; [void][Management.Automation.Language.Parser]::ParseFile('${script}', [ref]$null, [ref]$e); $e; exit $e.Count`;
    expect(await run([shell, "-NoProfile", "-Command", command])).toEqual({ exitCode: 0, text: "" });
  });
});

describe.skipIf(!isWindows)("install.ps1", () => {
  const target = machineTarget() as Target;
  let base: string;
  let prefix: string;
  let server: ReleaseServer;
  let version: string;

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "mortar-windows-"));
    server = startReleaseServer();
    const tree = join(base, "tree");
    await copyTree(tree);
    await writeFile(join(base, "key"), makeSigningKey().secret);
    const words = ["--targets", target, "--key", join(base, "key"), "--base-url", `${server.url}/v{version}`];
    const { exitCode, stderr } = await runRelease(tree, [...words, "--out", join(base, "out")]);
    if (exitCode !== 0) throw new Error(stderr);
    version = ((await Bun.file(join(tree, "package.json")).json()) as { version: string }).version;
    server.serve(`v${version}`, join(base, "out"));
  }, 600_000);
  afterAll(async () => {
    await server.stop();
    await rm(base, { recursive: true, force: true });
  });
  beforeEach(async () => {
    prefix = await mkdtemp(join(base, "prefix-"));
  });
  afterEach(() => server.restore());

  const install = (shell: string, words: readonly string[] = []): ReturnType<typeof run> =>
    run([
      shell,
      "-NoProfile",
      "-ExecutionPolicy",
      "Bypass",
      "-File",
      join(base, "out", "install.ps1"),
      "-Prefix",
      prefix,
      ...words,
    ]);

  test.each(shells)("%s installs, gives the other names as hard links, and takes all away", async (shell) => {
    for (const words of [["-OldNames"], []]) {
      const done = await install(shell, words);
      expect([done.exitCode, done.text]).toEqual([0, expect.stringContaining("Installed mortar")]);
    }
    const says = await run([join(prefix, "bin", "mortar.exe"), "--version"]);
    expect(says.text.trim()).toBe(`mortar ${version}`);
    for (const name of [helperName, "databricks-claude"]) {
      const [own, other] = await Promise.all(["mortar", name].map((one) => stat(join(prefix, "bin", `${one}.exe`))));
      expect(other?.ino).toBe(own?.ino as number);
    }
    expect((await install(shell, ["-Uninstall"])).exitCode).toBe(0);
    expect(await readdir(prefix).catch(() => [])).toEqual([]);
  });

  test.each(shells)("%s installs nothing that was changed", async (shell) => {
    const archive = `/v${version}/${archiveName(version, target)}`;
    for (const [path, answer] of [
      [archive, () => new Response("evil")],
      [archive, html],
      [`/v${version}/SHA256SUMS`, html],
    ] as const) {
      server.lie(path, answer);
      expect((await install(shell)).exitCode).not.toBe(0);
      expect(await readdir(prefix)).toEqual([]);
      server.restore();
    }
  });

  test.each(shells)("%s leaves another program alone", async (shell) => {
    await mkdir(join(prefix, "bin"));
    await writeFile(join(prefix, "bin", "databricks-codex.exe"), "the real one");
    expect((await install(shell, ["-OldNames"])).text).toContain("is another program and stays");
    await install(shell, ["-Uninstall"]);
    expect(await readdir(join(prefix, "bin"))).toEqual(["databricks-codex.exe"]);
  });
});
