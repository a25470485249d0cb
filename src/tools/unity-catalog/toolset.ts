// The catalog toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { getTable } from "./get-table.ts";
import { getTableStats } from "./get-table-stats.ts";
import { listCatalogs } from "./list-catalogs.ts";
import { listSchemas } from "./list-schemas.ts";
import { listTables } from "./list-tables.ts";

export const catalogToolset: readonly Tool[] = [listCatalogs, listSchemas, listTables, getTable, getTableStats];
