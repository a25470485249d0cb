// execute_sql: one statement of any kind.
import * as z from "zod";
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
import { inlineBytes } from "./query-sql.ts";
import { sqlLosses, sqlTargets } from "./consequences.ts";
import { runStatement } from "./statement-run.ts";
import { chooseWarehouse } from "./warehouse-choice.ts";

export const executeSql = defineTool({
  name: "execute_sql",
  toolset: "sql",
  effect: "destructive",
  openWorld: true,
  title: "Execute SQL",
  description:
    "Runs one SQL statement that changes something: DDL, INSERT, MERGE, GRANT, a BEGIN ... END script. query_sql is for reading.",
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
  confirm: sqlLosses,
  targets: sqlTargets,
  run: async (context, input) => {
    const statement = oneStatement(input.sql);
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
