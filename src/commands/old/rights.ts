// A word about running with more rights than is good, as the older programs had it.
import type { Deps } from "../../platform/deps.ts";

export function warnOfRights({ os, log }: Deps): void {
  if (os === "win32") return;
  if (process.getuid?.() === 0) log.warn("This runs as root: so will the agent, and all that it does");
  const mask = process.umask();
  if ((mask & 0o022) !== 0o022) {
    log.warn(`The umask ${mask.toString(8).padStart(4, "0")} lets others write into new files; umask 022 does not`);
  }
}
