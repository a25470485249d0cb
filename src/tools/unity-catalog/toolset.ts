// The catalog toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createCatalog } from "./create-catalog.ts";
import { createSchema } from "./create-schema.ts";
import { createVolume } from "./create-volume.ts";
import { deleteSecurable } from "./delete-securable.ts";
import { getGrants } from "./get-grants.ts";
import { getSecurable } from "./get-securable.ts";
import { getTable } from "./get-table.ts";
import { getTableStats } from "./get-table-stats.ts";
import { grantPrivileges } from "./grant-privileges.ts";
import { listCatalogs } from "./list-catalogs.ts";
import { listSchemas } from "./list-schemas.ts";
import { listSecurables } from "./list-securables.ts";
import { listTables } from "./list-tables.ts";
import { revokePrivileges } from "./revoke-privileges.ts";
import { updateSecurable } from "./update-securable.ts";

export const catalogToolset: readonly Tool[] = [
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
