// Releases of this tree, made by scripts/release from copies of it, for the machine that the tests run on.
import { existsSync } from "node:fs";
import { cp, link, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { isTarget, type Target } from "../../src/platform/release/targets.ts";

const root = join(import.meta.dir, "..", "..");

/** The target of this machine; undefined where no release is made for it. */
export function machineTarget(): Target | undefined {
  const isMusl =
    process.platform === "linux" && existsSync(`/lib/ld-musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`);
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `${system}-${process.arch}${isMusl ? "-musl" : ""}`;
  return isTarget(name) ? name : undefined;
}

/** The target of this machine where sh and tar can install it; undefined elsewhere. */
export function hostTarget(): Target | undefined {
  return process.platform === "win32" ? undefined : machineTarget();
}

/** Copies the tree as it is, without what is made from it; packages and compressed parts are shared, not copied. */
export async function copyTree(folder: string, from = root): Promise<void> {
  await mkdir(join(folder, "dist", ".duckdb"), { recursive: true });
  const made = new Set(["node_modules", "dist", ".git", ".tools", ".bun"]);
  for (const name of await readdir(from)) {
    if (!made.has(name)) await cp(join(from, name), join(folder, name), { recursive: true });
  }
  // A junction needs no rights on Windows; elsewhere the word means nothing.
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const store = join(root, "dist", ".duckdb");
  for (const entry of existsSync(store) ? await readdir(store, { withFileTypes: true }) : []) {
    if (entry.isFile()) await share(join(store, entry.name), join(folder, "dist", ".duckdb", entry.name));
  }
}

async function share(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => cp(from, to));
}

export async function setVersion(folder: string, version: string): Promise<void> {
  const path = join(folder, "package.json");
  const manifest = (await Bun.file(path).json()) as Record<string, unknown>;
  await Bun.write(path, `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
}

export interface ReleaseRun {
  readonly exitCode: number;
  readonly stderr: string;
}

/** Runs scripts/release of the tree in `folder`. */
export async function runRelease(
  folder: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<ReleaseRun> {
  const child = Bun.spawn([process.execPath, join(folder, "scripts", "release", "release.ts"), ...words], {
    cwd: folder,
    env: { ...withoutGitHub(), SOURCE_DATE_EPOCH: "1770000000", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stderr };
}

function withoutGitHub(): Record<string, string | undefined> {
  return { ...process.env, GITHUB_REPOSITORY: undefined, MORTAR_SIGNING_KEY: undefined };
}
