// A query on system tables: ours alone, with the caller's values as parameters.
import { outcomeOf, parametersOf, type Outcome } from "../sql/fields.ts";
import { runStatement } from "../sql/statement-run.ts";
import { chooseWarehouse } from "../sql/warehouse-choice.ts";
import type { ToolContext } from "../define.ts";
import { waitMs } from "../waiting.ts";

export interface SystemQuery {
  /** Holds no text of the caller's. */
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** SQL types of parameters that are no STRING. */
  readonly types?: Readonly<Record<string, string>>;
  readonly maxRows: number;
  readonly warehouseId: string | undefined;
}

/** Runs it, and says of a missing right who can give it. */
export async function systemQuery(context: ToolContext, query: SystemQuery): Promise<Outcome> {
  const warehouse = await chooseWarehouse(context, query.warehouseId);
  const request = {
    statement: query.sql,
    warehouseId: warehouse.id,
    parameters: parametersOf(query.parameters, query.types),
  };
  const ended = await runStatement(context, request, waitMs({}, context));
  const outcome = await outcomeOf(context, ended, { warehouse, page: { offset: 0, maxRows: query.maxRows } });
  const isClosed = /TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND|INSUFFICIENT_PERMISSIONS|PERMISSION_DENIED/;
  if (outcome.error === undefined || !isClosed.test(`${outcome.error_code} ${outcome.error}`)) return outcome;
  const hint =
    "System tables are switched on, schema by schema, by an account admin, who can also grant USE SCHEMA and SELECT on them.";
  return { ...outcome, hint };
}

/** The day so many days ago, as SQL's DATE. */
export function daysAgo({ deps }: ToolContext, days: number): string {
  return new Date(deps.clock.now() - days * 86_400_000).toISOString().slice(0, 10);
}
