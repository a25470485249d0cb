// get_table_stats: how many rows a table has, and what is in its columns, counted on a warehouse.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { tableFields, waitSecondsInput, type CellValue } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { outcomeOf, warehouseIdInput } from "../sql/fields.ts";
import { runStatement } from "../sql/statement-run.ts";
import { chooseWarehouse } from "../sql/warehouse-choice.ts";
import { waitMs } from "../waiting.ts";
import { quotedName, tableInput, tableParts } from "./names.ts";
import { measures, statisticsQuery, type Measure } from "./statistics-query.ts";

/** More would be one statement of a length that warehouses are slow to plan. */
const mostColumns = 100;

export const getTableStats = defineTool({
  name: "get_table_stats",
  toolset: "catalog",
  effect: "read",
  title: "Count what is in a table",
  description:
    "Counts a table's rows and, by column, nulls, distinct values (about), least, greatest and mean; detailed adds deviation and quartiles. Reads the whole table on a warehouse.",
  input: z.strictObject({
    table: tableInput,
    column_names: z.array(z.string()).optional().describe("Only these; without it the first 100"),
    level: z.enum(["basic", "detailed"]).default("basic"),
    sample_rows: z.int().min(0).max(20).default(3),
    warehouse_id: warehouseIdInput,
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object({
    table: z.string(),
    row_count: z.number().optional(),
    warehouse_id: z.string(),
    ...tableFields,
    sample_columns: z.array(z.string()).optional(),
    sample_rows: tableFields.rows.optional(),
    left_out_columns: z.number().optional(),
    statement_id: z.string().optional(),
    state: z.string().optional(),
    error_code: z.string().optional(),
    error: z.string().optional(),
    hint: z.string().optional(),
  }),
  spellings: { table_name: "table", full_table_name: "table", full_name: "table" },
  run: async (context, input) => {
    const parts = tableParts(input.table);
    const table = await context.workspace.unityCatalog.table(parts.join("."), { signal: context.signal });
    const wanted = table.columns.filter(({ name }) => input.column_names?.includes(name) ?? true);
    checkColumns(input.column_names, new Set(wanted.map(({ name }) => name)));
    const columns = wanted.slice(0, mostColumns);
    const warehouse = await chooseWarehouse(context, input.warehouse_id);
    const { sql, values } = statisticsQuery(parts, columns, input.level);
    const head = { table: table.fullName, warehouse_id: warehouse.id };
    const counted = await oneRow(context, { sql, warehouseId: warehouse.id, timeoutMs: waitMs(input, context) });
    if (counted.row === undefined) {
      const { statement_id, state, error_code, error, hint } = counted.outcome;
      return { ...head, columns: [], rows: [], statement_id, state, error_code, error, hint };
    }
    const [count = null, ...figures] = counted.row;
    const byColumn = new Map<string, Partial<Record<Measure, CellValue>>>();
    for (const [at, { column, measure }] of values.entries()) {
      byColumn.set(column, { ...byColumn.get(column), [measure]: figures[at] ?? null });
    }
    const used = measures.filter((measure) => values.some((one) => one.measure === measure));
    const sample = await sampleOf(context, { parts, rows: input.sample_rows, warehouseId: warehouse.id });
    return {
      ...head,
      row_count: Number(count),
      columns: ["column", "type", ...used],
      rows: columns.map(({ name, typeText }) => [
        name,
        typeText,
        ...used.map((measure) => byColumn.get(name)?.[measure] ?? null),
      ]),
      ...sample,
      left_out_columns: wanted.length > columns.length ? wanted.length - columns.length : undefined,
    };
  },
  text: ({ columns, rows, sample_columns = [], sample_rows = [], ...rest }) =>
    fieldText(
      fieldLines(rest),
      tableLines(columns, rows),
      sample_rows.length === 0 ? [] : ["-- sample"],
      tableLines(sample_columns, sample_rows),
    ),
  failed: ({ error }) => error !== undefined,
});

function checkColumns(asked: readonly string[] | undefined, there: ReadonlySet<string>): void {
  const missing = asked?.filter((name) => !there.has(name)) ?? [];
  if (missing.length === 0) return;
  throw new MortarError(
    "invalid_input",
    `The table has no column ${missing.map((name) => JSON.stringify(name)).join(", ")}`,
    {
      hint: "`get_table` shows its columns.",
    },
  );
}

interface Asked {
  readonly sql: string;
  readonly warehouseId: string;
  readonly timeoutMs: number;
}

async function oneRow(context: ToolContext, { sql, warehouseId, timeoutMs }: Asked) {
  const statement = await runStatement(context, { statement: sql, warehouseId }, timeoutMs);
  const outcome = await outcomeOf(context, statement, { page: { offset: 0, maxRows: 1 } });
  return { outcome, row: outcome.rows[0] };
}

/** Values that are long are cut: a sample is for seeing what they look like. */
const sampleChars = 200;
const samplePatienceMs = 20_000;

async function sampleOf(
  context: ToolContext,
  { parts, rows, warehouseId }: { parts: readonly string[]; rows: number; warehouseId: string },
) {
  if (rows === 0) return {};
  const sql = `SELECT * FROM ${parts.map(quotedName).join(".")} LIMIT ${rows}`;
  const statement = await runStatement(context, { statement: sql, warehouseId }, samplePatienceMs);
  const limits = { ...context.limits, cellChars: sampleChars };
  const shown = await outcomeOf({ ...context, limits }, statement, { page: { offset: 0, maxRows: rows } });
  return shown.rows.length === 0 ? {} : { sample_columns: shown.columns, sample_rows: shown.rows };
}
