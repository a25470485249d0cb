// SQL warehouses as documents: their settings, and a state that follows from the times they were started and stopped.
import { ApiFault } from "../../http/route.ts";
import type { World } from "../../world.ts";
import type { Collection } from "../../state/store.ts";

export type WarehouseState = "STARTING" | "RUNNING" | "STOPPING" | "STOPPED";

export interface WarehouseSettings {
  readonly name: string;
  readonly cluster_size: string;
  readonly min_num_clusters: number;
  readonly max_num_clusters: number;
  readonly auto_stop_mins: number;
  readonly warehouse_type: "PRO" | "CLASSIC";
  readonly enable_serverless_compute: boolean;
  readonly enable_photon: boolean;
  readonly spot_instance_policy: string;
  readonly channel: { readonly name: string };
  readonly tags: { readonly custom_tags: readonly { readonly key: string; readonly value: string }[] };
}

export interface WarehouseDocument {
  readonly id: string;
  readonly settings: WarehouseSettings;
  readonly creator: string;
  /** Milliseconds since the epoch of the last start; undefined while it is stopped. */
  readonly startedAt: number | undefined;
  readonly stoppedAt: number;
  /** When a statement last ran or the warehouse was started. */
  readonly usedAt: number;
}

export const clusterSizes = [
  "2X-Small",
  "X-Small",
  "Small",
  "Medium",
  "Large",
  "X-Large",
  "2X-Large",
  "3X-Large",
  "4X-Large",
  "5X-Large",
] as const;

export const defaultSettings: WarehouseSettings = {
  name: "Serverless Starter Warehouse",
  cluster_size: "2X-Small",
  min_num_clusters: 1,
  max_num_clusters: 1,
  auto_stop_mins: 10,
  warehouse_type: "PRO",
  enable_serverless_compute: true,
  enable_photon: true,
  spot_instance_policy: "COST_OPTIMIZED",
  channel: { name: "CHANNEL_NAME_CURRENT" },
  tags: { custom_tags: [] },
};

/** The warehouses of a workspace; a new workspace has the starter warehouse, as a real one has. */
export function warehousesOf(world: World): Collection<WarehouseDocument> {
  const collection = world.store.collection<WarehouseDocument>("warehouses");
  const marks = world.store.collection<{ readonly at: number }>("warehouse_marks");
  if (marks.get("starter") === undefined) {
    const settings = { ...defaultSettings, enable_serverless_compute: world.switches.serverless };
    const document = newWarehouse(world, settings, world.owner.userName);
    collection.put(document.id, document);
    marks.put("starter", { at: world.clock.now() });
  }
  return collection;
}

export function newWarehouse(world: World, settings: WarehouseSettings, creator: string): WarehouseDocument {
  const now = world.clock.now();
  return { id: world.ids.hex(16), settings, creator, startedAt: undefined, stoppedAt: now, usedAt: now };
}

/** The warehouse, or ApiFault 404. */
export function requireWarehouse(world: World, id: string): WarehouseDocument {
  const found = warehousesOf(world).get(id);
  if (found !== undefined) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `SQL warehouse ${id} does not exist at all in the database`);
}

/** The state now. A warehouse that nothing used for its auto-stop time has stopped by itself. */
export function stateOf(world: World, warehouse: WarehouseDocument, busy: number): WarehouseState {
  const now = world.clock.now();
  const { startedAt, stoppedAt, usedAt, settings } = warehouse;
  if (startedAt === undefined) return now < stoppedAt + world.switches.clusterStartMs / 4 ? "STOPPING" : "STOPPED";
  if (now < startedAt + world.switches.clusterStartMs) return "STARTING";
  const idleMs = settings.auto_stop_mins * 60_000;
  if (idleMs > 0 && busy === 0 && now > usedAt + idleMs) return "STOPPED";
  return "RUNNING";
}

/** Starts it when it does not run yet. Gives the milliseconds until it does. */
export function ensureStarted(world: World, id: string, busy: number): number {
  const warehouse = requireWarehouse(world, id);
  const state = stateOf(world, warehouse, busy);
  const now = world.clock.now();
  const startedAt = state === "STOPPED" || state === "STOPPING" ? now : (warehouse.startedAt ?? now);
  warehousesOf(world).put(id, { ...warehouse, startedAt, usedAt: now });
  return Math.max(0, startedAt + world.switches.clusterStartMs - now);
}

export function stopWarehouse(world: World, id: string): void {
  const warehouse = requireWarehouse(world, id);
  if (warehouse.startedAt === undefined) return;
  warehousesOf(world).put(id, { ...warehouse, startedAt: undefined, stoppedAt: world.clock.now() });
}

export function touchWarehouse(world: World, id: string): void {
  const warehouse = warehousesOf(world).get(id);
  if (warehouse !== undefined) warehousesOf(world).put(id, { ...warehouse, usedAt: world.clock.now() });
}
