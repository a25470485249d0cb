// What OpenTelemetry exports the workspace got: counts by table and signal.
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import type { Signal } from "./otlp.ts";

/** What one table got. */
export interface Ingested {
  readonly table: string;
  readonly signal: Signal;
  readonly requests: number;
  readonly records: number;
  readonly bytes: number;
}

/** The counts, in order of each table's first request. */
export function ingestedIn(world: World): Collection<Ingested> {
  return world.store.collection<Ingested>("otel");
}
