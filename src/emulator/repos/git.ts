// What the emulator has git do: a bare copy of the remote for each git folder, and the files of one commit.
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { runProcess, type RunResult } from "../../platform/process.ts";
import { ApiFault } from "../http/route.ts";
import { cellEnvironment } from "../kernel/child-environment.ts";
import type { World } from "../world.ts";

export interface CommitFile {
  /** Below the root of the repository, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

const patienceMs = 60_000;

/** Makes the bare copy. Throws ApiFault where git cannot. */
export async function cloneMirror(world: World, url: string, mirror: string): Promise<void> {
  await git(world, ["clone", "--quiet", "--bare", "--", url, mirror]);
}

/** Brings the bare copy up to what the remote has. Throws ApiFault. */
export async function fetchMirror(world: World, mirror: string): Promise<void> {
  const heads = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
  await git(world, ["--git-dir", mirror, "fetch", "--quiet", "--prune", "origin", ...heads]);
}

/** The branch that the remote itself is on. */
export async function defaultBranch(world: World, mirror: string): Promise<string> {
  const { stdout } = await git(world, ["--git-dir", mirror, "symbolic-ref", "--short", "HEAD"]);
  return stdout.trim();
}

/** The commit of a branch or tag, or undefined where there is none of that name; an empty repository has none. */
export async function commitOf(
  world: World,
  mirror: string,
  ref: `refs/${"heads" | "tags"}/${string}`,
): Promise<string | undefined> {
  const words = ["--git-dir", mirror, "rev-parse", "--quiet", "--verify", "--end-of-options", `${ref}^{commit}`];
  const { exitCode, stdout } = await run(world, words);
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** The files of a commit; links are left out, as the workspace leaves them out. */
export async function filesOf(world: World, mirror: string, commit: string): Promise<readonly CommitFile[]> {
  const folder = await mkdtemp(join(tmpdir(), "mortar-git-"));
  try {
    // Without a filter or a line end of this machine: the bytes are those of the repository.
    const plain = ["-c", "core.autocrlf=false", "-c", "core.symlinks=false"];
    const place = ["--git-dir", mirror, "--work-tree", folder];
    await git(world, [...plain, ...place, "read-tree", commit]);
    await git(world, [...plain, ...place, "checkout-index", "--all", "--force"]);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return await Promise.all(
      files.toSorted().map(async (file) => {
        const bytes = await readFile(file);
        return { path: relative(folder, file).split(sep).join("/"), bytes, hash: hashOf(bytes) };
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function git(world: World, words: readonly string[]): Promise<RunResult> {
  const result = await run(world, words);
  if (result.exitCode === 0) return result;
  const why = result.stderr.trim().split("\n").slice(-3).join(" ").slice(0, 500);
  throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Git failed: ${why}`);
}

/** Never asks for a password, and takes no protocol that would run a program. */
async function run(world: World, words: readonly string[]): Promise<RunResult> {
  const quiet = { GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "", SSH_ASKPASS: "", GIT_ALLOW_PROTOCOL: "https:http:file" };
  const env = { ...cellEnvironment(world.env), ...quiet, GIT_CONFIG_NOSYSTEM: "1" };
  try {
    return await runProcess(["git", ...words], { env, signal: world.signal, timeoutMs: patienceMs });
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    const what = thrown.code === "not_found" ? "git is not installed where the emulator runs" : thrown.message;
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Git failed: ${what}`);
  }
}
