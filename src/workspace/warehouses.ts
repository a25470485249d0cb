// SQL warehouses (API 2.0).
import type { CallOptions } from "./client.ts";
import type { ListOptions, Listing } from "./pages.ts";

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
}

export interface WarehousesApi {
  list(options?: ListOptions): Promise<Listing<Warehouse>>;
  get(warehouseId: string, options?: CallOptions): Promise<Warehouse>;
  start(warehouseId: string, options?: CallOptions): Promise<void>;
  stop(warehouseId: string, options?: CallOptions): Promise<void>;
}
