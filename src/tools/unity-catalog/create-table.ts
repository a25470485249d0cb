// create_table: an empty table, or one over files that are there.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { pathTarget, securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { dataType } from "./fragments.ts";
import { quotedName, quotedPath, quotedText, tableInput, tableParts } from "./names.ts";
import { changeFields, runChange } from "./run-change.ts";

export const createTable = defineTool({
  name: "create_table",
  toolset: "catalog",
  effect: "write",
  title: "Create a table",
  description: "Creates an empty Delta table; with storage_location an external one.",
  input: z.strictObject({
    table: tableInput,
    columns: z.array(
      z.strictObject({
        name: z.string().min(1),
        type: z.string().min(1),
        comment: z.string().optional(),
        nullable: z.boolean().optional(),
      }),
    ),
    comment: z.string().optional(),
    cluster_by: z.array(z.string().min(1)).optional(),
    storage_location: z.string().optional(),
    warehouse_id: warehouseIdInput,
  }),
  output: z.object({ table: z.string(), ...changeFields }),
  spellings: { table_name: "table", full_name: "table" },
  targets: ({ table, storage_location: place }) => [
    securable(...tableParts(table)),
    ...(place === undefined ? [] : [pathTarget(place)]),
  ],
  run: async (context, { table, columns, comment, cluster_by = [], storage_location, warehouse_id }) => {
    const parts = tableParts(table);
    if (columns.length === 0) {
      throw new MortarError("invalid_input", "A table needs a column", {
        hint: 'columns: [{"name": "id", "type": "BIGINT"}]',
      });
    }
    const sql = [
      `CREATE TABLE ${quotedPath(parts)} (${columns.map(columnText).join(", ")})`,
      ...(cluster_by.length === 0 ? [] : [`CLUSTER BY (${cluster_by.map(quotedName).join(", ")})`]),
      ...(storage_location === undefined ? [] : [`LOCATION ${quotedText(storage_location)}`]),
      ...(comment === undefined ? [] : [`COMMENT ${quotedText(comment)}`]),
    ].join(" ");
    return { table: parts.join("."), ...(await runChange(context, { sql, warehouseId: warehouse_id })) };
  },
  text: (output) => fieldText(fieldLines(output)),
});

interface NewColumn {
  readonly name: string;
  readonly type: string;
  readonly comment?: string | undefined;
  readonly nullable?: boolean | undefined;
}

function columnText({ name, type, comment, nullable = true }: NewColumn): string {
  const remark = comment === undefined ? "" : ` COMMENT ${quotedText(comment)}`;
  return `${quotedName(name)} ${dataType(type)}${nullable ? "" : " NOT NULL"}${remark}`;
}
