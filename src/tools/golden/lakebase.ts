// The toolset lakebase as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createLakebaseBranch from "./create_lakebase_branch.json";
import createLakebaseCredential from "./create_lakebase_credential.json";
import createLakebaseEndpoint from "./create_lakebase_endpoint.json";
import createLakebaseInstance from "./create_lakebase_instance.json";
import createLakebaseProject from "./create_lakebase_project.json";
import createSyncedTable from "./create_synced_table.json";
import deleteLakebaseBranch from "./delete_lakebase_branch.json";
import deleteLakebaseEndpoint from "./delete_lakebase_endpoint.json";
import deleteLakebaseInstance from "./delete_lakebase_instance.json";
import deleteLakebaseProject from "./delete_lakebase_project.json";
import deleteSyncedTable from "./delete_synced_table.json";
import getLakebaseDatabase from "./get_lakebase_database.json";
import getSyncedTable from "./get_synced_table.json";
import listLakebaseDatabases from "./list_lakebase_databases.json";
import updateLakebaseBranch from "./update_lakebase_branch.json";
import updateLakebaseEndpoint from "./update_lakebase_endpoint.json";
import updateLakebaseInstance from "./update_lakebase_instance.json";
import updateLakebaseProject from "./update_lakebase_project.json";

export const lakebaseGolden: readonly ListedTool[] = [
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
