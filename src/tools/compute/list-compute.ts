// list_compute: everything that code and SQL can run on, at one look.
import * as z from "zod";
import type { Cluster } from "../../workspace/clusters.ts";
import type { Warehouse } from "../../workspace/warehouses.ts";
import { isUsable } from "../cluster-state.ts";
import { workersText } from "../clusters/summary.ts";
import { defineTool } from "../define.ts";
import { tableFields, type CellValue } from "../fields.ts";
import { quickest } from "../sql/warehouse-choice.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { bestOf, interactiveSources } from "./best-cluster.ts";

export const listCompute = defineTool({
  name: "list_compute",
  toolset: "compute",
  effect: "read",
  title: "List compute",
  description:
    "Shows clusters and SQL warehouses together, running ones first, and which of them are taken where none is named.",
  input: z.strictObject({ running_only: z.boolean().default(false), limit: z.int().min(1).max(200).default(50) }),
  output: z.object({
    ...tableFields,
    default_cluster_id: z.string().optional(),
    default_warehouse_id: z.string().optional(),
    running: z.number(),
    total: z.number(),
    truncated: z.boolean(),
    hint: z.string().optional(),
  }),
  run: async ({ workspace, deps, signal }, input) => {
    const [clusters, warehouses, me] = await Promise.all([
      workspace.clusters.list({ signal, sources: interactiveSources }),
      workspace.warehouses.list({ signal }),
      workspace.identity.userName({ signal }),
    ]);
    const all = [...clusters.items.map(clusterRow), ...warehouses.items.map(warehouseRow)].toSorted(
      (left, right) => Number(right.runs) - Number(left.runs),
    );
    const wanted = input.running_only ? all.filter(({ runs }) => runs) : all;
    const shown = wanted.slice(0, input.limit);
    const cluster = bestOf(clusters.items, me);
    return {
      columns: ["kind", "id", "name", "state", "size", "creator"],
      rows: shown.map(({ row }) => row),
      default_cluster_id: cluster?.clusterId,
      default_warehouse_id: deps.env["DATABRICKS_WAREHOUSE_ID"] ?? quickest(warehouses.items)?.id,
      running: all.filter(({ runs }) => runs).length,
      total: all.length,
      truncated: shown.length < wanted.length,
      hint:
        cluster === undefined ? "No cluster runs; Python and SQL run on serverless compute by `run_code`." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

interface Row {
  readonly runs: boolean;
  readonly row: CellValue[];
}

function clusterRow(cluster: Cluster): Row {
  const { clusterId, clusterName, state, nodeTypeId, creator } = cluster;
  const size = `${workersText(cluster)} x ${nodeTypeId ?? "?"}`;
  return { runs: isUsable(cluster), row: ["cluster", clusterId, clusterName, state, size, creator ?? null] };
}

function warehouseRow({ id, name, state, clusterSize, serverless, creator }: Warehouse): Row {
  const size = `${clusterSize ?? "?"}${serverless ? ", serverless" : ""}`;
  return { runs: state === "RUNNING", row: ["warehouse", id, name, state, size, creator ?? null] };
}
