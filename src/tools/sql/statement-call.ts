// A call of one SQL statement: what it takes, and its way over a warehouse to an outcome.
import * as z from "zod";
import type { ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { waitMs } from "../waiting.ts";
import {
  maxCharsInput,
  maxRowsInput,
  outcomeOf,
  parametersInput,
  parametersOf,
  parameterTypesInput,
  placeInput,
} from "./fields.ts";
import { runStatement } from "./statement-run.ts";
import { chooseWarehouse } from "./warehouse-choice.ts";

/** A larger inline result makes the statement fail at 25 MiB; with this it is cut, and says so. */
export const inlineBytes = 16 * 1024 * 1024;

export const statementInput = z.strictObject({
  sql: z.string().min(1),
  parameters: parametersInput,
  parameter_types: parameterTypesInput,
  ...placeInput,
  max_rows: maxRowsInput,
  max_chars: maxCharsInput,
  wait_seconds: waitSecondsInput(50),
});

export const statementSpellings = { query: "sql", sql_query: "sql", statement: "sql" };

/** Runs `text`, which is the one statement of the call. Throws what choosing a warehouse and the workspace throw. */
export async function callStatement(
  context: ToolContext,
  text: string,
  input: z.output<typeof statementInput>,
): ReturnType<typeof outcomeOf> {
  const warehouse = await chooseWarehouse(context, input.warehouse_id);
  const request = {
    statement: text,
    warehouseId: warehouse.id,
    catalog: input.catalog,
    schema: input.schema,
    parameters: parametersOf(input.parameters, input.parameter_types),
    byteLimit: inlineBytes,
  };
  const ended = await runStatement(context, request, waitMs(input, context));
  return await outcomeOf(context, ended, { warehouse, page: { offset: 0, maxRows: input.max_rows } });
}
