// get_usage: what the workspaces of the account used and what that costs at list prices.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { outcome, outcomeFailed, outcomeText, warehouseIdInput } from "../sql/fields.ts";
import { daysAgo, systemQuery } from "./system-query.ts";

/** By what usage can be told apart. https://docs.databricks.com/aws/en/admin/system-tables/billing */
const groups = {
  day: "u.usage_date",
  product: "u.billing_origin_product",
  sku: "u.sku_name",
  workspace: "u.workspace_id",
  user: "u.identity_metadata.run_as",
  warehouse: "u.usage_metadata.warehouse_id",
  cluster: "u.usage_metadata.cluster_id",
  job: "u.usage_metadata.job_id",
  endpoint: "u.usage_metadata.endpoint_name",
  app: "u.usage_metadata.app_name",
} as const;
const groupNames = Object.keys(groups) as [keyof typeof groups, ...(keyof typeof groups)[]];

export const getUsage = defineTool({
  name: "get_usage",
  toolset: "queries",
  effect: "read",
  title: "Get usage and its list price",
  description:
    "Sums what was used, in DBUs and at list prices, by day, product, SKU, user, warehouse, cluster, job and so on (system.billing.usage). Discounts are not in it.",
  input: z.strictObject({
    group_by: z.array(z.enum(groupNames)).min(1, "names at least one").max(3).default(["product"]),
    days: z.int().min(1).max(365).default(30),
    this_workspace: z
      .boolean()
      .default(true)
      .describe("Only this workspace; false: all of the account that you can see"),
    max_rows: z.int().min(1).max(1_000).default(100),
    warehouse_id: warehouseIdInput,
  }),
  output: outcome,
  run: async (context, { group_by, days, this_workspace, max_rows, warehouse_id }) => {
    const wanted = [...new Set(group_by)];
    const columns = wanted.map((name) => `${groups[name]} AS ${name}`);
    const own = this_workspace
      ? (await context.workspace.identity.me({ signal: context.signal })).workspaceId
      : undefined;
    const sql = [
      `SELECT ${[...columns, "u.usage_unit AS unit", "round(sum(u.usage_quantity), 3) AS quantity"].join(", ")},`,
      "round(sum(u.usage_quantity * p.pricing.effective_list.`default`), 2) AS list_price, p.currency_code AS currency",
      "FROM system.billing.usage u LEFT JOIN system.billing.list_prices p",
      "ON u.sku_name = p.sku_name AND u.cloud = p.cloud AND u.usage_unit = p.usage_unit",
      "AND u.usage_end_time >= p.price_start_time AND (p.price_end_time IS NULL OR u.usage_end_time < p.price_end_time)",
      "WHERE u.usage_date >= :since",
      ...(own === undefined ? [] : ["AND u.workspace_id = :workspace"]),
      `GROUP BY ${[...wanted.map((name) => groups[name]), "u.usage_unit", "p.currency_code"].join(", ")}`,
      `ORDER BY quantity DESC LIMIT ${max_rows + 1}`,
    ].join(" ");
    const parameters = { since: daysAgo(context, days), ...(own === undefined ? {} : { workspace: own }) };
    const query = { sql, parameters, types: { since: "DATE" }, maxRows: max_rows, warehouseId: warehouse_id };
    return await systemQuery(context, query);
  },
  text: outcomeText,
  failed: outcomeFailed,
});
