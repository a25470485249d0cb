// `mortar emulator stop`.
import type { Run } from "../../cli/context.ts";
import { emulatorFolder, stopService } from "../../emulator/service/service.ts";
import type { stopFlags } from "./table.ts";

export const run: Run<typeof stopFlags> = async ({ deps, flags, signal }) => {
  const folder = emulatorFolder(deps, flags.data);
  const stopped = await stopService(deps, folder, signal);
  const text = stopped ? `Stopped. The data stays in ${folder}.\n` : `No emulator runs on ${folder}.\n`;
  return { data: { stopped, folder }, text };
};
