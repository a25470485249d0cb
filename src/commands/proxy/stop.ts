// `mortar proxy stop`.
import type { Run } from "../../cli/context.ts";
import { stopProxy } from "../../proxy/lifecycle/stop.ts";
import type { stopFlags } from "./flags.ts";

export const run: Run<typeof stopFlags> = async ({ deps, flags, signal }) => {
  const { pid, sessions } = await stopProxy(deps, { now: flags.now, signal });
  const stopped = pid !== undefined;
  const lost = sessions === 1 ? "1 session has lost it." : `${sessions} sessions have lost it.`;
  const text = stopped ? `Stopped.${sessions === 0 ? "" : ` ${lost}`}\n` : "No proxy runs.\n";
  return { data: { stopped, pid: pid ?? null, sessions }, text };
};
