// Settings of somebody else in the way of a plan: what gives way, to whose yes, and what never does.
import type { ForeignSetting } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { printable } from "../platform/log.ts";
import { isOlderSetting } from "./older.ts";
import { planAgents, type AgentPlan, type Chosen, type Ground } from "./plan.ts";
import { askServerName, askTakeOver, declined, type Asker } from "./questions.ts";
import type { ProxyTarget } from "./target.ts";

export interface Consent {
  readonly deps: Deps;
  readonly asker: Asker;
  readonly interactive: boolean;
  readonly dryRun: boolean;
  /** Said beforehand. */
  readonly takeOver: boolean;
  /** What the person should know is added here. */
  readonly notes: string[];
}

/** What an older program has written, with the address, key and models that belong to it. */
function isOfOlder(one: ForeignSetting, all: readonly ForeignSetting[]): boolean {
  if (isOlderSetting(one)) return true;
  const belongs = one.what === "base URL" || one.what === "key" || one.what === "model";
  return belongs && all.some((other) => other.file === one.file && isOlderSetting(other));
}

/** The plans, with a name for the MCP server that nobody else has taken. Throws `conflict` where nobody can be asked. */
export async function plansWithName(
  consent: Consent,
  chosen: readonly Chosen[],
  { ground, proxy }: { readonly ground: Ground; readonly proxy: ProxyTarget },
): Promise<{ readonly plans: readonly AgentPlan[]; readonly ground: Ground }> {
  const { deps, asker, interactive, dryRun } = consent;
  const plans = await planAgents(deps, chosen, { ground, proxy });
  const all = plans.flatMap(({ agent, foreign }) => foreign.map((setting) => ({ agent, setting })));
  const taken = all.filter(({ setting }) => setting.what === "server" && !isOlderSetting(setting));
  const [first] = taken;
  if (first === undefined) return { plans, ground };
  const { serverName } = ground;
  if (interactive && !dryRun) {
    const settings = taken.map(({ setting }) => setting);
    const name = await askServerName(asker, serverName, settings);
    return plansWithName(consent, chosen, { ground: { ...ground, serverName: name }, proxy });
  }
  const what = `${first.agent.title} has an MCP server called ${serverName} that is not ours`;
  throw new MortarError("conflict", `${what}: ${printable(first.setting.value)} in ${first.setting.file}`, {
    hint: "It stays as it is. Give ours another name with --name NAME, or leave it out with --no-mcp.",
  });
}

/** The plans that may go on. Settings of somebody else give way only to a yes. */
export async function withoutForeign(
  { asker, interactive, dryRun, takeOver, notes }: Consent,
  plans: readonly AgentPlan[],
): Promise<readonly AgentPlan[]> {
  const kept: AgentPlan[] = [];
  for (const plan of plans) {
    const { title } = plan.agent;
    const foreign = plan.foreign.filter((one) => !isOfOlder(one, plan.foreign));
    if (foreign.length === 0 || takeOver) {
      for (const { file, path } of plan.foreign)
        notes.push(`${file}: ${path.join(".")} gives way; mortar uninstall brings it back.`);
      kept.push(plan);
    } else if (interactive && !dryRun) {
      if (await askTakeOver(asker, title, foreign)) kept.push(plan);
      else notes.push(`${title} is left as it is.`);
    } else {
      const [first] = foreign;
      throw new MortarError(
        "conflict",
        `${title} is set up for something else: ${first?.path.join(".")} in ${first?.file} is ${printable(first?.value ?? "")}`,
        {
          hint: "Give --take-over to take its place (mortar uninstall brings it back), or name other agents.",
        },
      );
    }
  }
  if (kept.length > 0) return kept;
  throw declined();
}
