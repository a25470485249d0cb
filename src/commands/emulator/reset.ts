// `mortar emulator reset`: asks first, and deletes nothing but an emulator's own folder.
import { confirm } from "../../cli/confirm.ts";
import type { Run } from "../../cli/context.ts";
import { emulatorFolder, hasData, resetService } from "../../emulator/service/service.ts";
import type { Deletion } from "../../emulator/state/folder.ts";
import type { resetFlags } from "./table.ts";

export const run: Run<typeof resetFlags> = async ({ deps, flags, signal }) => {
  const folder = emulatorFolder(deps, flags.data);
  if (flags["dry-run"]) {
    const has = await hasData(folder);
    const text = has ? `Would delete ${folder}.\n` : `There is nothing to delete in ${folder}.\n`;
    return { data: { deleted: false, would_delete: has, folder }, text };
  }
  const question = {
    question: `Delete all data of the emulated workspace in ${folder}?`,
    unasked: `Deleting ${folder} needs --yes`,
    flag: "--yes",
    signal,
  };
  if (!flags.yes && !(await confirm(deps, question))) {
    return { data: { deleted: false, folder }, text: "Nothing was deleted.\n", exit: 1 };
  }
  const { deleted, left } = await resetService(deps, folder, signal);
  return { data: { deleted, folder, left }, text: told(folder, { deleted, left }) };
};

function told(folder: string, { deleted, left }: Deletion): string {
  if (!deleted) return `There is no emulator data in ${folder}.\n`;
  if (left.length === 0) return `Deleted ${folder}.\n`;
  return `Deleted the emulator's data in ${folder}. What is not the emulator's stays: ${left.join(", ")}\n`;
}
