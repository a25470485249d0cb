// The toolset catalog as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createCatalog from "./create_catalog.json";
import createSchema from "./create_schema.json";
import createVolume from "./create_volume.json";
import deleteSecurable from "./delete_securable.json";
import getGrants from "./get_grants.json";
import getSecurable from "./get_securable.json";
import getTable from "./get_table.json";
import getTableStats from "./get_table_stats.json";
import grantPrivileges from "./grant_privileges.json";
import listCatalogs from "./list_catalogs.json";
import listSchemas from "./list_schemas.json";
import listSecurables from "./list_securables.json";
import listTables from "./list_tables.json";
import revokePrivileges from "./revoke_privileges.json";
import updateSecurable from "./update_securable.json";

export const catalogGolden: readonly ListedTool[] = [
  listCatalogs,
  listSchemas,
  listTables,
  getTable,
  getTableStats,
  listSecurables,
  getSecurable,
  createCatalog,
  createSchema,
  createVolume,
  updateSecurable,
  deleteSecurable,
  getGrants,
  grantPrivileges,
  revokePrivileges,
];
