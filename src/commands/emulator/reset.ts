// `mortar emulator reset`: asks first, and deletes nothing but an emulator's own folder.
import { confirm } from "../../cli/confirm.ts";
import type { Run } from "../../cli/context.ts";
import { emulatorFolder, hasData, resetService } from "../../emulator/service/service.ts";
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
  const deleted = await resetService(deps, folder, signal);
  const text = deleted ? `Deleted ${folder}.\n` : `There is no emulator data in ${folder}.\n`;
  return { data: { deleted, folder }, text };
};
