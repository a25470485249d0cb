// `mortar hooks session-start`: called by an agent. Whatever goes wrong, the session goes on.
import type { CommandResult } from "../../cli/spec.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import { toMortarError } from "../../platform/errors.ts";
import { sessionAgents } from "../../agents/hooks/plan.ts";
import { chooseProfile } from "../agent/profile.ts";
import { withHookLog } from "./hook-log.ts";
import { ledTo } from "./led.ts";
import { openCodeLayer } from "./opencode-layer.ts";
import { isManaged, signInTrouble, startSession } from "./sessions.ts";
import type { sessionFlags } from "./table.ts";

export const run: Run<typeof sessionFlags> = async (context) => {
  const { flags, signal } = context;
  const { port, pid } = flags;
  const deps = withHookLog(context.deps, flags["log-file"]);
  const agent = sessionAgents.find((one) => one === flags.agent) ?? "claude";
  if (isManaged(deps, agent)) return nothing;
  deps.log.debug(`A session of ${agent} begins`);
  try {
    const led = flags["if-led"] ? ledTo(deps.env) : undefined;
    const profile = await chooseProfile(deps, context.profile ?? led?.profile);
    if (flags["if-led"] && led === undefined) return told({ deps, flags }, await signInTrouble(deps, profile, signal));
    const joined = await startSession(deps, { agent, profile, port: port ?? led?.port, pid, signal });
    deps.log.debug(joined === undefined ? "The proxy runs" : `The proxy runs on ${joined.url}`);
    if (agent === "opencode" && joined !== undefined) {
      const layer = await openCodeLayer(deps, { joined, profile, version: context.build.version, signal });
      return { data: layer, text: `${JSON.stringify(layer)}\n`, printed: false };
    }
    return told({ deps, flags }, await signInTrouble(deps, profile, signal));
  } catch (thrown) {
    signal.throwIfAborted();
    const { message, hint } = toMortarError(thrown);
    return tell(
      { deps, flags },
      `The proxy to Databricks is not there: ${message}${hint === undefined ? "" : `. ${hint}`}`,
    );
  }
};

const nothing: CommandResult = { data: null, text: "" };

function told(context: Pick<CommandContext, "deps" | "flags">, trouble: string | undefined): CommandResult {
  return trouble === undefined ? nothing : tell(context, trouble);
}

/** Agents show this field of a hook's answer to the person, and go on. */
function tell({ deps, flags }: Pick<CommandContext, "deps" | "flags">, trouble: string): CommandResult {
  if (flags["agent"] === "opencode") {
    deps.log.warn(trouble);
    return { data: {}, text: "{}\n" };
  }
  deps.log.debug(trouble);
  return { data: { systemMessage: trouble }, text: `${JSON.stringify({ systemMessage: trouble })}\n` };
}
