// MLflow experiments and traces as they are kept.
import { randomBytes } from "node:crypto";
import type { Json, JsonObject } from "../../platform/json.ts";
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

export interface ExperimentDocument {
  readonly id: string;
  readonly name: string;
  readonly creator: string;
  readonly createdAt: number;
}

export interface TraceDocument {
  readonly id: string;
  readonly experiment: string;
  /** Who sent it. */
  readonly creator: string;
  readonly info: JsonObject;
  /** The content of traces.json; null until it was put to its signed address. */
  readonly data: Json;
  /** What signs that address. */
  readonly key: string;
}

export const experimentsOf = (world: World): Collection<ExperimentDocument> =>
  world.store.collection<ExperimentDocument>("mlflow-experiments");

export const tracesOf = (world: World): Collection<TraceDocument> =>
  world.store.collection<TraceDocument>("mlflow-traces");

export const newKey = (): string => randomBytes(24).toString("base64url");

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function requireExperiment(world: World, id: string): ExperimentDocument {
  const found = experimentsOf(world).get(id);
  if (found !== undefined) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Node ID ${id} does not exist.`);
}

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function requireTrace(world: World, id: string): TraceDocument {
  const found = tracesOf(world).get(id);
  if (found !== undefined) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Trace with ID ${id} not found.`);
}
