// The toolset queries as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import getColumnLineage from "./get_column_lineage.json";
import getQuery from "./get_query.json";
import getTableLineage from "./get_table_lineage.json";
import getUsage from "./get_usage.json";
import listQueryHistory from "./list_query_history.json";

export const queriesGolden: readonly ListedTool[] = [
  listQueryHistory,
  getQuery,
  getTableLineage,
  getColumnLineage,
  getUsage,
];
