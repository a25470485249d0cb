// get_table: what a table is, and its columns.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime, tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import type { Column } from "../../workspace/unity-catalog.ts";
import { callText } from "./policies.ts";
import { tableInput, tableParts } from "./names.ts";

export const getTable = defineTool({
  name: "get_table",
  toolset: "catalog",
  effect: "read",
  title: "Describe a table",
  description: "Tells a table's or view's columns with types and comments, its kind, owner, place and definition.",
  input: z.strictObject({ table: tableInput }),
  output: z.object({
    table: z.string(),
    type: z.string().optional(),
    format: z.string().optional(),
    owner: z.string().optional(),
    comment: z.string().optional(),
    created: z.string().optional(),
    updated: z.string().optional(),
    storage_location: z.string().optional(),
    view_definition: z.string().optional(),
    row_filter: z.string().optional(),
    properties: z.record(z.string(), z.string()).optional(),
    column_count: z.number(),
    ...tableFields,
  }),
  spellings: { table_name: "table", full_table_name: "table", full_name: "table" },
  run: async ({ workspace, signal }, input) => {
    const table = await workspace.unityCatalog.table(tableParts(input.table).join("."), { signal });
    const hasProperties = Object.keys(table.properties).length > 0;
    return {
      table: table.fullName,
      type: table.tableType,
      format: table.dataSourceFormat,
      owner: table.owner,
      comment: table.comment,
      created: isoTime(table.createdAtMs),
      updated: isoTime(table.updatedAtMs),
      storage_location: table.storageLocation,
      view_definition: table.viewDefinition,
      row_filter: table.rowFilter && callText(table.rowFilter.functionName, table.rowFilter.columnNames),
      properties: hasProperties ? { ...table.properties } : undefined,
      column_count: table.columns.length,
      ...tableOf(
        table.columns.toSorted((one, other) => one.position - other.position),
        {
          column: (one) => one.name,
          type: (one) => one.typeText,
          nullable: (one) => one.nullable,
          partition: (one) => one.partitionIndex,
          ...(table.columns.some(({ mask }) => mask !== undefined)
            ? {
                mask: (one: Column) => one.mask && callText(one.mask.functionName, [one.name, ...one.mask.columnNames]),
              }
            : {}),
          comment: (one) => one.comment,
        },
      ),
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(fieldLines(rest), tableLines(columns, rows)),
});
