// The lakebase toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createLakebaseBranch, deleteLakebaseBranch, updateLakebaseBranch } from "./branches.ts";
import { createLakebaseCredential } from "./create-lakebase-credential.ts";
import { createLakebaseEndpoint, deleteLakebaseEndpoint, updateLakebaseEndpoint } from "./endpoints.ts";
import { getLakebaseDatabase } from "./get-lakebase-database.ts";
import { createLakebaseInstance, deleteLakebaseInstance, updateLakebaseInstance } from "./instances.ts";
import { listLakebaseDatabases } from "./list-lakebase-databases.ts";
import { createLakebaseProject, deleteLakebaseProject, updateLakebaseProject } from "./projects.ts";
import { createSyncedTable, deleteSyncedTable, getSyncedTable } from "./synced-tables.ts";

export const lakebaseToolset: readonly Tool[] = [
  listLakebaseDatabases,
  getLakebaseDatabase,
  createLakebaseProject,
  updateLakebaseProject,
  deleteLakebaseProject,
  createLakebaseBranch,
  updateLakebaseBranch,
  deleteLakebaseBranch,
  createLakebaseEndpoint,
  updateLakebaseEndpoint,
  deleteLakebaseEndpoint,
  createLakebaseInstance,
  updateLakebaseInstance,
  deleteLakebaseInstance,
  createSyncedTable,
  getSyncedTable,
  deleteSyncedTable,
  createLakebaseCredential,
];
