// The event log of each cluster.
import type { JsonObject } from "../../platform/json.ts";
import type { World } from "../world.ts";
import type { ClusterEvent } from "./documents.ts";

interface EventLog {
  readonly events: readonly ClusterEvent[];
}

const kept = 1000;

/** Adds an event; the oldest beyond a thousand are forgotten. */
export function recordEvent(world: World, clusterId: string, type: string, details: JsonObject = {}): void {
  const logs = world.store.collection<EventLog>("cluster_events");
  const event: ClusterEvent = { cluster_id: clusterId, timestamp: world.clock.now(), type, details };
  logs.put(clusterId, { events: [...(logs.get(clusterId)?.events ?? []), event].slice(-kept) });
}

/** A cluster's events, oldest first. */
export function eventsOf(world: World, clusterId: string): readonly ClusterEvent[] {
  return world.store.collection<EventLog>("cluster_events").get(clusterId)?.events ?? [];
}

export function forgetEvents(world: World, clusterId: string): void {
  world.store.collection<EventLog>("cluster_events").delete(clusterId);
}
