// profile_costs: where the money goes, from the billing system tables.
import { fenced, numbered, type PromptDeclaration } from "./declare.ts";

export const profileCosts: PromptDeclaration = {
  name: "profile_costs",
  title: "Profile costs",
  description: "Where the money went, what changed, and what would save most, from the workspace's system tables",
  arguments: [
    { name: "days", title: "Days", description: "How far back, 30 unless given", source: "days" },
    { name: "focus", title: "Focus", description: "A job, warehouse, team tag, product or person to look at closely" },
  ],
  needs: ["query_sql"],
  text: ({ days, focus }, { name }) => {
    const period = wholeDays(days);
    const steps = [
      `By product and SKU, and the same for the ${period} days before: what grew, what is new.`,
      "The dearest ten jobs, warehouses, clusters, endpoints and pipelines: usage_metadata names them. Join system.lakeflow.jobs, system.compute.warehouses and system.compute.clusters for names (each keeps versions: take the newest row of an id), and identity_metadata.run_as for who.",
      "Of the dearest, what drives it: how often it runs and how long (system.lakeflow.job_run_timeline), failed and repeated runs, clusters that idle, warehouses that stop late (system.compute.warehouse_events), the longest statements (system.query.history).",
      "Days that stand out from what their weekday usually costs, with what caused them.",
      "Usage that nobody can be asked about: without the tags that the rest has.",
    ];
    return `Tell me where the money of the last ${period} days went${focus === undefined ? "" : `, above all for: ${focus}`}. Only read, by ${name("query_sql")}.

Begin with this; if a system schema is switched off or closed to me, say which one and who can open it (an account administrator enables it, a metastore administrator grants USE SCHEMA and SELECT), and stop there instead of guessing:

${fenced(costQuery(period), "sql")}

${numbered(steps)}

Then report, money first:
- the total, the change, the three things that make most of both;
- a table of the dearest, with share, owner and trend;
- at most five savings, each with the estimate, how it was made, its risk, and the exact change;
- what these numbers are not: list prices without your discounts, without the cloud's own bill for classic compute and storage, and hours behind.`;
  },
};

const usualDays = 30;

function wholeDays(days: string | undefined): number {
  const given = Number(days ?? usualDays);
  return Number.isSafeInteger(given) && given >= 1 && given <= 365 ? given : usualDays;
}

/** https://docs.databricks.com/aws/en/admin/system-tables/billing and .../pricing */
function costQuery(days: number): string {
  return `SELECT u.billing_origin_product AS product, u.sku_name,
       round(sum(u.usage_quantity), 1) AS quantity, u.usage_unit,
       round(sum(u.usage_quantity * p.pricing.effective_list.default), 2) AS list_cost, p.currency_code
FROM system.billing.usage AS u
LEFT JOIN system.billing.list_prices AS p
  ON u.cloud = p.cloud AND u.sku_name = p.sku_name AND u.usage_unit = p.usage_unit
  AND u.usage_end_time >= p.price_start_time
  AND (p.price_end_time IS NULL OR u.usage_end_time < p.price_end_time)
WHERE u.usage_date >= date_sub(current_date(), ${days})
GROUP BY ALL
ORDER BY list_cost DESC NULLS LAST`;
}
