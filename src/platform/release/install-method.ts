// How this program came onto the machine, and so who updates it.
import { realpathSync } from "node:fs";
import type { Environment, OperatingSystem } from "../deps.ts";
import { readTextIfPresent } from "../files.ts";
import { parseReceipt, receiptPath, type Receipt } from "./receipt.ts";

export interface Install {
  readonly method: "homebrew" | "scoop" | "winget" | "nix" | "system-package" | "script" | "archive" | "source";
  /** The program's file, links followed; for `source` that of the runtime. */
  readonly path: string;
  /** What updates it, where that is not this program itself. */
  readonly command?: string;
  readonly receipt?: Receipt;
}

export interface InstallFacts {
  readonly os: OperatingSystem;
  readonly env: Environment;
  /** Whether this binary was made by a release: only such a one can check what it fetches. */
  readonly isReleased: boolean;
  /** The running file; found out unless given. */
  readonly path?: string;
}

/** Finds out how the running program was installed. Reads one small file beside it, and starts nothing. */
export async function detectInstall({ os, env, isReleased, path = ownPath() }: InstallFacts): Promise<Install> {
  if (!isReleased) return { method: "source", path, command: "git pull && scripts/build" };
  const managed = managerOf(path, os, env);
  if (managed !== undefined) return { ...managed, path };
  const note = await readTextIfPresent(receiptPath(path)).catch(() => undefined);
  const receipt = note === undefined ? undefined : parseReceipt(note, path);
  return receipt === undefined ? { method: "archive", path } : { method: "script", path, receipt };
}

/** Package managers keep what they install in places of their own. */
function managerOf(
  path: string,
  os: OperatingSystem,
  env: Environment,
): Pick<Install, "method" | "command"> | undefined {
  const slashed = path.replaceAll("\\", "/");
  if (os === "win32") {
    const lower = slashed.toLowerCase();
    const scoop = env["SCOOP"]?.replaceAll("\\", "/").toLowerCase();
    if (lower.includes("/scoop/apps/") || (scoop !== undefined && scoop !== "" && lower.startsWith(`${scoop}/apps/`))) {
      return { method: "scoop", command: "scoop update mortar" };
    }
    const isWinget = lower.includes("/microsoft/winget/packages/") || lower.includes("/winget/packages/");
    return isWinget ? { method: "winget", command: "winget upgrade mortar" } : undefined;
  }
  if (/\/Cellar\//i.test(slashed)) return { method: "homebrew", command: "brew update && brew upgrade mortar" };
  if (slashed.startsWith("/nix/store/")) return { method: "nix" };
  return /^\/usr\/s?bin\//.test(slashed) ? { method: "system-package" } : undefined;
}

function ownPath(): string {
  try {
    return realpathSync(process.execPath);
  } catch {
    return process.execPath;
  }
}
