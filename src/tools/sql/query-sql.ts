// query_sql: one statement that only reads. What may write is refused before it is sent.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { waitMs } from "../waiting.ts";
import {
  maxCharsInput,
  maxRowsInput,
  outcome,
  outcomeFailed,
  outcomeOf,
  outcomeText,
  parametersInput,
  parametersOf,
  parameterTypesInput,
  placeInput,
} from "./fields.ts";
import { oneStatement } from "./one-statement.ts";
import { runStatement } from "./statement-run.ts";
import { safeEffectOf } from "./text/effect.ts";
import { chooseWarehouse } from "./warehouse-choice.ts";

export const querySql = defineTool({
  name: "query_sql",
  toolset: "sql",
  effect: "read",
  title: "Query with SQL",
  description:
    "Runs one SQL statement that only reads (SELECT, WITH, SHOW, DESCRIBE, EXPLAIN) on a warehouse and returns rows. Anything else is refused unsent.",
  input: z.strictObject({
    sql: z.string().min(1),
    parameters: parametersInput,
    parameter_types: parameterTypesInput,
    ...placeInput,
    max_rows: maxRowsInput,
    max_chars: maxCharsInput,
    wait_seconds: waitSecondsInput(50),
  }),
  output: outcome,
  spellings: { query: "sql", sql_query: "sql", statement: "sql" },
  run: async (context, input) => {
    const statement = oneStatement(input.sql);
    const { effect, why } = safeEffectOf(statement.text, statement.tokens);
    if (effect !== "read") throw notReading(why);
    const warehouse = await chooseWarehouse(context, input.warehouse_id);
    const request = {
      statement: statement.text,
      warehouseId: warehouse.id,
      catalog: input.catalog,
      schema: input.schema,
      parameters: parametersOf(input.parameters, input.parameter_types),
      byteLimit: inlineBytes,
    };
    const ended = await runStatement(context, request, waitMs(input, context));
    return await outcomeOf(context, ended, { warehouse, page: { offset: 0, maxRows: input.max_rows } });
  },
  text: outcomeText,
  failed: outcomeFailed,
});

/** A larger inline result makes the statement fail at 25 MiB; with this it is cut, and says so. */
export const inlineBytes = 16 * 1024 * 1024;

export function notReading(why: string | undefined): MortarError {
  return new MortarError("read_only", `The statement is not known to read only: ${why ?? "it writes"}`, {
    hint: "It was not sent. `execute_sql` runs statements that change something, where that is allowed.",
  });
}
