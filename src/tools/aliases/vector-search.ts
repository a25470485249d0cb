// Older tools of vector search.
import { isObject, tryJson } from "../../platform/json.ts";
import { eras, span } from "./eras.ts";
import type { Arguments, OlderTool, Route, Router } from "./row.ts";
import { by, carriedArguments, leads, refuse, textOf, to, whether } from "./routers.ts";

const { head, v8, v0 } = eras;

/** Made where it is not there; there is nothing of it to change. */
function made(create: Router, read: Router): Router {
  return leads(`${read.tools.join(" ")} ${create.tools.join(" ")}`, (args, around) => {
    const look = read.route(args, around);
    if (!("tool" in look)) return look;
    return { look, next: (found): Route => (found === undefined ? create.route(args, around) : look) };
  });
}

const endpointOf = leads("get_vector_search_endpoint", ({ all }) => ({
  tool: "get_vector_search_endpoint",
  arguments: { endpoint: all["name"] },
}));
const createEndpoint = to("create_vector_search_endpoint", "name=endpoint endpoint_type");
const getEndpoint = to("get_vector_search_endpoint", "name=endpoint");
const listEndpoints = to("list_vector_search_endpoints", "", { fixed: { limit: 500 } });
const deleteEndpoint = to("delete_vector_search_endpoint", "name=endpoint");

const indexOf = leads("get_vector_index", ({ all }) => ({
  tool: "get_vector_index",
  arguments: { index: all["name"] },
}));

const createIndex = leads("create_vector_index", (args) => {
  const base = carriedArguments(args, "name=index endpoint_name=endpoint primary_key");
  const isDelta = textOf(args.all["index_type"]).toUpperCase() !== "DIRECT_ACCESS";
  const spec = args.all[isDelta ? "delta_sync_index_spec" : "direct_access_index_spec"];
  if (!isObject(spec)) {
    const name = isDelta ? "delta_sync_index_spec" : "direct_access_index_spec";
    return refuse(`${name} is missing`, `An index of this type needs ${name}.`);
  }
  return { tool: "create_vector_index", arguments: { ...base, ...(isDelta ? deltaOf(spec) : directOf(spec)) } };
});

/** Columns were objects, and were told to be texts. */
function columnOf(columns: unknown): Arguments {
  const first: unknown = Array.isArray(columns) ? columns[0] : undefined;
  if (typeof first === "string") return { name: first };
  return isObject(first) ? first : {};
}

function deltaOf(spec: Arguments): Arguments {
  const text = columnOf(spec["embedding_source_columns"]);
  const model = text["embedding_model_endpoint_name"] ?? spec["embedding_model_endpoint_name"];
  return given({
    source_table: spec["source_table"],
    pipeline_type: spec["pipeline_type"],
    columns_to_sync: spec["columns_to_sync"],
    text_column: text["name"],
    embedding_model: model,
    ...vectorOf(spec),
  });
}

function directOf(spec: Arguments): Arguments {
  const { schema_json: schema } = spec;
  return given({
    schema: typeof schema === "string" ? tryJson(schema) : schema,
    embedding_model: spec["embedding_model_endpoint_name"],
    ...vectorOf(spec),
  });
}

function vectorOf(spec: Arguments): Arguments {
  const vector = columnOf(spec["embedding_vector_columns"]);
  return { vector_column: vector["name"], dimension: vector["embedding_dimension"] ?? vector["dimension"] };
}

function given(some: Arguments): Arguments {
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
}

const getIndex = (name: string): Router => to("get_vector_index", `${name}=index`);
const listIndexes = to("list_vector_indexes", "endpoint_name=endpoint", { fixed: { limit: 500 } });
const deleteIndex = (name: string): Router => to("delete_vector_index", `${name}=index`);

/** JSON for standard endpoints, or a condition in SQL for those that are optimized for storage. */
const query = to(
  "query_vector_index",
  "index_name=index columns query_text=text query_vector=vector num_results filters_json=filters filter_string=filters query_type",
);
const upsert = to("upsert_vector_rows", "index_name=index inputs_json=rows");
const deleteRows = to("delete_vector_rows", "index_name=index primary_keys=keys");
const scan = to("list_vector_rows", "index_name=index", {
  fixed: { limit: 100 },
  adapts: { num_results: (value) => ({ limit: Math.min(1000, Math.max(1, Number(value))) }) },
});
const sync = to("sync_vector_index", "index_name=index");
const data = { upsert, delete: deleteRows, scan, sync };

const indexRest = 'index_type: str = "DELTA_SYNC", delta_sync_index_spec?: obj, direct_access_index_spec?: obj';
const index = `name: str, endpoint_name: str, primary_key: str, ${indexRest}`;
const rows = "inputs_json?: json, primary_keys?: texts, num_results: int = 100";
const queryParameters = (filters: string): string =>
  `index_name: str, columns: texts, query_text?: str, query_vector?: nums, num_results: int = 5, filters_json?: ${filters}, filter_string?: str, query_type?: str`;

export const vectorSearchTools: readonly OlderTool[] = [
  {
    name: "manage_vs_endpoint",
    generations: span(head),
    toolset: "vector_search",
    parameters: 'action: create_or_update|get|list|delete, name?: str, endpoint_type: str = "STANDARD"',
    does: "Creates (unless it is there), shows, lists or deletes endpoints of vector search.",
    router: by("action", {
      create_or_update: made(createEndpoint, endpointOf),
      get: getEndpoint,
      list: listEndpoints,
      delete: deleteEndpoint,
    }),
  },
  {
    name: "manage_vs_index",
    generations: span(head),
    toolset: "vector_search",
    parameters: `action: create_or_update|get|list|delete, name?: str, endpoint_name?: str, primary_key?: str, ${indexRest}`,
    does: "Creates (unless it is there), shows, lists or deletes vector indexes.",
    router: by("action", {
      create_or_update: made(createIndex, indexOf),
      get: getIndex("name"),
      list: listIndexes,
      delete: deleteIndex("name"),
    }),
  },
  {
    name: "query_vs_index",
    generations: span(head, v8),
    toolset: "vector_search",
    parameters: queryParameters("json"),
    does: "Finds the rows that are nearest.",
    router: query,
  },
  {
    name: "query_vs_index",
    generations: span(v0),
    toolset: "vector_search",
    parameters: queryParameters("str"),
    does: "Finds the rows that are nearest.",
    router: query,
  },
  {
    name: "manage_vs_data",
    generations: span(head),
    toolset: "vector_search",
    parameters: `action: upsert|delete|scan|sync, index_name: str, ${rows}`,
    does: "Puts rows into an index, deletes or lists them, or syncs it.",
    router: by("action", data),
  },
  {
    name: "manage_vs_data",
    generations: span(v8),
    toolset: "vector_search",
    parameters: `index_name: str, operation: upsert|delete|scan|sync, ${rows}`,
    does: "Puts rows into an index, deletes or lists them, or syncs it.",
    router: by("operation", data),
  },
  {
    name: "create_or_update_vs_endpoint",
    generations: span(v8),
    toolset: "vector_search",
    parameters: 'name: str, endpoint_type: str = "STANDARD"',
    does: "Creates an endpoint of vector search, unless it is there.",
    router: made(createEndpoint, endpointOf),
  },
  {
    name: "create_vs_endpoint",
    generations: span(v0),
    toolset: "vector_search",
    parameters: 'name: str, endpoint_type: str = "STANDARD"',
    does: "Creates an endpoint of vector search.",
    router: createEndpoint,
  },
  {
    name: "get_vs_endpoint",
    generations: span(v8),
    toolset: "vector_search",
    parameters: "name?: str",
    does: "Shows an endpoint of vector search, or lists them.",
    router: whether("name", getEndpoint, listEndpoints),
  },
  {
    name: "get_vs_endpoint",
    generations: span(v0),
    toolset: "vector_search",
    parameters: "name: str",
    does: "Shows an endpoint of vector search.",
    router: getEndpoint,
  },
  {
    name: "list_vs_endpoints",
    generations: span(v0),
    toolset: "vector_search",
    parameters: "",
    does: "Lists endpoints of vector search.",
    router: listEndpoints,
  },
  {
    name: "delete_vs_endpoint",
    generations: span(v8, v0),
    toolset: "vector_search",
    parameters: "name: str",
    does: "Deletes an endpoint of vector search.",
    router: deleteEndpoint,
  },
  {
    name: "create_or_update_vs_index",
    generations: span(v8),
    toolset: "vector_search",
    parameters: index,
    does: "Creates a vector index, unless it is there.",
    router: made(createIndex, indexOf),
  },
  {
    name: "create_vs_index",
    generations: span(v0),
    toolset: "vector_search",
    parameters: index,
    does: "Creates a vector index.",
    router: createIndex,
  },
  {
    name: "get_vs_index",
    generations: span(v8),
    toolset: "vector_search",
    parameters: "index_name?: str, endpoint_name?: str",
    does: "Shows a vector index, or lists those of an endpoint.",
    router: whether("index_name", to("get_vector_index", "index_name=index", { drops: "endpoint_name" }), listIndexes),
  },
  {
    name: "get_vs_index",
    generations: span(v0),
    toolset: "vector_search",
    parameters: "index_name: str",
    does: "Shows a vector index.",
    router: getIndex("index_name"),
  },
  {
    name: "list_vs_indexes",
    generations: span(v0),
    toolset: "vector_search",
    parameters: "endpoint_name: str",
    does: "Lists the vector indexes of an endpoint.",
    router: listIndexes,
  },
  {
    name: "delete_vs_index",
    generations: span(v8, v0),
    toolset: "vector_search",
    parameters: "index_name: str",
    does: "Deletes a vector index.",
    router: deleteIndex("index_name"),
  },
  {
    name: "sync_vs_index",
    generations: span(v0),
    toolset: "vector_search",
    parameters: "index_name: str",
    does: "Syncs a vector index with its table.",
    router: sync,
  },
  {
    name: "upsert_vs_data",
    generations: span(v0),
    toolset: "vector_search",
    parameters: "index_name: str, inputs_json: str",
    does: "Puts rows into a vector index.",
    router: upsert,
  },
  {
    name: "delete_vs_data",
    generations: span(v0),
    toolset: "vector_search",
    parameters: "index_name: str, primary_keys: texts",
    does: "Deletes rows of a vector index.",
    router: deleteRows,
  },
  {
    name: "scan_vs_index",
    generations: span(v0),
    toolset: "vector_search",
    parameters: "index_name: str, num_results: int = 100",
    does: "Lists rows of a vector index.",
    router: scan,
  },
];
