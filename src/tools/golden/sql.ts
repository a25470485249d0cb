// The toolset sql as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import cancelStatement from "./cancel_statement.json";
import executeSql from "./execute_sql.json";
import executeSqlScript from "./execute_sql_script.json";
import exportQuery from "./export_query.json";
import getStatementResult from "./get_statement_result.json";
import listWarehouses from "./list_warehouses.json";
import querySql from "./query_sql.json";
import startWarehouse from "./start_warehouse.json";
import stopWarehouse from "./stop_warehouse.json";

export const sqlGolden: readonly ListedTool[] = [
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
