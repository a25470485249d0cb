// Every tool as it is listed, already made: a server answers tools/list without loading a tool. The tests hold these
// files equal to the declarations, and make them anew with UPDATE_GOLDEN=1.
import type { ListedTool } from "../listed-tool.ts";
import cancelRun from "./cancel_run.json";
import cancelStatement from "./cancel_statement.json";
import createCluster from "./create_cluster.json";
import createContext from "./create_context.json";
import createJob from "./create_job.json";
import createVolumeFolder from "./create_volume_folder.json";
import deleteVolumePath from "./delete_volume_path.json";
import destroyContext from "./destroy_context.json";
import downloadFromVolume from "./download_from_volume.json";
import executeCell from "./execute_cell.json";
import executeSql from "./execute_sql.json";
import executeSqlScript from "./execute_sql_script.json";
import exportQuery from "./export_query.json";
import getClusterStatus from "./get_cluster_status.json";
import getCommandResult from "./get_command_result.json";
import getJobRunStatus from "./get_job_run_status.json";
import getRunLogs from "./get_run_logs.json";
import getRunOutput from "./get_run_output.json";
import getStatementResult from "./get_statement_result.json";
import getTable from "./get_table.json";
import getTableStats from "./get_table_stats.json";
import getVolumeFileInfo from "./get_volume_file_info.json";
import listCatalogs from "./list_catalogs.json";
import listClusterPolicies from "./list_cluster_policies.json";
import listClusters from "./list_clusters.json";
import listJobs from "./list_jobs.json";
import listNotebooks from "./list_notebooks.json";
import listSchemas from "./list_schemas.json";
import listTables from "./list_tables.json";
import listVolumeFiles from "./list_volume_files.json";
import listVolumes from "./list_volumes.json";
import listWarehouses from "./list_warehouses.json";
import querySql from "./query_sql.json";
import readNotebook from "./read_notebook.json";
import readVolumeFile from "./read_volume_file.json";
import resolvePath from "./resolve_path.json";
import runJob from "./run_job.json";
import runNotebook from "./run_notebook.json";
import startCluster from "./start_cluster.json";
import startWarehouse from "./start_warehouse.json";
import stopCluster from "./stop_cluster.json";
import stopWarehouse from "./stop_warehouse.json";
import updateNotebookCell from "./update_notebook_cell.json";
import uploadToVolume from "./upload_to_volume.json";
import waitForRun from "./wait_for_run.json";
import writeNotebook from "./write_notebook.json";

/** In the catalog's order. */
export const goldenTools: readonly ListedTool[] = [
  listNotebooks,
  readNotebook,
  writeNotebook,
  updateNotebookCell,
  runNotebook,
  waitForRun,
  getRunOutput,
  resolvePath,
  listJobs,
  createJob,
  runJob,
  getJobRunStatus,
  getRunLogs,
  cancelRun,
  listClusters,
  getClusterStatus,
  startCluster,
  stopCluster,
  createCluster,
  listClusterPolicies,
  createContext,
  executeCell,
  getCommandResult,
  destroyContext,
  querySql,
  executeSql,
  executeSqlScript,
  getStatementResult,
  cancelStatement,
  exportQuery,
  listWarehouses,
  startWarehouse,
  stopWarehouse,
  listCatalogs,
  listSchemas,
  listTables,
  getTable,
  getTableStats,
  listVolumes,
  listVolumeFiles,
  getVolumeFileInfo,
  readVolumeFile,
  uploadToVolume,
  downloadFromVolume,
  createVolumeFolder,
  deleteVolumePath,
];
