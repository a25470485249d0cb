// `mortar hooks session-end`: called by an agent.
import type { Run } from "../../cli/context.ts";
import { isObject } from "../../platform/json.ts";
import { toMortarError } from "../../platform/errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { sessionAgents } from "../../agents/hooks/plan.ts";
import { withHookLog } from "./hook-log.ts";
import { endSession, isManaged } from "./sessions.ts";
import type { sessionFlags } from "./table.ts";

export const run: Run<typeof sessionFlags> = async ({ deps: outer, flags, signal }) => {
  const deps = withHookLog(outer, flags["log-file"]);
  const agent = sessionAgents.find((one) => one === flags.agent) ?? "claude";
  const done = { data: null, text: "" };
  if (isManaged(deps, agent) || (await goesOn(deps, signal))) return done;
  deps.log.debug(`A session of ${agent} ends`);
  try {
    await endSession(deps, { agent, pid: flags.pid, signal });
  } catch (thrown) {
    signal.throwIfAborted();
    // The lease ends with the agent's process.
    deps.log.debug(toMortarError(thrown).message);
  }
  return done;
};

/** Claude Code ends a session at /clear and begins another in the same process: that keeps its proxy. */
export async function goesOn({ stdin }: Pick<Deps, "stdin">, signal: AbortSignal): Promise<boolean> {
  if (stdin.isTTY) return false;
  try {
    const event: unknown = JSON.parse(await stdin.readAll(AbortSignal.any([signal, AbortSignal.timeout(1_000)])));
    return isObject(event) && event["reason"] === "clear";
  } catch {
    return false;
  }
}
