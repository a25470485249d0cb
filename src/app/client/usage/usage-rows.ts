// What a project used, added up by day and by model.
import type { ChartSpec, UsageRow } from "../../contract/api.ts";

export interface UsageSum {
  readonly name: string;
  readonly runs: number;
  /** Not from a cache. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

const empty = { runs: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, costUsd: 0 };

function added(sum: UsageSum, { runs, usage, total_cost_usd }: UsageRow): UsageSum {
  return {
    name: sum.name,
    runs: sum.runs + runs,
    inputTokens: sum.inputTokens + usage.input_tokens + usage.cache_write_tokens,
    cachedTokens: sum.cachedTokens + usage.cache_read_tokens,
    outputTokens: sum.outputTokens + usage.output_tokens,
    costUsd: sum.costUsd + total_cost_usd,
  };
}

function sums(rows: readonly UsageRow[], nameOf: (row: UsageRow) => string): readonly UsageSum[] {
  const byName = new Map<string, UsageSum>();
  for (const row of rows) {
    const name = nameOf(row);
    byName.set(name, added(byName.get(name) ?? { name, ...empty }, row));
  }
  return [...byName.values()];
}

/** Of all. */
export function usageTotal(rows: readonly UsageRow[]): UsageSum {
  return rows.reduce(added, { name: "all", ...empty });
}

/** The newest first. */
export function usageByDay(rows: readonly UsageRow[]): readonly UsageSum[] {
  return sums(rows, ({ day }) => day).toSorted((one, other) => other.name.localeCompare(one.name));
}

/** The dearest first, then the one with the most tokens. */
export function usageByModel(rows: readonly UsageRow[]): readonly UsageSum[] {
  const tokens = ({ inputTokens, outputTokens }: UsageSum) => inputTokens + outputTokens;
  return sums(rows, ({ model }) => model ?? "the agent's default").toSorted(
    (one, other) => other.costUsd - one.costUsd || tokens(other) - tokens(one),
  );
}

const dayMs = 86_400_000;

/** The last `days` days as bars, those without any use included; undefined where there is none. `today`: `2026-01-31`. */
export function usageChart(
  rows: readonly UsageRow[],
  { today, days }: { readonly today: string; readonly days: number },
): ChartSpec | undefined {
  const byDay = new Map(usageByDay(rows).map((sum) => [sum.name, sum]));
  const last = Date.parse(`${today}T00:00:00Z`);
  if (rows.length === 0 || Number.isNaN(last)) return undefined;
  const shown = Array.from({ length: days }, (_, at) =>
    new Date(last - (days - 1 - at) * dayMs).toISOString().slice(0, 10),
  );
  if (!shown.some((day) => byDay.has(day))) return undefined;
  return {
    type: "bar",
    title: `Tokens of the last ${days} days`,
    columns: ["day", "input", "from cache", "output"],
    rows: shown.map((day) => {
      const sum = byDay.get(day);
      return [day, sum?.inputTokens ?? 0, sum?.cachedTokens ?? 0, sum?.outputTokens ?? 0];
    }),
    x: "day",
    y: ["input", "output"],
    stacked: true,
  };
}
