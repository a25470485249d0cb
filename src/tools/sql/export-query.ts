// export_query: the whole result of a reading statement in a file of this machine, at constant memory.
import { lstat, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { nowhere } from "../targets.ts";
import { question } from "../question.ts";
import { waitSecondsInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs } from "../waiting.ts";
import { writeRows, type ExportFormat } from "./export-file.ts";
import { outcomeOf, parametersInput, parametersOf, parameterTypesInput, placeInput } from "./fields.ts";
import { oneStatement } from "./one-statement.ts";
import { notReading } from "./query-sql.ts";
import { runStatement } from "./statement-run.ts";
import { safeEffectOf } from "./text/effect.ts";
import { chooseWarehouse } from "./warehouse-choice.ts";

const formats: Readonly<Record<string, ExportFormat>> = {
  ".csv": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".parquet": "parquet",
};

export const exportQuery = defineTool({
  name: "export_query",
  toolset: "sql",
  effect: "write",
  local: true,
  title: "Write a query's result to a file",
  description:
    "Runs one reading SQL statement and writes all its rows to a .csv, .jsonl or .parquet file on the machine where this server runs, whatever their number.",
  input: z.strictObject({
    sql: z.string().min(1),
    file: z.string().min(1).describe("Local file that ends in .csv, .jsonl or .parquet"),
    overwrite: z.boolean().default(false),
    parameters: parametersInput,
    parameter_types: parameterTypesInput,
    ...placeInput,
    wait_seconds: waitSecondsInput(290),
  }),
  output: z.object({
    statement_id: z.string(),
    state: z.string(),
    file: z.string().optional(),
    rows_written: z.number().optional(),
    size_bytes: z.number().optional(),
    warehouse_id: z.string(),
    error_code: z.string().optional(),
    error: z.string().optional(),
    hint: z.string().optional(),
  }),
  spellings: { query: "sql", path: "file" },
  confirm: async ({ file, overwrite }, { deps }) => {
    const there = overwrite ? await stat(resolve(deps.cwd, file)).catch(() => undefined) : undefined;
    return there === undefined ? undefined : question`Overwrite the file ${file} on this machine, for good?`;
  },
  targets: nowhere,
  run: async (context, input) => {
    const statement = oneStatement(input.sql);
    const { effect, why } = safeEffectOf(statement.text, statement.tokens);
    if (effect !== "read") throw notReading(why);
    const target = await targetOf(context, input);
    const warehouse = await chooseWarehouse(context, input.warehouse_id);
    const ended = await runStatement(
      context,
      {
        statement: statement.text,
        warehouseId: warehouse.id,
        catalog: input.catalog,
        schema: input.schema,
        parameters: parametersOf(input.parameters, input.parameter_types),
        disposition: "EXTERNAL_LINKS",
        format: "JSON_ARRAY",
      },
      waitMs(input, context),
    );
    const head = { statement_id: ended.statementId, state: ended.state, warehouse_id: warehouse.id };
    if (ended.state !== "SUCCEEDED") {
      const { error, error_code } = await outcomeOf(context, ended, { page: { offset: 0, maxRows: 1 } });
      return { ...head, error, error_code, hint: ended.ended ? undefined : tooSlow };
    }
    const { rows, sizeBytes, formulaRows } = await writeRows(context, ended, target);
    const hint = formulaRows === 0 ? undefined : `${formulaRows} of the rows hold ${formulaWords}`;
    return { ...head, file: target.file, rows_written: rows, size_bytes: sizeBytes, hint };
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ state }) => state !== "SUCCEEDED",
});

const formulaWords =
  "values that begin with =, +, - or @. They are as the query gave them; a spreadsheet may run them as formulas.";

const tooSlow =
  "It goes on running, and nothing was written. Give it a longer wait_seconds, or save its result with CREATE TABLE AS.";

/** Throws before anything runs: for a name that is no table of values, and for a file that is there. */
async function targetOf({ deps }: ToolContext, input: { file: string; overwrite: boolean }) {
  const file = resolve(deps.cwd, input.file);
  const format = formats[extname(file).toLowerCase()];
  if (format === undefined) {
    throw new MortarError(
      "invalid_input",
      `file: ${extname(file) || "a name without an ending"} is no format to write`,
      {
        hint: "End it in .csv, .jsonl or .parquet. Nothing was run.",
      },
    );
  }
  // A link to nothing has the name as well.
  const present = await stat(file).catch(() => lstat(file).catch(() => undefined));
  if (present?.isDirectory() === true) throw new MortarError("invalid_input", `file: ${input.file} is a folder`);
  if (present !== undefined && !input.overwrite) {
    throw new MortarError("already_exists", `${input.file} is there already`, {
      hint: "Take another name, or overwrite: true. Nothing was run.",
    });
  }
  return { file, format, overwrite: input.overwrite };
}
