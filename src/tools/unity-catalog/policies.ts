// Row filters and column masks: what stands on a table, and the change of it, shown before it is made.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { Table } from "../../workspace/unity-catalog.ts";
import type { ToolContext } from "../define.ts";
import { dryRunInput } from "../dry-run.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { securable, type Target } from "../targets.ts";
import { nameParts, quotedPath, tableInput, tableParts } from "./names.ts";
import { changeFields, runChange } from "./run-change.ts";

export const policyInput = { table: tableInput, dry_run: dryRunInput, warehouse_id: warehouseIdInput };

export const policyOutput = z.object({
  table: z.string(),
  column_name: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  dry_run: z.boolean(),
  ...changeFields,
});

export const policySpellings = { table_name: "table", full_name: "table" };

export const policyTargets = ({ table }: { readonly table: string }): readonly Target[] => [
  securable(...tableParts(table)),
];

interface PolicyChange {
  readonly table: string;
  readonly column_name?: string;
  /** What comes after the table's name in the statement. */
  readonly clause: string;
  readonly after: string | undefined;
  readonly dry_run: boolean;
  readonly warehouse_id?: string | undefined;
}

/** Makes the change, or only tells of it. Throws `not_found` for a table that is not there, before anything is run. */
export async function changePolicy(context: ToolContext, change: PolicyChange) {
  const parts = tableParts(change.table);
  const table = await context.workspace.unityCatalog.table(parts.join("."), { signal: context.signal });
  const sql = `ALTER TABLE ${quotedPath(parts)} ${change.clause}`;
  return {
    table: parts.join("."),
    column_name: change.column_name,
    before: change.column_name === undefined ? rowFilterOf(table) : maskOf(table, change.column_name),
    after: change.after,
    dry_run: change.dry_run,
    ...(await runChange(context, { sql, warehouseId: change.warehouse_id, dryRun: change.dry_run })),
  };
}

/** `main.rules.only_mine(owner, region)`, as a person would write the call. */
export function callText(functionName: string, columns: readonly string[]): string {
  return `${functionName}(${columns.join(", ")})`;
}

function rowFilterOf({ rowFilter }: Table): string | undefined {
  return rowFilter && callText(rowFilter.functionName, rowFilter.columnNames);
}

/** Throws `not_found` for a column that is not there. */
function maskOf({ columns }: Table, column: string): string | undefined {
  const found = columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
  if (found === undefined) {
    throw new MortarError("not_found", `The table has no column ${JSON.stringify(column.slice(0, 200))}`, {
      hint: "`get_table` shows its columns.",
    });
  }
  return found.mask && callText(found.mask.functionName, [found.name, ...found.mask.columnNames]);
}

/** The function by its whole name, as SQL has it and as it is told. Throws `invalid_input`. */
export function functionName(name: string): { readonly sql: string; readonly shown: string } {
  const parts = nameParts(name, 3, "catalog.schema.function");
  return { sql: quotedPath(parts), shown: parts.join(".") };
}

export const functionInput = z.string().min(1, "must not be empty").describe("catalog.schema.function");
