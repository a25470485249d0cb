// The catalog toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { addToShare } from "./add-to-share.ts";
import { alterMetricView } from "./alter-metric-view.ts";
import { createCatalog } from "./create-catalog.ts";
import { createConnection } from "./create-connection.ts";
import { createExternalLocation } from "./create-external-location.ts";
import { createForeignCatalog } from "./create-foreign-catalog.ts";
import { createFunction } from "./create-function.ts";
import { createMetricView } from "./create-metric-view.ts";
import { createMonitor } from "./create-monitor.ts";
import { createProvider } from "./create-provider.ts";
import { createRecipient } from "./create-recipient.ts";
import { createSchema } from "./create-schema.ts";
import { createShare } from "./create-share.ts";
import { createStorageCredential } from "./create-storage-credential.ts";
import { createTable } from "./create-table.ts";
import { createVolume } from "./create-volume.ts";
import { deleteMonitor } from "./delete-monitor.ts";
import { deleteSecurable } from "./delete-securable.ts";
import { dropColumnMask } from "./drop-column-mask.ts";
import { dropMetricView } from "./drop-metric-view.ts";
import { dropRowFilter } from "./drop-row-filter.ts";
import { getGrants } from "./get-grants.ts";
import { getMetricView } from "./get-metric-view.ts";
import { getMonitor } from "./get-monitor.ts";
import { getSecurable } from "./get-securable.ts";
import { getTableStats } from "./get-table-stats.ts";
import { getTable } from "./get-table.ts";
import { grantPrivileges } from "./grant-privileges.ts";
import { listCatalogs } from "./list-catalogs.ts";
import { listMonitorRefreshes } from "./list-monitor-refreshes.ts";
import { listProviderShares } from "./list-provider-shares.ts";
import { listSchemas } from "./list-schemas.ts";
import { listSecurables } from "./list-securables.ts";
import { listTables } from "./list-tables.ts";
import { queryMetricView } from "./query-metric-view.ts";
import { queryTags } from "./query-tags.ts";
import { refreshMonitor } from "./refresh-monitor.ts";
import { removeFromShare } from "./remove-from-share.ts";
import { revokePrivileges } from "./revoke-privileges.ts";
import { rotateRecipientToken } from "./rotate-recipient-token.ts";
import { setColumnMask } from "./set-column-mask.ts";
import { setComment } from "./set-comment.ts";
import { setRowFilter } from "./set-row-filter.ts";
import { setTags } from "./set-tags.ts";
import { unsetTags } from "./unset-tags.ts";
import { updateConnection } from "./update-connection.ts";
import { updateExternalLocation } from "./update-external-location.ts";
import { updateSecurable } from "./update-securable.ts";
import { updateStorageCredential } from "./update-storage-credential.ts";
import { validateStorageCredential } from "./validate-storage-credential.ts";

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
  createTable,
  createFunction,
  setTags,
  unsetTags,
  queryTags,
  setComment,
  setRowFilter,
  dropRowFilter,
  setColumnMask,
  dropColumnMask,
  createStorageCredential,
  updateStorageCredential,
  validateStorageCredential,
  createExternalLocation,
  updateExternalLocation,
  createConnection,
  updateConnection,
  createForeignCatalog,
  createMonitor,
  getMonitor,
  refreshMonitor,
  listMonitorRefreshes,
  deleteMonitor,
  createShare,
  addToShare,
  removeFromShare,
  createRecipient,
  rotateRecipientToken,
  createProvider,
  listProviderShares,
  createMetricView,
  alterMetricView,
  getMetricView,
  queryMetricView,
  dropMetricView,
];
