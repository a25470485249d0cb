// Vector indexes: list, get, delete, sync.
import * as z from "zod";
import type { JsonObject } from "../../platform/json.ts";
import { flag, number, object, objects, requiredText, text } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { question } from "../question.ts";
import { securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { indexInput } from "./fields.ts";
import { checkIndexName, deleteIndex, indexOf, listEndpoints, listIndexes, syncIndex } from "./vector-search-api.ts";

export const indexFields = {
  index: z.string(),
  index_type: z.string().optional(),
  endpoint: z.string().optional(),
  primary_key: z.string().optional(),
  ready: z.boolean(),
  indexed_rows: z.number().optional(),
  message: z.string().optional(),
  source_table: z.string().optional(),
  pipeline_type: z.string().optional(),
  pipeline_id: z.string().optional(),
  text_column: z.string().optional(),
  embedding_model: z.string().optional(),
  vector_column: z.string().optional(),
  dimension: z.number().optional(),
  schema: z.string().optional(),
  hint: z.string().optional(),
};

export const isReady = (wire: JsonObject): boolean => flag(object(wire, "status") ?? {}, "ready");

export function shownIndex(wire: JsonObject) {
  const status = object(wire, "status") ?? {};
  const delta = object(wire, "delta_sync_index_spec");
  const spec = delta ?? object(wire, "direct_access_index_spec") ?? {};
  const [source] = objects(spec, "embedding_source_columns");
  const [vector] = objects(spec, "embedding_vector_columns");
  return {
    index: requiredText(wire, "name"),
    index_type: text(wire, "index_type"),
    endpoint: text(wire, "endpoint_name"),
    primary_key: text(wire, "primary_key"),
    ready: isReady(wire),
    indexed_rows: number(status, "indexed_row_count"),
    message: text(status, "message"),
    source_table: text(spec, "source_table"),
    pipeline_type: text(spec, "pipeline_type"),
    pipeline_id: text(spec, "pipeline_id"),
    text_column: text(source ?? {}, "name"),
    embedding_model: text(source ?? {}, "embedding_model_endpoint_name"),
    vector_column: text(vector ?? {}, "name"),
    dimension: number(vector ?? {}, "embedding_dimension"),
    schema: text(spec, "schema_json"),
  };
}

export const listVectorIndexes = defineTool({
  name: "list_vector_indexes",
  toolset: "vector_search",
  effect: "read",
  title: "List vector indexes",
  description: "Lists the vector indexes of an endpoint, or of all endpoints.",
  input: z.strictObject({ endpoint: z.string().min(1).optional().describe("Without it all"), ...listInput }),
  output: listOutput,
  spellings: { endpoint_name: "endpoint" },
  run: async (context, { endpoint, ...input }) => {
    const names =
      endpoint === undefined ? (await listEndpoints(context)).map((one) => requiredText(one, "name")) : [endpoint];
    const found: { readonly name: string; readonly endpoint: string; readonly wire: JsonObject }[] = [];
    // One after the other: a workspace has few endpoints, and a burst is turned away.
    for (const name of names) {
      for (const wire of await listIndexes(context, name))
        found.push({ name: requiredText(wire, "name"), endpoint: name, wire });
    }
    return listPage({ items: found, truncated: false }, input, {
      fields: {
        index: ({ name }) => name,
        type: ({ wire }) => text(wire, "index_type"),
        endpoint: (one) => one.endpoint,
        primary_key: ({ wire }) => text(wire, "primary_key"),
        creator: ({ wire }) => text(wire, "creator"),
      },
      textChars: context.limits.textChars,
      nothing: "No index matches that you can see. `create_vector_index` makes one.",
    });
  },
  text: listText,
});

export const getVectorIndex = defineTool({
  name: "get_vector_index",
  toolset: "vector_search",
  effect: "read",
  title: "Get a vector index",
  description: "Tells whether a vector index is ready, how many rows it has, and what it is made from.",
  input: z.strictObject({ index: indexInput }),
  output: z.object(indexFields),
  spellings: { name: "index", index_name: "index" },
  run: async (context, { index }) => {
    const shown = shownIndex(await indexOf(context, index));
    return {
      ...shown,
      hint: shown.ready ? undefined : "It is not ready: queries are refused until then. Ask again in a minute.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

export const syncVectorIndex = defineTool({
  name: "sync_vector_index",
  toolset: "vector_search",
  effect: "write",
  idempotent: true,
  title: "Sync a vector index",
  description: "Starts bringing a triggered Delta Sync index up to its table. It runs as a pipeline.",
  input: z.strictObject({ index: indexInput }),
  output: z.object({ index: z.string(), state: z.string(), hint: z.string() }),
  spellings: { name: "index", index_name: "index" },
  targets: ({ index }) => [securable(index)],
  run: async (context, { index }) => {
    checkIndexName(index);
    await syncIndex(context, index);
    return { index, state: "sync_started", hint: "`get_vector_index` shows when it is through, and its pipeline_id." };
  },
  text: (output) => fieldText(fieldLines(output)),
});

export const deleteVectorIndex = defineTool({
  name: "delete_vector_index",
  toolset: "vector_search",
  effect: "destructive",
  title: "Delete a vector index",
  description: "Deletes a vector index. The table that it was made from stays; rows of a direct access index are lost.",
  input: z.strictObject({ index: indexInput }),
  output: z.object({ index: z.string(), state: z.string(), source_table: z.string().optional() }),
  spellings: { name: "index", index_name: "index" },
  confirm: async ({ index }, context) => {
    const { indexed_rows = 0, source_table } = shownIndex(await indexOf(context, index));
    if (source_table !== undefined) return question`Delete the vector index ${index}? Its table ${source_table} stays.`;
    return question`Delete the vector index ${index} and its ${indexed_rows} rows, which are nowhere else?`;
  },
  targets: ({ index }) => [securable(index)],
  run: async (context, { index }) => {
    checkIndexName(index);
    const { source_table } = shownIndex(await indexOf(context, index));
    await deleteIndex(context, index);
    return { index, state: "DELETED", source_table };
  },
  text: (output) => fieldText(fieldLines(output)),
});
