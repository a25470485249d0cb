// Usage as people read it: sums by day, model, session or profile, with what they cost about.
import type { Deps } from "../../platform/deps.ts";
import { readSettings } from "../../platform/settings.ts";
import type { Counts } from "./counts.ts";
import { costOf, ownPrices, priceOf, type Price } from "./prices.ts";
import { readUsageRows, type UsageRow } from "./store.ts";

export type Grouping = "day" | "model" | "session" | "profile" | "agent";

export interface UsageSum extends Counts {
  /** The day, the model, the session...; empty where the agent did not say. */
  readonly name: string;
  readonly requests: number;
  /** US dollars at list prices; undefined where no model of it has a price. */
  readonly cost: number | undefined;
  /** Models without a price: what they cost is not in `cost`. */
  readonly unpriced: readonly string[];
}

export interface UsageReport {
  readonly sinceDay: string;
  readonly total: UsageSum;
  readonly groups: readonly UsageSum[];
}

type ReportDeps = Pick<Deps, "paths" | "clock" | "log">;

/** The last `days` days, today among them, summed. Throws `io`. */
export async function usageReport(deps: ReportDeps, by: Grouping, days: number): Promise<UsageReport> {
  const sinceDay = localDay(deps.clock.now() - (days - 1) * 86_400_000);
  const prices = await usagePrices(deps);
  const rows = await readUsageRows(deps, sinceDay);
  const names = [...new Set(rows.map((row) => row[by]))];
  const groups = names.map((name) =>
    sumOf(
      name,
      rows.filter((row) => row[by] === name),
      prices,
    ),
  );
  const sorted = by === "day" ? groups : groups.toSorted((one, other) => sizeOf(other) - sizeOf(one));
  return { sinceDay, total: sumOf("total", rows, prices), groups: sorted };
}

export async function usagePrices(deps: ReportDeps): Promise<ReadonlyMap<string, Price>> {
  return ownPrices((await readSettings(deps, "usage"))["prices"]);
}

/** Sums rows; the cost is of those whose model has a price. */
export function sumOf(name: string, rows: readonly UsageRow[], prices: ReadonlyMap<string, Price>): UsageSum {
  const total = (count: keyof Counts | "requests"): number => rows.reduce((sum, row) => sum + row[count], 0);
  const costs = rows.map((row) => ({ row, price: priceOf(row.model, prices) }));
  const priced = costs.flatMap(({ row, price }) => (price === undefined ? [] : [costOf(row, price)]));
  return {
    name,
    requests: total("requests"),
    input: total("input"),
    output: total("output"),
    cacheRead: total("cacheRead"),
    cacheWrite: total("cacheWrite"),
    reasoning: total("reasoning"),
    cost: priced.length === 0 ? undefined : priced.reduce((sum, cost) => sum + cost, 0),
    unpriced: [...new Set(costs.filter(({ price }) => price === undefined).map(({ row }) => row.model))],
  };
}

/** The day on this machine's calendar: `2026-11-21`. */
export function localDay(ms: number): string {
  const date = new Date(ms);
  const part = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}

function sizeOf({ cost, input, output, cacheRead, cacheWrite }: UsageSum): number {
  return (cost ?? 0) * 1e9 + input + output + cacheRead + cacheWrite;
}
