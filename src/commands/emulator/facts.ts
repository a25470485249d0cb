// The emulated workspace of this machine: whether it runs, and where its data is.
import { emulatorFolder, findRunning, hasData } from "../../emulator/service/service.ts";
import type { FactProvider } from "../config/facts.ts";

export const emulatorFacts: FactProvider = {
  key: "emulator",
  title: "Emulator",
  collect: async ({ deps, signal }) => {
    const folder = emulatorFolder(deps, undefined);
    const [running, has] = await Promise.all([findRunning(deps, folder, signal), hasData(folder)]);
    const data = { key: "data", label: "data", value: has ? folder : undefined };
    if (running === undefined) return [{ key: "state", label: "state", value: "not running" }, data];
    return [
      { key: "state", label: "state", value: "running" },
      { key: "host", label: "host", value: running.host },
      { key: "process", label: "process", value: String(running.pid) },
      data,
    ];
  },
};
