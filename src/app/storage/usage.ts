// Tokens and cost of a project, by day and model.
import type { UsageRow } from "../contract/api.ts";
import type { Database } from "./database.ts";
import { numberOf, textOrNull } from "./rows.ts";

const dayMs = 86_400_000;

/** The newest day first; days are those of UTC. Runs whose messages were taken back count: they were paid for. */
export async function projectUsage(database: Database, projectId: string): Promise<readonly UsageRow[]> {
  const rows = await database.rows(
    `SELECT created_at / ${dayMs} AS day, model, COUNT(*) AS runs, SUM(input_tokens) AS input_tokens,
       SUM(output_tokens) AS output_tokens, SUM(cache_read_tokens) AS cache_read_tokens,
       SUM(cache_write_tokens) AS cache_write_tokens, SUM(total_cost_usd) AS total_cost_usd
     FROM :runs WHERE project_id = $1 GROUP BY created_at / ${dayMs}, model ORDER BY 1 DESC, 2`,
    [projectId],
  );
  return rows.map((row) => ({
    day: new Date(numberOf(row, "day") * dayMs).toISOString().slice(0, 10),
    model: textOrNull(row, "model"),
    runs: numberOf(row, "runs"),
    usage: {
      input_tokens: numberOf(row, "input_tokens"),
      output_tokens: numberOf(row, "output_tokens"),
      cache_read_tokens: numberOf(row, "cache_read_tokens"),
      cache_write_tokens: numberOf(row, "cache_write_tokens"),
    },
    total_cost_usd: numberOf(row, "total_cost_usd"),
  }));
}
