// AI/BI dashboards: each lies as a file in the workspace, and has an id of its own.
import { parseJson, isObject } from "../../platform/json.ts";
import { invalid } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

export interface DashboardDocument {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** Of its file, without /Workspace. */
  readonly path: string;
  /** Of its file: digits. */
  readonly objectId: string;
  readonly warehouseId?: string | undefined;
  readonly etag: string;
  readonly state: "ACTIVE" | "TRASHED";
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly published?: Published | undefined;
}

interface Published {
  readonly name: string;
  readonly warehouseId: string | undefined;
  readonly embedCredentials: boolean;
  readonly at: number;
}

export const dashboardsOf = (world: World): Collection<DashboardDocument> =>
  world.store.collection<DashboardDocument>("dashboards");

/** Throws RESOURCE_DOES_NOT_EXIST, also for one in the trash where it must be active. */
export function requireDashboard(world: World, id: string, { active }: { active: boolean }): DashboardDocument {
  const found = dashboardsOf(world).get(id);
  if (found !== undefined && (!active || found.state === "ACTIVE")) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Unable to find dashboard [dashboardId=${id}]`);
}

/** Whether the file at that object id is a dashboard's. */
export function isDashboardFile(world: World, objectId: string): boolean {
  return dashboardsOf(world)
    .all()
    .some((one) => one.objectId === objectId);
}

/** The document as it is kept. Throws INVALID_PARAMETER_VALUE for what is no dashboard. */
export function readDefinition(text: string): string {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw invalid("serialized_dashboard is not valid JSON.");
  }
  if (!isObject(value) || !Array.isArray(value["pages"])) {
    throw invalid("serialized_dashboard must be an object with pages.");
  }
  return text;
}
