// Lineage of tables, as statements have made it.
import type { Touched } from "../sql/lineage.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

export interface LineageEvent {
  readonly source: string;
  readonly target: string;
  readonly at: number;
}

const eventsOf = (world: World): Collection<LineageEvent> => world.store.collection<LineageEvent>("table-lineage");

/** Keeps what was read for what was written: each pair once, with the time of its last event. */
export function keepLineage(world: World, { reads, writes }: Touched): void {
  const at = world.clock.now();
  for (const target of writes) {
    for (const source of reads) {
      if (source !== target) eventsOf(world).put(`${source}\n${target}`, { source, target, at });
    }
  }
}

export const lineageEvents = (world: World): readonly LineageEvent[] => eventsOf(world).all();
