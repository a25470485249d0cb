// The toolset compute as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createWarehouse from "./create_warehouse.json";
import deleteCluster from "./delete_cluster.json";
import deleteWarehouse from "./delete_warehouse.json";
import getWarehouse from "./get_warehouse.json";
import listClusterEvents from "./list_cluster_events.json";
import listCompute from "./list_compute.json";
import listNodeTypes from "./list_node_types.json";
import listSparkVersions from "./list_spark_versions.json";
import resizeCluster from "./resize_cluster.json";
import restartCluster from "./restart_cluster.json";
import runCode from "./run_code.json";
import runFile from "./run_file.json";
import updateCluster from "./update_cluster.json";
import updateWarehouse from "./update_warehouse.json";

export const computeGolden: readonly ListedTool[] = [
  runCode,
  runFile,
  listCompute,
  listNodeTypes,
  listSparkVersions,
  updateCluster,
  resizeCluster,
  restartCluster,
  deleteCluster,
  listClusterEvents,
  getWarehouse,
  createWarehouse,
  updateWarehouse,
  deleteWarehouse,
];
