// What another user of the machine may have laid into our folders, where a person had them open to others.
import { lstatSync, statSync } from "node:fs";
import { chmod } from "node:fs/promises";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { makePrivateFolder } from "../../platform/files.ts";
import { leaseFolder } from "./places.ts";

const othersMayWrite = 0o022;
const sticky = 0o1000;

/**
 * Makes the folders in which a proxy is looked for, and takes from others the right to write there. Throws `io` for one
 * that is another user's, and where it cannot be made.
 */
export async function closeFolders(deps: Pick<Deps, "paths" | "os" | "log">): Promise<void> {
  for (const path of [deps.paths.run, leaseFolder(deps)]) {
    await makePrivateFolder(path);
    if (deps.os === "win32") continue;
    if (isForeign(deps, path)) {
      throw new MortarError("io", `The folder ${path} belongs to another user`, {
        hint: "Remove it, or name a folder of your own with MORTAR_HOME.",
      });
    }
    const { mode } = statSync(path);
    if ((mode & othersMayWrite) === 0 || (mode & sticky) !== 0) continue;
    await chmod(path, mode & 0o777 & ~othersMayWrite).then(
      () => deps.log.warn(`${path} could be written by others; it is closed now`),
      () => deps.log.warn(`${path} can be written by others, who can then use your workspace`),
    );
  }
}

/** Whether a file is neither this user's nor the system's, nor of whoever has our folder. False where there is none. */
export function isForeign({ paths, os }: Pick<Deps, "paths" | "os">, path: string): boolean {
  const own = process.getuid?.();
  if (os === "win32" || own === undefined) return false;
  // The link itself: what it leads to may well be this user's.
  const owner = ownerOf(path);
  if (owner === undefined || owner === own || owner === 0) return false;
  // In containers root often has a home in which everything is somebody else's.
  return own !== 0 || owner !== ownerOf(paths.data);
}

/** undefined for what is not there; who cannot look there is told so where it is read. */
function ownerOf(path: string): number | undefined {
  try {
    return lstatSync(path).uid;
  } catch {
    return undefined;
  }
}
