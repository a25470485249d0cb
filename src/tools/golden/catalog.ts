// The toolset catalog as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import getTable from "./get_table.json";
import getTableStats from "./get_table_stats.json";
import listCatalogs from "./list_catalogs.json";
import listSchemas from "./list_schemas.json";
import listTables from "./list_tables.json";

export const catalogGolden: readonly ListedTool[] = [listCatalogs, listSchemas, listTables, getTable, getTableStats];
