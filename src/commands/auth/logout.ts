// `mortar auth logout`: forget a sign-in.
import { carryOutLogout, planLogout, type LogoutPlan } from "../../auth/logout.ts";
import { confirm } from "../../cli/confirm.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import type { logoutFlags } from "./flags.ts";
import { targetOf } from "./words.ts";

export const run: Run<typeof logoutFlags> = async (context) => {
  const { deps, flags, signal } = context;
  const plan = await planLogout(deps, { ...targetOf(context, flags.host), deleteProfile: flags.delete });
  const dryRun = flags["dry-run"];
  if (plan.deleteProfile && !dryRun && !flags.yes) await confirmed(context, plan);
  const removed = dryRun ? plan.login !== undefined : await carryOutLogout(deps, plan, signal);
  const data = {
    host: plan.host ?? null,
    profile: plan.profile ?? null,
    signed_out: removed,
    profile_deleted: plan.deleteProfile,
    remaining: plan.remaining ?? null,
    dry_run: dryRun,
  };
  return { data, text: textOf(plan, removed, dryRun) };
};

async function confirmed({ deps, signal }: CommandContext<typeof logoutFlags>, plan: LogoutPlan): Promise<void> {
  const agreed = await confirm(deps, {
    question: `Remove the profile ${plan.profile} from ${plan.config.configPath}?`,
    unasked: `Deleting the profile ${plan.profile} needs a yes`,
    flag: "--yes",
    signal,
  });
  if (!agreed) throw new MortarError("interrupted", "Nothing was changed", { exit: 1 });
}

function textOf(plan: LogoutPlan, removed: boolean, dryRun: boolean): string {
  const name = plan.profile === undefined ? (plan.host ?? "this configuration") : `profile ${plan.profile}`;
  const would = dryRun ? "Would sign out of" : "Signed out of";
  const lines = [removed ? `${would} ${name}.` : `mortar keeps no sign-in for ${name}.`];
  if (plan.deleteProfile) {
    lines.push(`${dryRun ? "Would remove" : "Removed"} ${name} from ${plan.config.configPath}.`);
  } else if (plan.remaining !== undefined) lines.push(`Still there: ${plan.remaining}.`);
  return `${lines.join("\n")}\n`;
}
