// The one value of a statement that describes something.
import { MortarError } from "../../platform/errors.ts";
import type { ToolContext } from "../define.ts";
import { runStatement } from "../sql/statement-run.ts";
import { chooseWarehouse } from "../sql/warehouse-choice.ts";
import { waitMs } from "../waiting.ts";
import { codeOf } from "./run-change.ts";

const mostChars = 4_000_000;

/** Throws what the warehouse says of a statement that failed, and `timeout` for one that goes on. */
export async function readValue(context: ToolContext, sql: string, warehouseId: string | undefined): Promise<string> {
  const warehouse = await chooseWarehouse(context, warehouseId);
  const request = { statement: sql, warehouseId: warehouse.id, byteLimit: mostChars };
  const { ended, state, error, result } = await runStatement(context, request, waitMs({}, context));
  if (!ended) {
    throw new MortarError("timeout", "The warehouse has not answered in time", {
      hint: "Try again when it has started.",
    });
  }
  if (state !== "SUCCEEDED") throw new MortarError(codeOf(error?.message ?? ""), error?.message ?? state);
  return result?.rows[0]?.[0] ?? "";
}
