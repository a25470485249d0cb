// What a person has set for the cost of a day.
import type { Deps } from "../../platform/deps.ts";
import { readSettings } from "../../platform/settings.ts";

export interface Budget {
  /** US dollars a day, at list prices. */
  readonly dailyUsd: number;
  /** The part of it from which on there is a warning: 0.8. */
  readonly warnAt: number;
}

const usualWarning = 0.8;

export async function readBudget(deps: Pick<Deps, "paths" | "clock" | "log">): Promise<Budget | undefined> {
  return budgetOf(await readSettings(deps, "usage"));
}

/** The budget in a section of the settings; undefined where there is none, and where it is no amount. */
export function budgetOf(settings: Readonly<Record<string, unknown>>): Budget | undefined {
  const { dailyUsd, warnAt } = settings;
  if (typeof dailyUsd !== "number" || !Number.isFinite(dailyUsd) || dailyUsd < 0) return undefined;
  const part = typeof warnAt === "number" && warnAt > 0 && warnAt <= 1 ? warnAt : usualWarning;
  return { dailyUsd, warnAt: part };
}
