// `mortar proxy uninstall`.
import type { Run } from "../../cli/context.ts";
import { serviceFile, uninstallService } from "../../proxy/lifecycle/service/service.ts";
import type { uninstallFlags } from "./flags.ts";

export const run: Run<typeof uninstallFlags> = async ({ deps, flags, signal }) => {
  if (flags["dry-run"]) {
    const file = await serviceFile(deps);
    const text = file === undefined ? "No service is installed.\n" : `Would stop the service and remove ${file}.\n`;
    return { data: { would_remove: file ?? null }, text };
  }
  const file = await uninstallService(deps, signal);
  const text = file === undefined ? "No service is installed.\n" : `The service is stopped, and ${file} removed.\n`;
  return { data: { removed: file ?? null }, text };
};
