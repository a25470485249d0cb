// The compute toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createWarehouse } from "./create-warehouse.ts";
import { deleteCluster } from "./delete-cluster.ts";
import { deleteWarehouse } from "./delete-warehouse.ts";
import { getWarehouse } from "./get-warehouse.ts";
import { listClusterEvents } from "./list-cluster-events.ts";
import { listCompute } from "./list-compute.ts";
import { listNodeTypes } from "./list-node-types.ts";
import { listSparkVersions } from "./list-spark-versions.ts";
import { resizeCluster } from "./resize-cluster.ts";
import { restartCluster } from "./restart-cluster.ts";
import { runCode } from "./run-code.ts";
import { runFile } from "./run-file.ts";
import { updateCluster } from "./update-cluster.ts";
import { updateWarehouse } from "./update-warehouse.ts";

export const computeToolset: readonly Tool[] = [
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
