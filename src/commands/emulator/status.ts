// `mortar emulator status`.
import type { Run } from "../../cli/context.ts";
import { emulatorFolder, findRunning, hasData } from "../../emulator/service/service.ts";
import { runningData, runningLines } from "./running.ts";
import type { statusFlags } from "./table.ts";

export const run: Run<typeof statusFlags> = async ({ deps, flags, signal }) => {
  const folder = emulatorFolder(deps, flags.data);
  const record = await findRunning(deps, folder, signal);
  if (record !== undefined) {
    return { data: runningData(record), text: `The emulated workspace runs.\n\n${runningLines(record).join("\n")}\n` };
  }
  const has = await hasData(folder);
  const where = has ? `Its data is in ${folder}.` : `There is no data in ${folder}.`;
  const elsewhere = flags.data === undefined ? "" : ` --data ${JSON.stringify(flags.data)}`;
  const text = `No emulator runs. ${where}\nStart it with: mortar emulator start${elsewhere}\n`;
  return { data: { running: false, folder, has_data: has }, text, exit: 1 };
};
