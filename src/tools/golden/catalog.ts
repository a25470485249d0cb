// The toolset catalog as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import addToShare from "./add_to_share.json";
import alterMetricView from "./alter_metric_view.json";
import createCatalog from "./create_catalog.json";
import createConnection from "./create_connection.json";
import createExternalLocation from "./create_external_location.json";
import createForeignCatalog from "./create_foreign_catalog.json";
import createFunction from "./create_function.json";
import createMetricView from "./create_metric_view.json";
import createMonitor from "./create_monitor.json";
import createProvider from "./create_provider.json";
import createRecipient from "./create_recipient.json";
import createSchema from "./create_schema.json";
import createShare from "./create_share.json";
import createStorageCredential from "./create_storage_credential.json";
import createTable from "./create_table.json";
import createVolume from "./create_volume.json";
import deleteMonitor from "./delete_monitor.json";
import deleteSecurable from "./delete_securable.json";
import dropColumnMask from "./drop_column_mask.json";
import dropMetricView from "./drop_metric_view.json";
import dropRowFilter from "./drop_row_filter.json";
import getGrants from "./get_grants.json";
import getMetricView from "./get_metric_view.json";
import getMonitor from "./get_monitor.json";
import getSecurable from "./get_securable.json";
import getTable from "./get_table.json";
import getTableStats from "./get_table_stats.json";
import grantPrivileges from "./grant_privileges.json";
import listCatalogs from "./list_catalogs.json";
import listMonitorRefreshes from "./list_monitor_refreshes.json";
import listProviderShares from "./list_provider_shares.json";
import listSchemas from "./list_schemas.json";
import listSecurables from "./list_securables.json";
import listTables from "./list_tables.json";
import queryMetricView from "./query_metric_view.json";
import queryTags from "./query_tags.json";
import refreshMonitor from "./refresh_monitor.json";
import removeFromShare from "./remove_from_share.json";
import revokePrivileges from "./revoke_privileges.json";
import rotateRecipientToken from "./rotate_recipient_token.json";
import setColumnMask from "./set_column_mask.json";
import setComment from "./set_comment.json";
import setRowFilter from "./set_row_filter.json";
import setTags from "./set_tags.json";
import unsetTags from "./unset_tags.json";
import updateConnection from "./update_connection.json";
import updateExternalLocation from "./update_external_location.json";
import updateSecurable from "./update_securable.json";
import updateStorageCredential from "./update_storage_credential.json";
import validateStorageCredential from "./validate_storage_credential.json";

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
