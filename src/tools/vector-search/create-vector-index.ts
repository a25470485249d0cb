// create_vector_index: over a table (Delta Sync), or filled by rows (direct access).
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { pollUntil } from "../../workspace/poll.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { endpointInput, indexInput } from "./fields.ts";
import { indexFields, isReady, shownIndex } from "./indexes.ts";
import { checkIndexName, createIndex, indexOf } from "./vector-search-api.ts";

const input = z.strictObject({
  index: indexInput,
  endpoint: endpointInput,
  primary_key: z.string().min(1).describe("Column"),
  source_table: z
    .string()
    .optional()
    .describe("Delta Sync: the table; it needs change data feed. Without it: direct access"),
  pipeline_type: z.enum(["TRIGGERED", "CONTINUOUS"]).default("TRIGGERED"),
  columns_to_sync: z.array(z.string()).optional().describe("Without it all"),
  text_column: z.string().optional().describe("The workspace embeds this column by embedding_model"),
  embedding_model: z.string().optional().describe("Serving endpoint"),
  query_model: z.string().optional().describe("Serving endpoint for queries, where it is another"),
  vector_column: z.string().optional().describe("Instead of text_column: vectors that you made"),
  dimension: z.int().min(1).optional().describe("Of vector_column"),
  schema: z
    .record(z.string(), z.string())
    .optional()
    .describe('Direct access: {"id": "string", "vector": "array<float>"}'),
  wait_seconds: waitSecondsInput(50),
});

type Input = z.output<typeof input>;

export const createVectorIndex = defineTool({
  name: "create_vector_index",
  toolset: "vector_search",
  effect: "write",
  title: "Create a vector index",
  description:
    "Creates a vector index from a table that it follows (Delta Sync), or one that upsert_vector_rows fills (direct access).",
  input,
  output: z.object(indexFields),
  spellings: { name: "index", index_name: "index", endpoint_name: "endpoint", embedding_dimension: "dimension" },
  targets: ({ index }) => [securable(index)],
  run: async (context, args) => {
    checkIndexName(args.index);
    await createIndex(context, bodyOf(args));
    const { last } = await pollUntil(context.deps.clock, (signal) => indexOf(context, args.index, signal), {
      ...waitOptions<JsonObject>(context, waitMs(args, context), progressOf),
      done: isReady,
    });
    const goesOn = "It goes on being made. `get_vector_index` shows when it is ready; do not create it again.";
    return { ...shownIndex(last), hint: isReady(last) ? undefined : goesOn };
  },
  text: (output) => fieldText(fieldLines(output)),
});

function progressOf(wire: JsonObject): string {
  const { indexed_rows, message } = shownIndex(wire);
  return message ?? `the index has ${indexed_rows ?? 0} rows`;
}

/** Throws `invalid_input` where the columns do not make one kind of index. */
function bodyOf(args: Input): object {
  const { index, endpoint, primary_key, source_table } = args;
  const head = { name: index, endpoint_name: endpoint, primary_key };
  const columns = embeddingOf(args);
  if (source_table !== undefined) {
    if (args.schema !== undefined)
      throw wrong("schema is for an index without a table", "Leave schema out: the table has one.");
    const spec = { source_table, pipeline_type: args.pipeline_type, columns_to_sync: args.columns_to_sync, ...columns };
    return { ...head, index_type: "DELTA_SYNC", delta_sync_index_spec: spec };
  }
  if (args.schema === undefined) {
    throw wrong(
      "A direct access index needs a schema",
      "Give schema, or source_table for an index that follows a table.",
    );
  }
  const named = [primary_key, args.text_column, args.vector_column].filter((name) => name !== undefined);
  const missing = named.filter((name) => !Object.hasOwn(args.schema ?? {}, name));
  if (missing.length > 0) throw wrong(`schema lacks ${missing.join(", ")}`, "Name every column with its type.");
  const spec = { ...columns, schema_json: JSON.stringify(args.schema) };
  return { ...head, index_type: "DIRECT_ACCESS", direct_access_index_spec: spec };
}

function embeddingOf({ text_column, embedding_model, query_model, vector_column, dimension }: Input): object {
  if (text_column !== undefined) {
    if (vector_column !== undefined) throw wrong("An index has text_column or vector_column", "Give one of them.");
    if (embedding_model === undefined)
      throw wrong(
        "text_column needs embedding_model",
        "Such as databricks-gte-large-en; `list_serving_endpoints` shows more.",
      );
    const source = {
      name: text_column,
      embedding_model_endpoint_name: embedding_model,
      model_endpoint_name_for_query: query_model,
    };
    return { embedding_source_columns: [source] };
  }
  if (vector_column === undefined || dimension === undefined)
    throw wrong(
      "An index needs what it searches",
      "Give text_column with embedding_model, or vector_column with dimension.",
    );
  return { embedding_vector_columns: [{ name: vector_column, embedding_dimension: dimension }] };
}

const wrong = (message: string, hint: string): MortarError => new MortarError("invalid_input", message, { hint });
