// `mortar config budget`: what a day may cost.
import type { Run } from "../../cli/context.ts";
import { updateSettings } from "../../platform/settings.ts";
import { budgetOf, readBudget } from "../../proxy/usage/budget.ts";
import { pricesAsOf } from "../../proxy/usage/prices.ts";
import { usageReport } from "../../proxy/usage/report.ts";
import type { budgetFlags } from "./proxy-flags.ts";

export const run: Run<typeof budgetFlags> = async ({ deps, flags }) => {
  const { daily, warn, off } = flags;
  const change = (present: Readonly<Record<string, unknown>>) => {
    const { dailyUsd, warnAt, ...others } = present;
    if (off) return others;
    const limit = daily ?? dailyUsd;
    const part = warn === undefined ? warnAt : warn / 100;
    return {
      ...others,
      ...(limit === undefined ? {} : { dailyUsd: limit }),
      ...(part === undefined ? {} : { warnAt: part }),
    };
  };
  const changes = off || daily !== undefined || warn !== undefined;
  if (changes && !flags["dry-run"]) await updateSettings(deps, "usage", change);
  const budget = changes && flags["dry-run"] ? budgetOf(change({})) : await readBudget(deps);
  const today = (await usageReport(deps, "model", 1)).total;
  const limit =
    budget === undefined
      ? "There is no daily budget."
      : `A day may cost $${budget.dailyUsd.toFixed(2)}; there is a warning from ${Math.round(budget.warnAt * 100)} % on.`;
  const spent = `Today has cost $${(today.cost ?? 0).toFixed(2)} at the list prices of ${pricesAsOf}.`;
  const unpriced =
    today.unpriced.length === 0 ? [] : [`Not in it, for they have no price: ${today.unpriced.join(", ")}.`];
  return {
    data: {
      daily_usd: budget?.dailyUsd ?? null,
      warn_at: budget?.warnAt ?? null,
      spent_today_usd: today.cost ?? 0,
      unpriced: today.unpriced,
    },
    text: `${[limit, spent, ...unpriced, ...(flags["dry-run"] ? ["Nothing was changed."] : [])].join("\n")}\n`,
  };
};
