// What a person can choose of the workspace, in the order in which it is most likely wanted.
import { MortarError } from "../../../platform/errors.ts";
import type { Workspace } from "../../../workspace/workspace.ts";
import type { Cluster } from "../../../workspace/cluster.ts";
import type { Warehouse } from "../../../workspace/warehouses.ts";
import type { ClusterInfo, FolderItem, NamedItem, WarehouseInfo } from "../../contract/api.ts";

interface Asked {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
}

/** More than a person looks through; the pickers search in them. */
const mostItems = 1_000;

/** The id by which a conversation says that it wants no cluster of its own; the older app's. */
const serverless: ClusterInfo = {
  cluster_id: "__serverless__",
  cluster_name: "Serverless Compute",
  state: "RUNNING",
  creator_user_name: null,
};

export function toClusterInfo({ clusterId, clusterName, state, creator }: Cluster): ClusterInfo {
  return { cluster_id: clusterId, cluster_name: clusterName, state, creator_user_name: creator ?? null };
}

/** Serverless first, then what runs, of that what is shared, then by name. */
export async function clusters({ workspace, signal }: Asked): Promise<readonly ClusterInfo[]> {
  const items = await clustersIfAllowed({ workspace, signal });
  const rank = ({ state, clusterName }: Cluster): number =>
    (state === "RUNNING" ? 0 : 2) + (isShared(clusterName) ? 0 : 1);
  const sorted = items.toSorted((one, other) => rank(one) - rank(other) || byName(one.clusterName, other.clusterName));
  return [serverless, ...sorted.map(toClusterInfo)];
}

/** Databricks gives no app a scope for clusters: its users have serverless compute to choose. */
async function clustersIfAllowed({ workspace, signal }: Asked): Promise<readonly Cluster[]> {
  try {
    return (await workspace.clusters.list({ sources: ["UI", "API"], limit: mostItems, signal })).items;
  } catch (thrown) {
    if (thrown instanceof MortarError && /required scopes/i.test(thrown.message)) return [];
    throw thrown;
  }
}

export function toWarehouseInfo(warehouse: Warehouse): WarehouseInfo {
  return {
    warehouse_id: warehouse.id,
    warehouse_name: warehouse.name,
    state: warehouse.state,
    cluster_size: warehouse.clusterSize ?? null,
    creator_name: warehouse.creator ?? null,
    is_serverless: warehouse.serverless,
  };
}

/** Serverless ones that run, serverless ones, those that run, of each what is shared before the rest. */
export async function warehouses({ workspace, signal }: Asked): Promise<readonly WarehouseInfo[]> {
  const { items } = await workspace.warehouses.list({ limit: mostItems, signal });
  const rank = ({ state, serverless, name }: Warehouse): number =>
    (serverless ? 0 : 4) + (state === "RUNNING" ? 0 : 2) + (isShared(name) ? 0 : 1);
  return items.toSorted((one, other) => rank(one) - rank(other) || byName(one.name, other.name)).map(toWarehouseInfo);
}

export async function catalogs({ workspace, signal }: Asked): Promise<readonly NamedItem[]> {
  const { items } = await workspace.unityCatalog.catalogs({ limit: mostItems, signal });
  return items.map(toNamed).toSorted((one, other) => byName(one.name, other.name));
}

/** Throws `not_found` for a catalog that is not there. */
export async function schemas({ workspace, signal }: Asked, catalog: string): Promise<readonly NamedItem[]> {
  const { items } = await workspace.unityCatalog.schemas(catalog, { limit: mostItems, signal });
  return items.map(toNamed).toSorted((one, other) => byName(one.name, other.name));
}

/** The folders in one, by its whole path; without one, those in the caller's own. */
export async function folders({ workspace, signal }: Asked, path: string | undefined): Promise<readonly FolderItem[]> {
  const from = path ?? `/Workspace/Users/${await workspace.identity.userName({ signal })}`;
  const objects = await workspace.objects.list(from, { signal });
  return (
    objects
      // A Git folder is one, too.
      .filter(({ objectType, path: own }) => ["DIRECTORY", "REPO"].includes(objectType) && own !== from)
      .map(({ path: own }) => ({ path: own, name: own.split("/").at(-1) ?? own }))
      .toSorted((one, other) => byName(one.name, other.name))
  );
}

function toNamed({ name, comment }: { readonly name: string; readonly comment: string | undefined }): NamedItem {
  return { name, ...(comment === undefined || comment === "" ? {} : { comment }) };
}

function isShared(name: string): boolean {
  return name.toLowerCase().includes("shared");
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function byName(one: string, other: string): number {
  return collator.compare(one, other);
}
