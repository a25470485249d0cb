// Vector search: endpoints, indexes and their rows, API 2.0. https://docs.databricks.com/api/workspace/vectorsearchindexes
import { MortarError } from "../../platform/errors.ts";
import { isObject, type Json, type JsonObject } from "../../platform/json.ts";
import { object, objects, requiredText, text, texts } from "../../workspace/fields.ts";
import { collect, pagesOf } from "../../workspace/pages.ts";
import { segment } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";

type Around = Pick<ToolContext, "workspace" | "signal">;
const base = "/api/2.0/vector-search";
const endpointPath = (name: string): `/${string}` => `${base}/endpoints/${segment(name, "name of an endpoint")}`;
const indexPath = (name: string): `/${string}` => `${base}/indexes/${segment(name, "name of an index")}`;

export async function listEndpoints({ workspace, signal }: Around): Promise<readonly JsonObject[]> {
  const path = `${base}/endpoints` as const;
  const pages = pagesOf(workspace.client, (token) => ({ method: "GET", path, query: { page_token: token }, signal }));
  return (await collect(pages, (page) => objects(page, "endpoints"))).items;
}

export async function endpointOf({ workspace, signal: caller }: Around, name: string, signal?: AbortSignal) {
  return await workspace.client.json({ method: "GET", path: endpointPath(name), signal: signal ?? caller });
}

export async function createEndpoint({ workspace, signal }: Around, body: object): Promise<JsonObject> {
  return await workspace.client.json({ method: "POST", path: `${base}/endpoints`, body, signal });
}

export async function deleteEndpoint({ workspace, signal }: Around, name: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: endpointPath(name), signal });
}

export async function listIndexes({ workspace, signal }: Around, endpoint: string): Promise<readonly JsonObject[]> {
  const path = `${base}/indexes` as const;
  const pages = pagesOf(workspace.client, (token) => {
    return { method: "GET", path, query: { endpoint_name: endpoint, page_token: token }, signal };
  });
  return (await collect(pages, (page) => objects(page, "vector_indexes"))).items;
}

export async function indexOf({ workspace, signal: caller }: Around, name: string, signal?: AbortSignal) {
  return await workspace.client.json({ method: "GET", path: indexPath(name), signal: signal ?? caller });
}

export async function createIndex({ workspace, signal }: Around, body: object): Promise<JsonObject> {
  return await workspace.client.json({ method: "POST", path: `${base}/indexes`, body, signal });
}

export async function deleteIndex({ workspace, signal }: Around, name: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: indexPath(name), signal });
}

export async function syncIndex({ workspace, signal }: Around, name: string): Promise<void> {
  await workspace.client.run({ method: "POST", path: `${indexPath(name)}/sync`, body: {}, idempotent: true, signal });
}

/** Questions that are asked by POST: `query`, `query-next-page`, `scan`. */
export async function askIndex(
  { workspace, signal }: Around,
  name: string,
  { verb, body }: { readonly verb: "query" | "query-next-page" | "scan"; readonly body: object },
): Promise<JsonObject> {
  const path: `/${string}` = `${indexPath(name)}/${verb}`;
  return await workspace.client.json({ method: "POST", path, body, idempotent: true, signal });
}

/** What a change of rows came to. */
export interface RowsChanged {
  readonly status: string;
  readonly succeeded: number;
  readonly failed: readonly string[];
}

export async function upsertRows({ workspace, signal }: Around, name: string, rows: string): Promise<RowsChanged> {
  const body = { inputs_json: rows };
  const path: `/${string}` = `${indexPath(name)}/upsert-data`;
  return toChanged(await workspace.client.json({ method: "POST", path, body, idempotent: true, signal }));
}

export async function deleteRows({ workspace, signal }: Around, name: string, keys: readonly string[]) {
  const path: `/${string}` = `${indexPath(name)}/delete-data`;
  return toChanged(await workspace.client.json({ method: "DELETE", path, query: { primary_keys: keys }, signal }));
}

function toChanged(wire: JsonObject): RowsChanged {
  const result = object(wire, "result") ?? {};
  const count = result["success_row_count"];
  return {
    status: text(wire, "status") ?? "SUCCESS",
    succeeded: typeof count === "number" ? count : Number(count ?? 0),
    failed: texts(result, "failed_primary_keys"),
  };
}

/** Throws `invalid_input` for anything but catalog.schema.index. */
export function checkIndexName(name: string): void {
  if (/^[^.\s]+\.[^.\s]+\.[^.\s]+$/.test(name)) return;
  throw new MortarError("invalid_input", `${JSON.stringify(name.slice(0, 200))} is not the whole name of an index`, {
    hint: "Write catalog.schema.index, as `list_vector_indexes` shows it.",
  });
}

/** A row of a scan: the API sends each value under the name of its kind. */
export function scannedRow(wire: JsonObject): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    objects(wire, "fields").map((field) => [requiredText(field, "key"), plain(field["value"])]),
  );
}

function plain(value: unknown): Json {
  if (!isObject(value)) return null;
  for (const kind of ["string_value", "number_value", "bool_value"]) {
    const found = value[kind];
    if (typeof found === "string" || typeof found === "number" || typeof found === "boolean") return found;
  }
  if (isObject(value["list_value"])) {
    const { values } = value["list_value"];
    return Array.isArray(values) ? values.map(plain) : [];
  }
  return isObject(value["struct_value"]) ? { ...scannedRow(value["struct_value"] as JsonObject) } : null;
}
