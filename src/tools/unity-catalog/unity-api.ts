// Requests to Unity Catalog 2.1, as the tools for its objects make them.
import type { JsonObject } from "../../platform/json.ts";
import { objects } from "../../workspace/fields.ts";
import { collect, pagesOf, type Listing } from "../../workspace/pages.ts";
import { segment, type Query } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";

type Around = Pick<ToolContext, "workspace" | "signal">;

const base = "/api/2.1/unity-catalog";

/** A path below Unity Catalog; each part becomes one segment. Throws `invalid_input` for a part that cannot be one. */
export function unityPath(...parts: readonly string[]): `/${string}` {
  return `${base}/${parts.map((part) => segment(part, "name")).join("/")}`;
}

export async function getUnity({ workspace, signal }: Around, path: `/${string}`, query?: Query): Promise<JsonObject> {
  return await workspace.client.json({ method: "GET", path, query, signal });
}

export interface UnityChange {
  readonly method: "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: `/${string}`;
  readonly query?: Query;
  readonly body?: object;
  /** Whether twice is as good as once. */
  readonly idempotent?: boolean;
}

/** What the workspace answers to a change; an empty answer is `{}`. */
export async function changeUnity({ workspace, signal }: Around, change: UnityChange): Promise<JsonObject> {
  if (change.method === "DELETE") {
    await workspace.client.run({ ...change, signal });
    return {};
  }
  return await workspace.client.json({ ...change, signal });
}

/** Every item of a list that comes in pages. `field` is the list in the answer. */
export async function listUnity(
  { workspace, signal }: Around,
  { path, field, query = {} }: { readonly path: `/${string}`; readonly field: string; readonly query?: Query },
): Promise<Listing<JsonObject>> {
  // 0 asks for pages of the workspace's own size; without the field some lists come whole and slowly.
  const request = (token: string | undefined) => ({
    method: "GET" as const,
    path,
    query: { ...query, max_results: 0, page_token: token },
    signal,
  });
  return await collect(pagesOf(workspace.client, request), (page) => objects(page, field));
}
