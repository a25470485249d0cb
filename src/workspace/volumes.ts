// Volumes (Unity Catalog API 2.1): which there are. What is in them is files.ts.
import type { JsonObject } from "../platform/json.ts";
import type { Client } from "./client.ts";
import { objects, requiredText, text, timeMs } from "./fields.ts";
import { collect, pagesOf, type Listing } from "./pages.ts";
import type { ListSecurablesOptions, Securable } from "./unity-catalog.ts";

export interface Volume extends Omit<Securable, "browseOnly"> {
  readonly catalogName: string;
  readonly schemaName: string;
  /** MANAGED, EXTERNAL; new ones may appear. */
  readonly volumeType: string | undefined;
  readonly storageLocation: string | undefined;
}

export interface VolumesApi {
  /** The volumes of a schema. Errors: `not_found` for a catalog or schema that is not there. */
  list(catalog: string, schema: string, options?: ListSecurablesOptions): Promise<Listing<Volume>>;
}

/** https://docs.databricks.com/api/workspace/volumes */
export function createVolumesApi(client: Client): VolumesApi {
  return {
    list: (catalog, schema, { limit, includeBrowse, signal } = {}) => {
      const pages = pagesOf(client, (token) => ({
        method: "GET",
        path: "/api/2.1/unity-catalog/volumes",
        query: {
          catalog_name: catalog,
          schema_name: schema,
          include_browse: includeBrowse,
          // 0 asks for pages of the workspace's own size.
          max_results: limit === undefined ? 0 : limit + 1,
          page_token: token,
        },
        signal,
      }));
      return collect(pages, (page) => objects(page, "volumes").map(toVolume), limit);
    },
  };
}

function toVolume(wire: JsonObject): Volume {
  const name = requiredText(wire, "name");
  const catalogName = requiredText(wire, "catalog_name");
  const schemaName = requiredText(wire, "schema_name");
  return {
    name,
    catalogName,
    schemaName,
    fullName: text(wire, "full_name") ?? `${catalogName}.${schemaName}.${name}`,
    volumeType: text(wire, "volume_type"),
    storageLocation: text(wire, "storage_location"),
    owner: text(wire, "owner"),
    comment: text(wire, "comment"),
    createdAtMs: timeMs(wire, "created_at"),
    updatedAtMs: timeMs(wire, "updated_at"),
  };
}
