// Statements as the managed servers show them: a value a cell, each as text.
import type { JsonObject } from "../../platform/json.ts";
import { ApiFault, type Call } from "../http/route.ts";
import { requireChunk, requireStatement, submit, type StatementDocument } from "../sql/service/statements.ts";
import { warehousesOf } from "../sql/service/warehouse.ts";
import type { World } from "../world.ts";

/** Runs it on the warehouse that the server chooses, and waits as long as the API lets one wait. */
export async function runStatement(world: World, call: Call, body: JsonObject): Promise<StatementDocument> {
  const warehouse = warehousesOf(world).all()[0];
  if (warehouse === undefined) throw new ApiFault(404, "NOT_FOUND", "There is no SQL warehouse in this workspace.");
  const request = { ...body, warehouse_id: warehouse.id, wait_timeout: "30s" };
  return await submit(world, request, { userName: call.caller.userName, signal: call.signal });
}

export function statementShown(world: World, id: string): object {
  const { state, error, result } = requireStatement(world, id);
  const status = error === undefined ? { state } : { state, error: { error_code: error.code, message: error.message } };
  if (state !== "SUCCEEDED" || result === undefined) return { statement_id: id, status };
  const columns = result.columns.map(({ name, typeName }, position) => ({ name, type_name: typeName, position }));
  const rows = result.chunks.length === 0 ? [] : requireChunk(world, id, 0).rows;
  return {
    statement_id: id,
    status,
    manifest: {
      schema: { column_count: columns.length, columns },
      total_row_count: result.rowCount,
      truncated: result.truncated,
    },
    result: {
      data_array: rows.map((row) => ({ values: row.map((cell) => (cell === null ? {} : { string_value: cell })) })),
    },
  };
}
