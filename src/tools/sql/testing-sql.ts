// A workspace that answers SQL as it is told, for the tests of the sql toolset.
import type { Warehouse } from "../../workspace/warehouses.ts";
import { type Reply } from "../../workspace/testing.ts";
import { type Routes } from "../testing.ts";

export const statements = "/api/2.0/sql/statements";
export const columnsOf = (...types: readonly string[]) => ({
  columns: types.map((type_name, position) => ({ name: `c${position}`, position, type_name, type_text: type_name })),
});

export const done = (types: readonly string[], rows: unknown, more: object = {}): Reply => ({
  statement_id: "s1",
  status: { state: "SUCCEEDED" },
  manifest: { format: "JSON_ARRAY", schema: columnsOf(...types), total_row_count: 3, ...more },
  result: { chunk_index: 0, row_offset: 0, data_array: rows },
});

export const running: Routes = {
  "GET /api/2.0/sql/warehouses": () => ({ warehouses: [{ id: "w1", name: "one", state: "RUNNING" }] }),
};

export const warehouse = (id: string, more: Partial<Warehouse>): Warehouse => ({
  id,
  name: id,
  state: "STOPPED",
  clusterSize: "Small",
  warehouseType: "PRO",
  serverless: false,
  numClusters: 0,
  minNumClusters: 1,
  maxNumClusters: 1,
  activeSessions: 0,
  autoStopMinutes: 10,
  creator: undefined,
  health: undefined,
  configuration: {},
  ...more,
});
/** Answers each statement by its text; the others succeed. */
export function scripted(failing: string): {
  readonly routes: Routes;
  readonly ran: () => readonly (readonly [string, unknown])[];
} {
  const ran: (readonly [string, unknown])[] = [];
  const answer: Routes[string] = (_request, json) => {
    const text = String(json["statement"]);
    ran.push([text, json["schema"] ?? json["catalog"]]);
    const status =
      text === failing ? { state: "FAILED", error: { message: "[DIVIDE_BY_ZERO] no" } } : { state: "SUCCEEDED" };
    return {
      statement_id: `s${ran.length}`,
      status,
      manifest: { schema: columnsOf("INT") },
      result: { data_array: [["1"]] },
    };
  };
  return { routes: { ...running, [`POST ${statements}`]: answer }, ran: () => ran };
}
