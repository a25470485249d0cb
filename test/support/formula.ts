// Does what `brew install` would do with a formula of scripts/release, for the few words that such a formula uses. A line
// that it does not know is an error, so that the formula cannot grow past what is tested.
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";

export interface FormulaInstall {
  /** The keg: what brew would link into its prefix. */
  readonly keg: string;
  readonly options: readonly string[];
  readonly os: "macos" | "linux";
  readonly machine: "arm" | "intel";
}

/** Downloads, checks, unpacks and installs; then runs the formula's own test. Throws when any of that fails. */
export async function brewInstall(formula: string, install: FormulaInstall): Promise<void> {
  const { url, sha256 } = archiveOf(formula, install);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const bytes = await response.bytes();
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) throw new Error(`SHA-256 mismatch: expected ${sha256}, actual ${found}`);
  const staging = `${install.keg}.staging`;
  await mkdir(staging, { recursive: true });
  await writeFile(join(staging, "archive.tar.gz"), bytes);
  await must(["tar", "-xzf", "archive.tar.gz"], staging);
  // Homebrew steps into the only folder of an archive.
  const [folder] = (await readdir(staging)).filter((name) => name !== "archive.tar.gz");
  await runSteps(formula, join(staging, folder ?? ""), install);
  await runTest(formula, install.keg);
}

export function archiveOf(formula: string, { os, machine }: FormulaInstall): { url: string; sha256: string } {
  const block = new RegExp(`  on_${os} do\\n([^]*?)\\n  end\\n`).exec(formula)?.[1] ?? "";
  const inner = new RegExp(`    on_${machine} do\\n([^]*?)\\n    end`).exec(block)?.[1] ?? "";
  const url = /url "([^"]+)"/.exec(inner)?.[1];
  const sha256 = /sha256 "([0-9a-f]{64})"/.exec(inner)?.[1];
  if (url === undefined || sha256 === undefined) throw new Error(`the formula has no archive for ${os} ${machine}`);
  return { url, sha256 };
}

const folders: Readonly<Record<string, string>> = {
  bin: "bin",
  man1: "share/man/man1",
  doc: "share/doc/mortar",
  bash_completion: "etc/bash_completion.d",
  zsh_completion: "share/zsh/site-functions",
  fish_completion: "share/fish/vendor_completions.d",
};

async function runSteps(formula: string, from: string, { keg, options }: FormulaInstall): Promise<void> {
  let skipping = false;
  for (const line of blockOf(formula, "def install")) {
    const condition = /^if build\.with\? "([\w-]+)"$/.exec(line);
    if (condition !== null) skipping = !options.includes(condition[1] ?? "");
    else if (line === "end") skipping = false;
    else if (!skipping) await runStep(line, from, keg);
  }
}

async function runStep(line: string, from: string, keg: string): Promise<void> {
  const link = /^bin\.install_symlink bin\/"([\w-]+)" => "([\w-]+)"$/.exec(line);
  if (link !== null) {
    const place = join(keg, "bin", link[2] ?? "");
    return symlink(relative(join(keg, "bin"), join(keg, "bin", link[1] ?? "")), place);
  }
  const [, kind = "", rest = ""] = /^(\w+)\.install (.+)$/.exec(line) ?? [];
  const folder = folders[kind];
  if (folder === undefined) throw new Error(`the formula has a step that is not known here: ${line}`);
  await mkdir(join(keg, folder), { recursive: true });
  for (const [source, name] of await sourcesOf(rest, from)) {
    await copyFile(join(from, source), join(keg, folder, name));
    if (kind === "bin") await chmod(join(keg, folder, name), 0o555);
  }
}

/** `"a", "b"`, `"a" => "b"` and `Dir["man/*.1"]`, as pairs of what is installed and under which name. */
async function sourcesOf(text: string, from: string): Promise<[string, string][]> {
  const glob = /^Dir\["([^"]+)"\]$/.exec(text)?.[1];
  if (glob !== undefined) {
    const found = await Array.fromAsync(new Bun.Glob(glob).scan({ cwd: from }));
    if (found.length === 0) throw new Error(`${glob} names nothing`);
    return found.map((path) => [path, basename(path)]);
  }
  return text.split(", ").map((part) => {
    const [, source, name] = /^"([^"]+)"(?: => "([^"]+)")?$/.exec(part) ?? [];
    if (source === undefined) throw new Error(`the formula installs what is not known here: ${part}`);
    return [source, name ?? basename(source)];
  });
}

async function runTest(formula: string, keg: string): Promise<void> {
  const version = /^ {2}version "([^"]+)"$/m.exec(formula)?.[1] ?? "";
  const filled = (text: string): string =>
    text.replaceAll("#{version}", version).replaceAll("#{bin}", join(keg, "bin"));
  for (const line of blockOf(formula, "test do")) {
    const [, kind, expected = "", command = ""] =
      /^(assert_equal|assert_match) "([^"]+)", shell_output\("([^"]+)"\)(?:\.strip)?$/.exec(line) ?? [];
    if (kind === undefined) throw new Error(`the formula's test has a line that is not known here: ${line}`);
    const said = (await must(filled(command).split(" "), keg)).trim();
    const good = kind === "assert_equal" ? said === filled(expected) : said.includes(filled(expected));
    if (!good) throw new Error(`${filled(command)} said ${said}, not ${filled(expected)}`);
  }
}

function blockOf(formula: string, head: string): string[] {
  const body = new RegExp(`  ${head}\\n([^]*?)\\n  end\\n`).exec(formula)?.[1];
  if (body === undefined) throw new Error(`the formula has no ${head}`);
  return body.split("\n").map((line) => line.trim());
}

async function must(command: string[], cwd: string): Promise<string> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: cwd };
  const child = Bun.spawn(command, { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed: ${err}`);
  return out;
}
