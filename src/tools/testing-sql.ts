// For tests: a warehouse that takes statements, remembers them, and answers as it is told.
import type { Received, Reply } from "../workspace/testing.ts";
import type { Bench, Routes } from "./testing.ts";

/** The routes of a running warehouse whose statements all succeed with `rows`, or fail with `failure`. */
export function warehouseRoutes(
  answer: {
    readonly columns?: readonly string[];
    readonly rows?: readonly (readonly string[])[];
    readonly failure?: string;
  } = {},
): Routes {
  const { columns = ["value"], rows = [], failure } = answer;
  const status =
    failure === undefined
      ? { state: "SUCCEEDED" }
      : { state: "FAILED", error: { error_code: "BAD_REQUEST", message: failure } };
  return {
    "GET /api/2.0/sql/warehouses": () => ({ warehouses: [{ id: "w1", name: "small", state: "RUNNING" }] }),
    "POST /api/2.0/sql/statements": (_request: Received): Reply => ({
      statement_id: "s1",
      status,
      manifest: {
        format: "JSON_ARRAY",
        schema: {
          columns: columns.map((name, position) => ({ name, position, type_text: "STRING", type_name: "STRING" })),
        },
        total_row_count: rows.length,
        chunks: [],
      },
      result: { chunk_index: 0, row_offset: 0, row_count: rows.length, data_array: rows },
    }),
  };
}

/** The statements that were sent. */
export function statementsOf(bench: Bench): readonly string[] {
  return bench.sent("POST /api/2.0/sql/statements").map(({ statement }) => String(statement));
}
