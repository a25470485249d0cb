// get_table_lineage, get_column_lineage: from what a table is made, and what is made of it.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { outcome, outcomeFailed, outcomeText, warehouseIdInput } from "../sql/fields.ts";
import { tableInput, tableParts } from "../unity-catalog/names.ts";
import { daysAgo, systemQuery } from "./system-query.ts";

const directionInput = z
  .enum(["upstream", "downstream"])
  .default("upstream")
  .describe("upstream: what it is made from; downstream: what is made of it");

const shared = {
  direction: directionInput,
  days: z.int().min(1).max(365).default(90),
  max_rows: z.int().min(1).max(1_000).default(100),
  warehouse_id: warehouseIdInput,
};

/** Which side is asked for, and which one is told. */
const sides = {
  upstream: { known: "target", wanted: "source" },
  downstream: { known: "source", wanted: "target" },
} as const;

export const getTableLineage = defineTool({
  name: "get_table_lineage",
  toolset: "queries",
  effect: "read",
  title: "Get a table's lineage",
  description:
    "Tells from which tables and paths a table was made, or what was made of it, by which jobs, notebooks or pipelines, and when last (system.access.table_lineage).",
  input: z.strictObject({ table: tableInput, ...shared }),
  output: outcome,
  spellings: { table_name: "table", full_table_name: "table" },
  run: async (context, { table, direction, days, max_rows, warehouse_id }) => {
    const { known, wanted } = sides[direction];
    const sql = [
      `SELECT coalesce(${wanted}_table_full_name, ${wanted}_path) AS name, ${wanted}_type AS type, entity_type, entity_id,`,
      "max(event_time) AS last_seen, count(*) AS events",
      "FROM system.access.table_lineage",
      `WHERE ${known}_table_full_name = :table AND event_date >= :since`,
      `AND coalesce(${wanted}_table_full_name, ${wanted}_path) IS NOT NULL`,
      `GROUP BY coalesce(${wanted}_table_full_name, ${wanted}_path), ${wanted}_type, entity_type, entity_id`,
      `ORDER BY last_seen DESC LIMIT ${max_rows + 1}`,
    ].join(" ");
    const parameters = { table: tableParts(table).join("."), since: daysAgo(context, days) };
    const query = { sql, parameters, types: { since: "DATE" }, maxRows: max_rows, warehouseId: warehouse_id };
    return await systemQuery(context, query);
  },
  text: outcomeText,
  failed: outcomeFailed,
});

export const getColumnLineage = defineTool({
  name: "get_column_lineage",
  toolset: "queries",
  effect: "read",
  title: "Get a column's lineage",
  description: "Tells from which columns a column was made, or which were made of it (system.access.column_lineage).",
  input: z.strictObject({
    table: tableInput,
    column: z.string().min(1, "must not be empty").optional().describe("Without it every column of the table"),
    ...shared,
  }),
  output: outcome,
  spellings: { table_name: "table", full_table_name: "table", column_name: "column" },
  run: async (context, { table, column, direction, days, max_rows, warehouse_id }) => {
    const { known, wanted } = sides[direction];
    const sql = [
      `SELECT ${known}_column_name AS column, ${wanted}_table_full_name AS other_table,`,
      `${wanted}_column_name AS other_column, max(event_time) AS last_seen`,
      "FROM system.access.column_lineage",
      `WHERE ${known}_table_full_name = :table AND event_date >= :since`,
      ...(column === undefined ? [] : [`AND ${known}_column_name = :column`]),
      `AND ${wanted}_column_name IS NOT NULL`,
      `GROUP BY ${known}_column_name, ${wanted}_table_full_name, ${wanted}_column_name`,
      `ORDER BY last_seen DESC LIMIT ${max_rows + 1}`,
    ].join(" ");
    const parameters = {
      table: tableParts(table).join("."),
      since: daysAgo(context, days),
      ...(column === undefined ? {} : { column }),
    };
    const query = { sql, parameters, types: { since: "DATE" }, maxRows: max_rows, warehouseId: warehouse_id };
    return await systemQuery(context, query);
  },
  text: outcomeText,
  failed: outcomeFailed,
});
