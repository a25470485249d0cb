// Finds the Python that runs the workspace's cells.
import type { Environment, OperatingSystem } from "../platform/deps.ts";
import type { RunProcess } from "../platform/process.ts";

interface Machine {
  readonly env: Environment;
  readonly os: OperatingSystem;
  readonly run: RunProcess;
}

/**
 * The first Python 3.8 or newer on the PATH, as an absolute path, or undefined. Each candidate is run once: on Windows a
 * `python.exe` that only opens the Store is on every PATH, and `python` may be Python 2 elsewhere.
 */
export async function findPython({ env, os, run }: Machine, signal: AbortSignal): Promise<string | undefined> {
  const path = env["PATH"] ?? env["Path"] ?? "";
  const names = os === "win32" ? ["python", "python3", "py"] : ["python3", "python"];
  for (const name of names) {
    const found = Bun.which(name, { PATH: path });
    if (found !== null && (await isRecent(found, run, env, signal))) return found;
  }
  return undefined;
}

async function isRecent(python: string, run: RunProcess, env: Environment, signal: AbortSignal): Promise<boolean> {
  const check = "import sys; sys.exit(0 if sys.version_info >= (3, 8) else 1)";
  try {
    const { exitCode } = await run([python, "-c", check], { env, signal, timeoutMs: 20_000 });
    return exitCode === 0;
  } catch {
    return false;
  }
}
