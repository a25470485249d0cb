// AI/BI dashboards: Lakeview API 2.0. https://docs.databricks.com/api/workspace/lakeview
import type { JsonObject } from "../../platform/json.ts";
import { MortarError } from "../../platform/errors.ts";
import { objects, requiredText, text } from "../../workspace/fields.ts";
import { collect, pagesOf, type Listing } from "../../workspace/pages.ts";
import { segment, type Query } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";

export interface Dashboard {
  readonly id: string;
  readonly name: string;
  readonly path: string | undefined;
  readonly parentPath: string | undefined;
  readonly warehouseId: string | undefined;
  readonly etag: string | undefined;
  readonly state: string | undefined;
  readonly updated: string | undefined;
  /** The whole document as JSON text; lists do not have it. */
  readonly definition: string | undefined;
}

export interface PublishedDashboard {
  readonly warehouseId: string | undefined;
  readonly embedsCredentials: boolean;
  readonly published: string | undefined;
}

type Around = Pick<ToolContext, "workspace" | "signal">;
const base = "/api/2.0/lakeview/dashboards";
const pathOf = (id: string): `/${string}` => `${base}/${segment(id, "dashboard id")}`;

export function listAll({ workspace, signal }: Around, showTrashed: boolean): Promise<Listing<Dashboard>> {
  const pages = pagesOf(workspace.client, (token) => {
    const query = { page_size: 200, page_token: token, ...(showTrashed ? { show_trashed: true } : {}) };
    return { method: "GET", path: base, query, signal };
  });
  return collect(pages, (page) => objects(page, "dashboards").map(toDashboard));
}

export async function dashboardOf({ workspace, signal }: Around, id: string): Promise<Dashboard> {
  return toDashboard(await workspace.client.json({ method: "GET", path: pathOf(id), signal }));
}

/** Undefined where it is not published. */
export async function publishedOf({ workspace, signal }: Around, id: string): Promise<PublishedDashboard | undefined> {
  try {
    return toPublished(await workspace.client.json({ method: "GET", path: `${pathOf(id)}/published`, signal }));
  } catch (thrown) {
    if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
    throw thrown;
  }
}

export interface Saving {
  /** Absent: a new one. */
  readonly id?: string | undefined;
  readonly body: object;
  /** Where names without a catalog and schema are looked for. */
  readonly query: Query;
}

export async function save({ workspace, signal }: Around, { id, body, query }: Saving): Promise<Dashboard> {
  const place =
    id === undefined ? ({ method: "POST", path: base } as const) : ({ method: "PATCH", path: pathOf(id) } as const);
  return toDashboard(await workspace.client.json({ ...place, query, body, signal }));
}

export async function publish({ workspace, signal }: Around, id: string, body: object): Promise<PublishedDashboard> {
  const request = { method: "POST", path: `${pathOf(id)}/published`, body, idempotent: true, signal } as const;
  return toPublished(await workspace.client.json(request));
}

export async function unpublish({ workspace, signal }: Around, id: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: `${pathOf(id)}/published`, signal });
}

export async function trash({ workspace, signal }: Around, id: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: pathOf(id), signal });
}

function toDashboard(wire: JsonObject): Dashboard {
  return {
    id: requiredText(wire, "dashboard_id"),
    name: text(wire, "display_name") ?? "",
    path: text(wire, "path"),
    parentPath: text(wire, "parent_path"),
    warehouseId: text(wire, "warehouse_id"),
    etag: text(wire, "etag"),
    state: text(wire, "lifecycle_state"),
    updated: text(wire, "update_time"),
    definition: text(wire, "serialized_dashboard"),
  };
}

function toPublished(wire: JsonObject): PublishedDashboard {
  return {
    warehouseId: text(wire, "warehouse_id"),
    embedsCredentials: wire["embed_credentials"] === true,
    published: text(wire, "revision_create_time"),
  };
}
