// Answering a query of an index: a page of the nearest rows, and the token of the next.
import type { JsonObject } from "../../platform/json.ts";
import { invalid, optionalArray, optionalInteger, optionalText, optionalTexts, optionalWord } from "../http/fields.ts";
import type { World } from "../world.ts";
import { readFilters } from "./filters.ts";
import { rowsOf, type Index } from "./indexes.ts";
import { search } from "./search.ts";

interface Position {
  readonly body: JsonObject;
  readonly offset: number;
}

/** The rows of `body` from `offset` on. Throws ApiFault 400 for what the index cannot be asked. */
export function answerQuery(world: World, index: Index, { body, offset }: Position): object {
  const columns = optionalTexts(body["columns"], "columns") ?? [];
  const missing = columns.find((name) => !index.columns.includes(name));
  if (columns.length === 0) throw invalid("Missing required field: columns");
  if (missing !== undefined) throw invalid(`Requested columns to fetch are not present in index: ${missing}`);
  const size = optionalInteger(body["num_results"], "num_results", { min: 1, max: 10_000 }) ?? 10;
  const passes = readFilters(optionalText(body["filters_json"], "filters_json"), index.columns);
  const kept = rowsOf(world, index.name)
    .all()
    .filter(({ values }) => passes(values));
  const hits = search(kept, wanted(index, body));
  const shown = hits.slice(offset, offset + size);
  const next = Buffer.from(JSON.stringify({ body, offset: offset + size })).toString("base64url");
  return {
    manifest: { column_count: columns.length + 1, columns: [...columns, "score"].map((name) => ({ name })) },
    result: {
      row_count: shown.length,
      ...(shown.length === 0
        ? {}
        : { data_array: shown.map(({ row, score }) => [...columns.map((name) => row.values[name] ?? null), score]) }),
    },
    ...(hits.length > offset + size ? { next_page_token: next } : {}),
  };
}

function wanted({ embedding }: Index, body: JsonObject): Parameters<typeof search>[1] {
  const text = optionalText(body["query_text"], "query_text");
  const vector = optionalArray(body["query_vector"], "query_vector")?.map(Number);
  const type = optionalWord(body["query_type"], "query_type", ["ANN", "HYBRID", "FULL_TEXT"]) ?? "ANN";
  if (text === undefined && vector === undefined) throw invalid("Either query_text or query_vector must be specified.");
  if (type !== "ANN" && text === undefined) throw invalid(`query_text is required for ${type} search.`);
  if (type !== "FULL_TEXT" && embedding.kind === "vector" && vector === undefined) {
    throw invalid("query_vector is required: the index has no embedding model for query_text.");
  }
  if (vector !== undefined && vector.length !== embedding.dimension) {
    throw invalid(`query_vector has ${vector.length} dimensions, but the index has ${embedding.dimension}.`);
  }
  const threshold = body["score_threshold"];
  return { text, vector, type, threshold: typeof threshold === "number" ? threshold : undefined };
}
