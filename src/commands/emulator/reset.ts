// `mortar emulator reset`: asks first, and deletes nothing but an emulator's own folder.
import type { Run } from "../../cli/context.ts";
import { emulatorFolder, hasData, resetService } from "../../emulator/service/service.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { resetFlags } from "./table.ts";

export const run: Run<typeof resetFlags> = async ({ deps, flags, signal }) => {
  const folder = emulatorFolder(deps, flags.data);
  if (flags["dry-run"]) {
    const has = await hasData(folder);
    const text = has ? `Would delete ${folder}.\n` : `There is nothing to delete in ${folder}.\n`;
    return { data: { deleted: false, would_delete: has, folder }, text };
  }
  if (!flags.yes && !(await agrees(deps, folder, signal))) {
    return { data: { deleted: false, folder }, text: "Nothing was deleted.\n", exit: 1 };
  }
  const deleted = await resetService(deps, folder, signal);
  const text = deleted ? `Deleted ${folder}.\n` : `There is no emulator data in ${folder}.\n`;
  return { data: { deleted, folder }, text };
};

async function agrees(deps: Deps, folder: string, signal: AbortSignal): Promise<boolean> {
  if (!deps.stdin.isTTY || !deps.stderr.isTTY) {
    throw new MortarError("usage", `Deleting ${folder} needs --yes`, { hint: "Run it again with --yes." });
  }
  deps.stderr.write(`Delete all data of the emulated workspace in ${folder}? [y/N] `);
  const answer = await deps.stdin.readLine(signal);
  return /^y(es)?$/i.test((answer ?? "").trim());
}
