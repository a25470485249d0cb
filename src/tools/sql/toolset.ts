// The sql toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { cancelStatement } from "./cancel-statement.ts";
import { executeSql } from "./execute-sql.ts";
import { executeSqlScript } from "./execute-sql-script.ts";
import { exportQuery } from "./export-query.ts";
import { getStatementResult } from "./get-statement-result.ts";
import { listWarehouses } from "./list-warehouses.ts";
import { querySql } from "./query-sql.ts";
import { startWarehouse } from "./start-warehouse.ts";
import { stopWarehouse } from "./stop-warehouse.ts";

export const sqlToolset: readonly Tool[] = [
  querySql,
  executeSql,
  executeSqlScript,
  getStatementResult,
  cancelStatement,
  exportQuery,
  listWarehouses,
  startWarehouse,
  stopWarehouse,
];
