// A project's file that is to hold a secret of this machine must not be one that git carries to others.
import { MortarError } from "../../platform/errors.ts";
import type { ReadyDeps } from "./types.ts";

const limitMs = 10_000;

/**
 * Throws `conflict` for a file that git tracks. Gives a note for one that it would take up with the next `git add`;
 * nothing where it is ignored, or where there is no git.
 */
export async function trackedByGit(deps: ReadyDeps, folder: string, file: string): Promise<readonly string[]> {
  const tracked = await git(deps, folder, ["ls-files", "--error-unmatch", "--", file]);
  if (tracked === undefined) return [];
  if (tracked === 0) {
    throw new MortarError("conflict", `git tracks ${file}, and it would hold the key of the proxy on this machine`, {
      hint: "Take it out of git (git rm --cached), set up in the home folder instead, or choose the mode helper.",
    });
  }
  const ignored = await git(deps, folder, ["check-ignore", "-q", "--", file]);
  // 0: ignored; 128: no repository.
  if (ignored !== 1) return [];
  return [`${file} holds the key of the proxy on this machine: put it into .gitignore before the next commit.`];
}

async function git(deps: ReadyDeps, folder: string, words: readonly string[]): Promise<number | undefined> {
  try {
    const options = { env: deps.env, timeoutMs: limitMs, maxOutputBytes: 1_000_000 };
    // A repository may name a program of its own for this, which is not to be run.
    const quiet = ["-c", "core.fsmonitor=false"];
    return (await deps.run(["git", ...quiet, "-C", folder, ...words], options)).exitCode;
  } catch {
    return undefined;
  }
}
