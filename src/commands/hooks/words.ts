// What was taken back, for people.
import type { ChangedFile } from "./installing.ts";

export function uninstallWords(files: readonly ChangedFile[], dryRun: boolean): string {
  if (files.length === 0) return "There is nothing of ours in any agent's settings.\n";
  const lines = files.map(({ file, status, kept = 0 }) => {
    const what = status === "removed" ? "removed" : "taken back";
    const stays =
      kept === 0
        ? ""
        : `; ${kept === 1 ? "one value stays, which was" : `${kept} values stay, which were`} changed since`;
    return `  ${file} (${what}${stays})`;
  });
  return `${dryRun ? "Would take back" : "Taken back"}:\n${lines.join("\n")}\n`;
}
