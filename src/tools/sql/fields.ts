// What the tools of SQL share: where a statement runs, its parameters, and how its outcome is told.
import * as z from "zod";
import type { Statement, StatementParameter } from "../../workspace/statements.ts";
import type { ToolContext } from "../define.ts";
import { tableFields } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { rowPage, type PageWish } from "./rows.ts";
import type { ChosenWarehouse } from "./warehouse-choice.ts";

export const warehouseIdInput = z
  .string()
  .min(1, "must not be empty")
  .optional()
  .describe("Without it: one that runs, else the quickest to start");

export const placeInput = {
  warehouse_id: warehouseIdInput,
  catalog: z.string().min(1).optional().describe("For names without one"),
  schema: z.string().min(1).optional(),
};

export const parametersInput = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .optional()
  .describe("Values of :name markers. A table's name goes in by IDENTIFIER(:name)");

export const parameterTypesInput = z
  .record(z.string(), z.string())
  .optional()
  .describe("SQL types of parameters where the value does not tell: DATE, DECIMAL(10,2)");

export const maxRowsInput = z.int().min(1).max(1_000).default(100);

/** What a call reads of it: `runTool`. */
export const maxCharsInput = z.int().min(1_000).optional().describe("Most characters of rows");

export const outcomeFields = {
  statement_id: z.string(),
  state: z.string(),
  warehouse_id: z.string().optional(),
  warehouse_name: z.string().optional(),
  warehouse_choice: z.string().optional(),
  error_code: z.string().optional(),
  error: z.string().optional(),
  sql_state: z.string().optional(),
  ...tableFields,
  types: z.array(z.string()),
  returned: z.number(),
  offset: z.number(),
  total_rows: z.number().optional(),
  truncated: z.boolean(),
  next_offset: z.number().optional(),
  cut_values: z.number().optional(),
  hint: z.string().optional(),
};

export const outcome = z.object(outcomeFields);
export type Outcome = z.input<typeof outcome>;

const nothing = { columns: [], types: [], rows: [], returned: 0, offset: 0, truncated: false };

/** The statement as its tool tells it: rows when it has succeeded, why when it has failed, how to go on when it runs. */
export async function outcomeOf(
  context: ToolContext,
  statement: Statement,
  { page, warehouse }: { readonly page: PageWish; readonly warehouse?: ChosenWarehouse | undefined },
): Promise<Outcome> {
  const head = {
    statement_id: statement.statementId,
    state: statement.state,
    ...(warehouse === undefined
      ? {}
      : { warehouse_id: warehouse.id, warehouse_name: warehouse.name, warehouse_choice: warehouse.why }),
  };
  if (!statement.ended) return { ...head, ...nothing, hint: stillRunning };
  if (statement.state !== "SUCCEEDED") return { ...head, ...nothing, ...failureOf(statement) };
  const rows = await rowPage(context, statement, page);
  return { ...head, ...rows, hint: hintFor(rows, statement) };
}

const stillRunning =
  "It goes on running. `get_statement_result` with this statement_id waits on; `cancel_statement` ends it. Do not submit it again.";

function hintFor(rows: { truncated: boolean; next_offset: number | undefined }, statement: Statement) {
  if (rows.next_offset !== undefined) {
    return `There are more rows: \`get_statement_result\` with offset ${rows.next_offset} shows the next ones (for an hour). \`export_query\` writes all to a file.`;
  }
  if (!rows.truncated) return undefined;
  const total = statement.manifest?.totalRowCount;
  return `The workspace kept only the first ${total ?? "part of the"} rows. \`export_query\` writes all to a file.`;
}

function failureOf({ error, state, sqlState }: Statement) {
  const message = error?.message ?? `The statement is ${state}`;
  const code = /^\[([A-Z][A-Z0-9_.]+)\]/.exec(message)?.[1] ?? error?.code;
  return {
    error_code: code,
    error: message,
    sql_state: sqlState,
    hint: hints[code?.split(".")[0] ?? ""] ?? ended[state],
  };
}

/** By the workspace's error classes: https://docs.databricks.com/error-messages/error-classes.html */
const hints: Readonly<Record<string, string>> = {
  TABLE_OR_VIEW_NOT_FOUND:
    "Write the whole name, catalog.schema.table; SHOW TABLES IN catalog.schema lists what is there.",
  SCHEMA_NOT_FOUND: "SHOW SCHEMAS IN catalog lists what is there.",
  CATALOG_NOT_FOUND: "SHOW CATALOGS lists what you can see.",
  UNRESOLVED_COLUMN: "DESCRIBE TABLE shows the columns.",
  PARSE_SYNTAX_ERROR: "The message says where. One statement at a time; a script goes to `execute_sql_script`.",
  UNBOUND_SQL_PARAMETER: "Give a value for each :name marker in parameters.",
  INSUFFICIENT_PERMISSIONS: "SHOW GRANTS ON TABLE name says who may what; the owner can grant it.",
  PERMISSION_DENIED: "SHOW GRANTS ON TABLE name says who may what; the owner can grant it.",
};

const ended: Readonly<Record<string, string>> = {
  CANCELED: "It was cancelled before it ended. Nothing more will come.",
  CLOSED: "Its result is no longer kept: run it again.",
};

export function outcomeText({ columns, rows, ...rest }: z.output<typeof outcome>): string {
  return fieldText(tableLines(columns, rows), fieldLines(rest));
}

export const outcomeFailed = ({ state }: { readonly state: string }): boolean =>
  state === "FAILED" || state === "CANCELED" || state === "CLOSED";

/** Parameters for the wire: each value is a text, its type beside it. */
export function parametersOf(
  values: Readonly<Record<string, string | number | boolean | null>> | undefined,
  types: Readonly<Record<string, string>> = {},
): readonly StatementParameter[] | undefined {
  if (values === undefined) return undefined;
  return Object.entries(values).map(([name, value]) => {
    return {
      name: name.replace(/^:/, ""),
      value: value === null ? null : String(value),
      type: types[name] ?? typeOf(value),
    };
  });
}

function typeOf(value: string | number | boolean | null): string {
  if (typeof value === "boolean") return "BOOLEAN";
  if (typeof value !== "number") return "STRING";
  return Number.isInteger(value) ? "BIGINT" : "DOUBLE";
}
