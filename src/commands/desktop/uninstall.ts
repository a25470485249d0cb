// `mortar desktop uninstall`: Claude Desktop of this machine as it was.
import type { Run } from "../../cli/context.ts";
import { uninstallEntry } from "../../desktop/library.ts";
import { forget } from "../../desktop/memory.ts";
import type { uninstallFlags } from "./flags.ts";

export const run: Run<typeof uninstallFlags> = async ({ deps, flags }) => {
  const dryRun = flags["dry-run"];
  const { files } = await uninstallEntry(deps, { dryRun });
  if (!dryRun) await forget(deps);
  const lines = files.map(({ file, status, kept }) => {
    const stays = kept === 0 ? "" : ` (${kept} ${kept === 1 ? "value" : "values"} changed since: left)`;
    return `${file}: ${dryRun ? "would be " : ""}${status}${stays}`;
  });
  const text = lines.length === 0 ? ["There is nothing of mortar's in Claude Desktop."] : lines;
  return { data: { dry_run: dryRun, files }, text: `${text.join("\n")}\n` };
};
