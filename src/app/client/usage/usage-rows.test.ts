import { describe, expect, test } from "bun:test";
import type { UsageRow } from "../../contract/api.ts";
import { usageByDay, usageByModel, usageChart, usageTotal } from "./usage-rows.ts";

const row = (day: string, model: string | null, input: number, cost: number): UsageRow => ({
  day,
  model,
  runs: 1,
  usage: { input_tokens: input, output_tokens: 10, cache_read_tokens: 100, cache_write_tokens: 5 },
  total_cost_usd: cost,
});
const rows = [
  row("2026-01-01", "opus", 1, 0.5),
  row("2026-01-03", "haiku", 7, 0.01),
  row("2026-01-03", "opus", 2, 0.25),
  row("2026-01-03", null, 3, 0),
];

describe("usage", () => {
  test("is added up over all, with what was written to a cache as input", () => {
    expect(usageTotal(rows)).toEqual({
      name: "all",
      runs: 4,
      inputTokens: 33,
      cachedTokens: 400,
      outputTokens: 40,
      costUsd: 0.76,
    });
    expect(usageTotal([])).toMatchObject({ runs: 0, costUsd: 0 });
  });

  test("is added up by day, the newest first, and by model, the dearest first", () => {
    expect(usageByDay(rows).map(({ name, runs }) => [name, runs])).toEqual([
      ["2026-01-03", 3],
      ["2026-01-01", 1],
    ]);
    expect(usageByModel(rows).map(({ name, costUsd }) => [name, costUsd])).toEqual([
      ["opus", 0.75],
      ["haiku", 0.01],
      ["the agent's default", 0],
    ]);
  });
});

describe("usageChart", () => {
  test("shows each day, those without use too", () => {
    const chart = usageChart(rows, { today: "2026-01-04", days: 4 });
    expect(chart?.rows.map(([day, input]) => [day, input])).toEqual([
      ["2026-01-01", 6],
      ["2026-01-02", 0],
      ["2026-01-03", 27],
      ["2026-01-04", 0],
    ]);
  });

  test("is none where nothing was used of late", () => {
    expect(usageChart(rows, { today: "2026-03-01", days: 14 })).toBeUndefined();
    expect(usageChart([], { today: "2026-01-01", days: 14 })).toBeUndefined();
  });
});
