// SQL warehouses (API 2.0).
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { flag, number, object, objects, requiredId, text } from "./fields.ts";
import { collect, pageSize, pagesOf, type ListOptions, type Listing } from "./pages.ts";
import { segment } from "./query.ts";

export type WarehouseState = "STARTING" | "RUNNING" | "STOPPING" | "STOPPED" | "DELETING" | "DELETED" | (string & {});

export interface Warehouse {
  readonly id: string;
  readonly name: string;
  readonly state: WarehouseState;
  /** 2X-Small to 5X-Large. */
  readonly clusterSize: string | undefined;
  readonly warehouseType: string | undefined;
  readonly serverless: boolean;
  readonly numClusters: number;
  readonly minNumClusters: number | undefined;
  readonly maxNumClusters: number | undefined;
  readonly activeSessions: number;
  /** 0 means never. */
  readonly autoStopMinutes: number;
  readonly creator: string | undefined;
  readonly health: { readonly status: string; readonly message: string | undefined } | undefined;
  /** The fields that `edit` takes, in the wire's own form: change some and give all back. */
  readonly configuration: JsonObject;
}

export interface WarehousesApi {
  list(options?: ListOptions): Promise<Listing<Warehouse>>;
  get(warehouseId: string, options?: CallOptions): Promise<Warehouse>;
  /** `spec` is the wire's own form. It starts at once. */
  create(spec: JsonObject, options?: CallOptions): Promise<{ readonly warehouseId: string }>;
  /** Replaces the whole configuration. */
  edit(warehouseId: string, spec: JsonObject, options?: CallOptions): Promise<void>;
  delete(warehouseId: string, options?: CallOptions): Promise<void>;
  start(warehouseId: string, options?: CallOptions): Promise<void>;
  stop(warehouseId: string, options?: CallOptions): Promise<void>;
}

const base = "/api/2.0/sql/warehouses";

export function createWarehousesApi(client: Client): WarehousesApi {
  const pathOf = (warehouseId: string): `/${string}` => `${base}/${segment(warehouseId, "warehouse id")}`;
  return {
    list: ({ limit, signal } = {}) => {
      const pages = pagesOf(client, (token) => {
        const query = { page_size: pageSize(limit, 100), page_token: token };
        return { method: "GET", path: base, query, signal };
      });
      return collect(pages, (page) => objects(page, "warehouses").map(toWarehouse), limit);
    },
    get: async (warehouseId, { signal } = {}) =>
      toWarehouse(await client.json({ method: "GET", path: pathOf(warehouseId), signal })),
    create: async (spec, { signal } = {}) => {
      const answer = await client.json({ method: "POST", path: base, body: spec, signal });
      return { warehouseId: requiredId(answer, "id") };
    },
    edit: (warehouseId, spec, { signal } = {}) =>
      client.run({ method: "POST", path: `${pathOf(warehouseId)}/edit`, body: spec, idempotent: true, signal }),
    delete: (warehouseId, { signal } = {}) => client.run({ method: "DELETE", path: pathOf(warehouseId), signal }),
    start: async (warehouseId, { signal } = {}) =>
      client.run({ method: "POST", path: `${pathOf(warehouseId)}/start`, idempotent: true, signal }),
    stop: async (warehouseId, { signal } = {}) =>
      client.run({ method: "POST", path: `${pathOf(warehouseId)}/stop`, idempotent: true, signal }),
  };
}

// What `edit` takes of what `get` gives.
const editable: readonly string[] = [
  "name",
  "cluster_size",
  "min_num_clusters",
  "max_num_clusters",
  "auto_stop_mins",
  "warehouse_type",
  "enable_serverless_compute",
  "enable_photon",
  "spot_instance_policy",
  "channel",
  "tags",
  "instance_profile_arn",
];

function toWarehouse(wire: JsonObject): Warehouse {
  const health = object(wire, "health");
  const status = text(health ?? {}, "status");
  return {
    id: requiredId(wire, "id"),
    name: text(wire, "name") ?? "",
    state: text(wire, "state") ?? "UNKNOWN",
    clusterSize: text(wire, "cluster_size"),
    warehouseType: text(wire, "warehouse_type"),
    serverless: flag(wire, "enable_serverless_compute"),
    numClusters: number(wire, "num_clusters") ?? 0,
    minNumClusters: number(wire, "min_num_clusters"),
    maxNumClusters: number(wire, "max_num_clusters"),
    activeSessions: number(wire, "num_active_sessions") ?? 0,
    autoStopMinutes: number(wire, "auto_stop_mins") ?? 0,
    creator: text(wire, "creator_name"),
    health: status === undefined ? undefined : { status, message: text(health ?? {}, "message") },
    configuration: Object.fromEntries(Object.entries(wire).filter(([key]) => editable.includes(key))),
  };
}
