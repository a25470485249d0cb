// A change that only SQL can make: run on a warehouse, and told with the statement that was run.
import * as z from "zod";
import { MortarError, type ErrorCode } from "../../platform/errors.ts";
import type { ToolContext } from "../define.ts";
import { outcomeFailed, outcomeOf } from "../sql/fields.ts";
import { runStatement } from "../sql/statement-run.ts";
import { chooseWarehouse } from "../sql/warehouse-choice.ts";
import { waitMs } from "../waiting.ts";

export const changeFields = {
  sql: z.string(),
  warehouse_id: z.string().optional(),
  statement_id: z.string().optional(),
  state: z.string(),
  hint: z.string().optional(),
};

interface Wish {
  readonly sql: string;
  readonly warehouseId: string | undefined;
  readonly dryRun?: boolean;
}

/**
 * Runs the statement. `state` is SUCCEEDED, or what it is while it goes on beyond the call's time; DRY_RUN where nothing was
 * run. Throws what the warehouse says of a statement that failed.
 */
export async function runChange(context: ToolContext, { sql, warehouseId, dryRun = false }: Wish) {
  if (dryRun) return { sql, state: "DRY_RUN" };
  const warehouse = await chooseWarehouse(context, warehouseId);
  const statement = await runStatement(context, { statement: sql, warehouseId: warehouse.id }, waitMs({}, context));
  const outcome = await outcomeOf(context, statement, { page: { offset: 0, maxRows: 1 } });
  const { statement_id, state, error_code, error = state, hint } = outcome;
  if (!outcomeFailed({ state })) return { sql, warehouse_id: warehouse.id, statement_id, state, hint };
  throw new MortarError(codeOf(error_code ?? ""), error, { hint, workspaceCode: error_code });
}

/** By the error class, which a message begins with. */
export function codeOf(errorClass: string): ErrorCode {
  const found = codes.find(([shape]) => shape.test(errorClass));
  return found?.[1] ?? "workspace_error";
}

const codes: readonly (readonly [RegExp, ErrorCode])[] = [
  [/PERMISSION|UNAUTHORIZED/, "permission_denied"],
  [/ALREADY_EXISTS/, "already_exists"],
  [/NOT_FOUND|NO_SUCH|DOES_NOT_EXIST/, "not_found"],
  [/PARSE_|UNRESOLVED|MISMATCH|INVALID/, "invalid_input"],
  [/UNSUPPORTED|NOT_SUPPORTED/, "unsupported"],
];
