// query_tags: which tags there are, of everything that the caller can see.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { waitMs } from "../waiting.ts";
import { outcome, outcomeFailed, outcomeOf, outcomeText, parametersOf, warehouseIdInput } from "../sql/fields.ts";
import { runStatement } from "../sql/statement-run.ts";
import { chooseWarehouse } from "../sql/warehouse-choice.ts";

/** The columns that say what bears the tag, by kind. https://docs.databricks.com/sql/language-manual/sql-ref-information-schema */
const bearers = {
  catalog: ["catalog_name"],
  schema: ["catalog_name", "schema_name"],
  table: ["catalog_name", "schema_name", "table_name"],
  column: ["catalog_name", "schema_name", "table_name", "column_name"],
  volume: ["catalog_name", "schema_name", "volume_name"],
} as const;

export const queryTags = defineTool({
  name: "query_tags",
  toolset: "catalog",
  effect: "read",
  title: "Find objects by tag",
  description:
    "Lists tags of catalogs, schemas, tables, columns or volumes that you can see, by exact tag, value and place.",
  input: z.strictObject({
    securable_type: z.enum(["catalog", "schema", "table", "column", "volume"]).default("table"),
    tag_name: z.string().optional(),
    tag_value: z.string().optional(),
    catalog: z.string().optional(),
    schema: z.string().optional(),
    table: z.string().optional().describe("Its last part; also of a volume"),
    max_rows: z.int().min(1).max(1_000).default(100),
    warehouse_id: warehouseIdInput,
  }),
  output: outcome,
  spellings: {
    tag_name_filter: "tag_name",
    tag_value_filter: "tag_value",
    catalog_filter: "catalog",
    catalog_name: "catalog",
    table_name_filter: "table",
    limit: "max_rows",
  },
  run: async (context, input) => {
    const columns: readonly string[] = bearers[input.securable_type];
    const wanted = {
      tag_name: input.tag_name,
      tag_value: input.tag_value,
      catalog_name: input.catalog,
      schema_name: input.schema,
      [input.securable_type === "volume" ? "volume_name" : "table_name"]: input.table,
    };
    const filters = Object.entries(wanted).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (entry[0].startsWith("tag_") || columns.includes(entry[0])),
    );
    const where = filters.map(([name]) => `${name} = :${name}`).join(" AND ");
    const names = [...columns, "tag_name", "tag_value"].join(", ");
    const order = [...columns, "tag_name"].join(", ");
    const from = `system.information_schema.${input.securable_type}_tags`;
    const sql = `SELECT ${names} FROM ${from}${where === "" ? "" : ` WHERE ${where}`} ORDER BY ${order} LIMIT ${input.max_rows + 1}`;
    const warehouse = await chooseWarehouse(context, input.warehouse_id);
    const request = {
      statement: sql,
      warehouseId: warehouse.id,
      parameters: parametersOf(Object.fromEntries(filters)),
    };
    const ended = await runStatement(context, request, waitMs({}, context));
    return await outcomeOf(context, ended, { warehouse, page: { offset: 0, maxRows: input.max_rows } });
  },
  text: outcomeText,
  failed: outcomeFailed,
});
