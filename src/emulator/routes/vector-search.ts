// Vector search 2.0: endpoints, indexes and their rows. https://docs.databricks.com/api/workspace/vectorsearchindexes
import { isObject, parseJson, type JsonObject } from "../../platform/json.ts";
import {
  invalid,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalTexts,
  optionalWord,
  requiredText,
} from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import {
  endpointsOf,
  indexesOf,
  isReady,
  readEmbedding,
  readyIndex,
  requireEndpoint,
  requireIndex,
  rowFrom,
  rowsOf,
  syncRows,
  type Endpoint,
  type Index,
} from "../vectors/indexes.ts";
import { answerQuery } from "../vectors/query.ts";
import type { World } from "../world.ts";

const base = "/api/2.0/vector-search";

function page<T>(call: Call, field: string, items: readonly T[], view: (item: T) => object): object {
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 20, max: 100 });
  const { items: shown, next } = pageOf(items, { size, token: call.query.get("page_token") });
  return {
    ...(shown.length === 0 ? {} : { [field]: shown.map(view) }),
    ...(next === undefined ? {} : { next_page_token: next }),
  };
}

function endpointView(world: World, endpoint: Endpoint): object {
  const count = servedBy(world, endpoint.name).length;
  return {
    id: endpoint.id,
    name: endpoint.name,
    endpoint_type: endpoint.type,
    creator: endpoint.creator,
    creation_timestamp: endpoint.createdAt,
    last_updated_timestamp: endpoint.createdAt,
    endpoint_status: { state: world.clock.now() < endpoint.readyAt ? "PROVISIONING" : "ONLINE" },
    ...(count === 0 ? {} : { num_indexes: count }),
  };
}

function servedBy(world: World, endpoint: string): readonly Index[] {
  return indexesOf(world)
    .all()
    .filter((index) => index.endpoint === endpoint);
}

const createEndpoint: Handler = async (call, world) => {
  const body = await call.json();
  const name = requiredText(body["name"], "name");
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,48}$/.test(name)) throw invalid(`Invalid endpoint name: ${name}`);
  const type = optionalWord(body["endpoint_type"], "endpoint_type", ["STANDARD", "STORAGE_OPTIMIZED"]);
  if (type === undefined) throw invalid("Missing required field: endpoint_type");
  if (endpointsOf(world).get(name) !== undefined) {
    throw new ApiFault(409, "RESOURCE_ALREADY_EXISTS", `Vector search endpoint ${name} already exists.`);
  }
  const now = world.clock.now();
  const times = { createdAt: now, readyAt: now + world.switches.clusterStartMs };
  const made = { id: crypto.randomUUID(), name, type, creator: call.caller.userName, ...times };
  endpointsOf(world).put(name, made);
  return endpointView(world, made);
};

const endpointIn = (call: Call, world: World): Endpoint => requireEndpoint(world, call.params["name"] ?? "");

const deleteEndpoint: Handler = (call, world) => {
  const { name } = endpointIn(call, world);
  if (servedBy(world, name).length > 0) {
    throw new ApiFault(400, "INVALID_STATE", `Vector search endpoint ${name} has indexes. Delete them first.`);
  }
  endpointsOf(world).delete(name);
  return {};
};

const createIndex: Handler = async (call, world) => {
  const body = await call.json();
  const name = requiredText(body["name"], "name");
  if (name.split(".").length !== 3) throw invalid(`Invalid index name ${name}: expected catalog.schema.index.`);
  if (indexesOf(world).get(name) !== undefined) {
    throw new ApiFault(409, "RESOURCE_ALREADY_EXISTS", `Vector search index ${name} already exists.`);
  }
  const type = optionalWord(body["index_type"], "index_type", ["DELTA_SYNC", "DIRECT_ACCESS"]);
  if (type === undefined) throw invalid("Missing required field: index_type");
  const head = {
    name,
    type,
    endpoint: requireEndpoint(world, requiredText(body["endpoint_name"], "endpoint_name")).name,
    primaryKey: requiredText(body["primary_key"], "primary_key"),
    creator: call.caller.userName,
    readyAt: world.clock.now() + world.switches.runStartMs,
  };
  const index = type === "DELTA_SYNC" ? await deltaIndex(world, head, body) : directIndex(head, body);
  indexesOf(world).put(name, index);
  return indexView(world, index);
};

type Head = Pick<Index, "name" | "type" | "endpoint" | "primaryKey" | "creator" | "readyAt">;

async function deltaIndex(world: World, head: Head, body: JsonObject): Promise<Index> {
  const spec = optionalObject(body["delta_sync_index_spec"], "delta_sync_index_spec") ?? {};
  const pipelineType = optionalWord(spec["pipeline_type"], "pipeline_type", ["TRIGGERED", "CONTINUOUS"]);
  const made: Index = {
    ...head,
    embedding: readEmbedding(spec),
    sourceTable: requiredText(spec["source_table"], "source_table"),
    pipelineType: pipelineType ?? "TRIGGERED",
    pipelineId: crypto.randomUUID(),
    columnsToSync: optionalTexts(spec["columns_to_sync"], "columns_to_sync"),
    columns: [],
  };
  return { ...made, columns: await syncRows(world, made) };
}

function directIndex(head: Head, body: JsonObject): Index {
  const spec = optionalObject(body["direct_access_index_spec"], "direct_access_index_spec") ?? {};
  const schema = readJson(requiredText(spec["schema_json"], "schema_json"), "schema_json");
  if (!isObject(schema)) throw invalid("schema_json must be an object of column names and types.");
  const types = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, String(value)]));
  const embedding = readEmbedding(spec);
  for (const needed of [head.primaryKey, embedding.column]) {
    if (!Object.hasOwn(types, needed)) throw invalid(`Column ${needed} is not in schema_json.`);
  }
  return { ...head, embedding, schema: types, columns: Object.keys(types) };
}

function indexView(world: World, index: Index): object {
  const { embedding } = index;
  const embeddings =
    embedding.kind === "text"
      ? { embedding_source_columns: [{ name: embedding.column, embedding_model_endpoint_name: embedding.model }] }
      : { embedding_vector_columns: [{ name: embedding.column, embedding_dimension: embedding.dimension }] };
  const delta = {
    source_table: index.sourceTable,
    pipeline_type: index.pipelineType,
    pipeline_id: index.pipelineId,
    ...(index.columnsToSync === undefined ? {} : { columns_to_sync: index.columnsToSync }),
    ...embeddings,
  };
  const ready = isReady(world, index);
  return {
    ...shortView(index),
    ...(index.type === "DELTA_SYNC"
      ? { delta_sync_index_spec: delta }
      : { direct_access_index_spec: { ...embeddings, schema_json: JSON.stringify(index.schema) } }),
    status: {
      ...(ready ? { ready: true } : {}),
      indexed_row_count: ready ? rowsOf(world, index.name).all().length : 0,
      message: ready ? "Index is ready." : "Index is being created.",
      index_url: `/api/2.0/vector-search/indexes/${index.name}`,
    },
  };
}

function shortView({ name, endpoint, type, primaryKey, creator }: Index): object {
  return { name, endpoint_name: endpoint, index_type: type, primary_key: primaryKey, creator };
}

const indexIn = (call: Call, world: World): Index => requireIndex(world, call.params["name"] ?? "");

const listIndexes: Handler = (call, world) => {
  const { name } = requireEndpoint(world, requiredText(call.query.get("endpoint_name"), "endpoint_name"));
  return page(call, "vector_indexes", servedBy(world, name), shortView);
};

const deleteIndex: Handler = (call, world) => {
  const { name } = indexIn(call, world);
  indexesOf(world).delete(name);
  rowsOf(world, name).clear();
  return {};
};

const sync: Handler = async (call, world) => {
  const index = indexIn(call, world);
  if (index.type !== "DELTA_SYNC" || index.pipelineType !== "TRIGGERED") {
    throw new ApiFault(
      400,
      "BAD_REQUEST",
      `Index ${index.name} is not a triggered Delta Sync index and cannot be synced.`,
    );
  }
  const columns = await syncRows(world, index);
  indexesOf(world).put(index.name, { ...index, columns });
  return {};
};

const query: Handler = async (call, world) => {
  const body = await call.json();
  const index = readyIndex(world, call.params["name"] ?? "");
  return answerQuery(world, index, { body, offset: 0 });
};

const nextPage: Handler = async (call, world) => {
  const index = readyIndex(world, call.params["name"] ?? "");
  const sent = await call.json();
  if (requiredText(sent["endpoint_name"], "endpoint_name") !== index.endpoint)
    throw invalid("The endpoint does not serve this index.");
  const token = Buffer.from(requiredText(sent["page_token"], "page_token"), "base64url").toString();
  const position = readJson(token, "page_token");
  if (!isObject(position) || !isObject(position["body"]) || typeof position["offset"] !== "number")
    throw invalid("Invalid page_token.");
  return answerQuery(world, index, { body: position["body"] as JsonObject, offset: position["offset"] });
};

const scan: Handler = async (call, world) => {
  const body = await call.json();
  const { name } = readyIndex(world, call.params["name"] ?? "");
  const size = optionalInteger(body["num_results"], "num_results", { min: 1, max: 10_000 }) ?? 10;
  const after = optionalText(body["last_primary_key"], "last_primary_key");
  const sorted = rowsOf(world, name)
    .all()
    .toSorted((one, other) => byKey(one.key, other.key));
  const shown = sorted.filter(({ key }) => after === undefined || byKey(key, after) > 0).slice(0, size);
  const last = shown.at(-1)?.key;
  return {
    data: shown.map(({ values }) => ({
      fields: Object.entries(values).map(([key, value]) => ({ key, value: wire(value) })),
    })),
    ...(last === undefined ? {} : { last_primary_key: last }),
  };
};

function byKey(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

function wire(value: unknown): object {
  if (typeof value === "number") return { number_value: value };
  if (typeof value === "boolean") return { bool_value: value };
  if (Array.isArray(value)) return { list_value: { values: value.map(wire) } };
  return value === null || value === undefined ? {} : { string_value: String(value) };
}

function directIn(call: Call, world: World): Index {
  const index = readyIndex(world, call.params["name"] ?? "");
  if (index.type === "DIRECT_ACCESS") return index;
  throw new ApiFault(400, "BAD_REQUEST", `Index ${index.name} is a Delta Sync index: its rows come from its table.`);
}

const upsert: Handler = async (call, world) => {
  const index = directIn(call, world);
  const rows = readJson(requiredText((await call.json())["inputs_json"], "inputs_json"), "inputs_json");
  if (!Array.isArray(rows)) throw invalid("inputs_json must be a list of objects.");
  const failed: string[] = [];
  for (const row of rows as readonly unknown[]) {
    const values = isObject(row) ? row : {};
    const made = Object.keys(values).every((name) => index.columns.includes(name)) ? rowFrom(index, values) : undefined;
    if (made === undefined) failed.push(String(values[index.primaryKey] ?? ""));
    else rowsOf(world, index.name).put(made.key, made);
  }
  return changed(rows.length - failed.length, failed);
};

const deleteData: Handler = (call, world) => {
  const { name } = directIn(call, world);
  const keys = call.query.getAll("primary_keys");
  if (keys.length === 0) throw invalid("Missing required field: primary_keys");
  for (const key of keys) rowsOf(world, name).delete(key);
  return changed(keys.length, []);
};

function changed(succeeded: number, failed: readonly string[]): object {
  const partly = succeeded === 0 ? "FAILURE" : "PARTIAL_SUCCESS";
  return {
    status: failed.length === 0 ? "SUCCESS" : partly,
    result: { success_row_count: succeeded, ...(failed.length === 0 ? {} : { failed_primary_keys: failed }) },
  };
}

function readJson(text: string, field: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw invalid(`${field} is not valid JSON.`);
  }
}

export const vectorSearchRoutes: readonly Route[] = [
  {
    method: "GET",
    pattern: `${base}/endpoints`,
    handler: (call, world) => page(call, "endpoints", endpointsOf(world).all(), (one) => endpointView(world, one)),
  },
  { method: "POST", pattern: `${base}/endpoints`, handler: createEndpoint },
  {
    method: "GET",
    pattern: `${base}/endpoints/{name}`,
    handler: (call, world) => endpointView(world, endpointIn(call, world)),
  },
  { method: "DELETE", pattern: `${base}/endpoints/{name}`, handler: deleteEndpoint },
  { method: "GET", pattern: `${base}/indexes`, handler: listIndexes },
  { method: "POST", pattern: `${base}/indexes`, handler: createIndex },
  {
    method: "GET",
    pattern: `${base}/indexes/{name}`,
    handler: (call, world) => indexView(world, indexIn(call, world)),
  },
  { method: "DELETE", pattern: `${base}/indexes/{name}`, handler: deleteIndex },
  { method: "POST", pattern: `${base}/indexes/{name}/sync`, handler: sync },
  { method: "POST", pattern: `${base}/indexes/{name}/query`, handler: query },
  { method: "POST", pattern: `${base}/indexes/{name}/query-next-page`, handler: nextPage },
  { method: "POST", pattern: `${base}/indexes/{name}/scan`, handler: scan },
  { method: "POST", pattern: `${base}/indexes/{name}/upsert-data`, handler: upsert },
  { method: "DELETE", pattern: `${base}/indexes/{name}/delete-data`, handler: deleteData },
];
