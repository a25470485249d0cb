// The queries toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { getQuery } from "./get-query.ts";
import { getUsage } from "./get-usage.ts";
import { getColumnLineage, getTableLineage } from "./lineage.ts";
import { listQueryHistory } from "./list-query-history.ts";

export const queriesToolset: readonly Tool[] = [
  listQueryHistory,
  getQuery,
  getTableLineage,
  getColumnLineage,
  getUsage,
];
