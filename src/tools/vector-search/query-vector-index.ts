// query_vector_index: what is near a text or a vector.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { Json, JsonObject } from "../../platform/json.ts";
import { number, object, objects, requiredText, text } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { tableFields } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { indexInput, shownRows } from "./fields.ts";
import { askIndex, indexOf } from "./vector-search-api.ts";

const input = z.strictObject({
  index: indexInput,
  columns: z.array(z.string()).default([]).describe("To show; without it the primary key"),
  text: z.string().min(1).optional(),
  vector: z.array(z.number()).min(1).optional(),
  query_type: z.enum(["ANN", "HYBRID", "FULL_TEXT"]).default("ANN").describe("HYBRID: meaning and words"),
  num_results: z.int().min(1).max(1_000).default(5),
  filters: z
    .union([z.string(), z.looseObject({})])
    .optional()
    .describe('{"year >=": 2024, "lang": ["de", "en"], "title NOT": "x"}'),
  score_threshold: z.number().optional(),
  columns_to_rerank: z.array(z.string()).optional(),
  page_token: z.string().optional().describe("next_page_token of the call before: only index is needed with it"),
});

type Input = z.output<typeof input>;

export const queryVectorIndex = defineTool({
  name: "query_vector_index",
  toolset: "vector_search",
  effect: "read",
  title: "Search a vector index",
  description: "Finds the rows that are nearest to a text or a vector. The last column is the score: more is nearer.",
  input,
  output: z.object({
    index: z.string(),
    ...tableFields,
    returned: z.number(),
    truncated: z.boolean(),
    cut_values: z.number().optional(),
    next_page_token: z.string().optional(),
    hint: z.string().optional(),
  }),
  spellings: {
    index_name: "index",
    query_text: "text",
    query_vector: "vector",
    filters_json: "filters",
    filter_string: "filters",
  },
  run: async (context, args) => {
    const answer = await askIndex(context, args.index, await requestOf(context, args));
    const columns = objects(object(answer, "manifest") ?? {}, "columns").map((column) => requiredText(column, "name"));
    const { rows, cutValues, isCut } = shownRows(context, rowsOf(answer));
    const next = text(answer, "next_page_token");
    const total = number(object(answer, "result") ?? {}, "row_count") ?? rows.length;
    return {
      index: args.index,
      columns,
      rows,
      returned: rows.length,
      truncated: isCut,
      cut_values: cutValues === 0 ? undefined : cutValues,
      next_page_token: next,
      hint: isCut
        ? `Only ${rows.length} of ${total} rows fit: ask for fewer columns or results.`
        : nothing(rows.length, next),
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

function nothing(returned: number, next: string | undefined): string | undefined {
  return returned === 0 && next === undefined ? "Nothing is near, or nothing passes the filters." : undefined;
}

function rowsOf(answer: JsonObject): readonly (readonly Json[])[] {
  const data = (object(answer, "result") ?? {})["data_array"];
  return Array.isArray(data) ? data.filter((row) => Array.isArray(row)) : [];
}

async function requestOf(context: Parameters<typeof indexOf>[0], args: Input) {
  const { page_token, columns, filters } = args;
  const primary = async (): Promise<JsonObject> => await indexOf(context, args.index);
  if (page_token !== undefined) {
    const endpoint_name = text(await primary(), "endpoint_name");
    return { verb: "query-next-page", body: { endpoint_name, page_token } } as const;
  }
  if (
    (args.text === undefined) === (args.vector === undefined) &&
    !(args.query_type === "HYBRID" && args.text !== undefined)
  ) {
    throw new MortarError("invalid_input", "A search needs a text or a vector", {
      hint: "An index with a text column takes text; one with vectors of your own takes vector. HYBRID may have both.",
    });
  }
  const shown = columns.length > 0 ? columns : [requiredText(await primary(), "primary_key")];
  const body = {
    columns: shown,
    query_text: args.text,
    query_vector: args.vector,
    query_type: args.query_type,
    num_results: args.num_results,
    // The API takes the filters as a text in the JSON.
    filters_json: filters === undefined || typeof filters === "string" ? filters : JSON.stringify(filters),
    score_threshold: args.score_threshold,
    columns_to_rerank: args.columns_to_rerank,
  };
  return { verb: "query", body } as const;
}
