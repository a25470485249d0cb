// Rows of a vector index: read in the order of their keys, put in, taken out.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { parseJson } from "../../platform/json.ts";
import { objects, text } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { tableFields } from "../fields.ts";
import { asksNobody, question } from "../question.ts";
import { securable } from "../targets.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { changedRows, indexInput, shownRows } from "./fields.ts";
import { askIndex, deleteRows, indexOf, scannedRow, upsertRows, type RowsChanged } from "./vector-search-api.ts";

export const listVectorRows = defineTool({
  name: "list_vector_rows",
  toolset: "vector_search",
  effect: "read",
  title: "List rows of a vector index",
  description: "Shows what is in a vector index, in the order of its primary keys.",
  input: z.strictObject({
    index: indexInput,
    limit: z.int().min(1).max(1_000).default(100),
    after: z.string().optional().describe("next_after of the call before"),
  }),
  output: z.object({
    index: z.string(),
    ...tableFields,
    returned: z.number(),
    truncated: z.boolean(),
    cut_values: z.number().optional(),
    next_after: z.string().optional(),
  }),
  spellings: { index_name: "index", num_results: "limit", last_primary_key: "after" },
  run: async (context, { index, limit, after }) => {
    const answer = await askIndex(context, index, {
      verb: "scan",
      body: { num_results: limit, last_primary_key: after },
    });
    const scanned = objects(answer, "data").map(scannedRow);
    const columns = [...new Set(scanned.flatMap((row) => Object.keys(row)))];
    const { rows, cutValues, isCut } = shownRows(
      context,
      scanned.map((row) => columns.map((name) => row[name] ?? null)),
    );
    const last = isCut ? await keyOf(context, index, scanned[rows.length - 1] ?? {}) : text(answer, "last_primary_key");
    const next = isCut || scanned.length === limit ? last : undefined;
    return {
      index,
      columns,
      rows,
      returned: rows.length,
      truncated: next !== undefined,
      cut_values: cutValues === 0 ? undefined : cutValues,
      next_after: next,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

/** The primary key of the last row that is shown, where the workspace sent more than fit. */
async function keyOf(context: Parameters<typeof indexOf>[0], index: string, row: Readonly<Record<string, unknown>>) {
  const name = text(await indexOf(context, index), "primary_key");
  const key = name === undefined ? undefined : row[name];
  return typeof key === "string" || typeof key === "number" ? String(key) : undefined;
}

export const upsertVectorRows = defineTool({
  name: "upsert_vector_rows",
  toolset: "vector_search",
  effect: "destructive",
  idempotent: true,
  title: "Put rows into a vector index",
  description: "Puts rows into a direct access index: a row with a key that is there replaces it.",
  input: z.strictObject({
    index: indexInput,
    rows: z
      .union([z.array(z.looseObject({})), z.string()])
      .describe('[{"id": "1", "text": "...", "vector": [0.1]}], or JSON text'),
  }),
  output: changedRows,
  spellings: { index_name: "index", inputs_json: "rows" },
  // Replacing is what it is for; which rows are new cannot be told beforehand.
  confirm: asksNobody,
  targets: ({ index }) => [securable(index)],
  run: async (context, { index, rows }) => {
    const given = typeof rows === "string" ? rowsIn(rows) : rows;
    if (given.length === 0) throw noRows();
    return changed(index, await upsertRows(context, index, JSON.stringify(given)));
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ status }) => status === "FAILURE",
});

function rowsIn(given: string): readonly unknown[] {
  let value: unknown;
  try {
    value = parseJson(given);
  } catch {
    throw noRows();
  }
  if (!Array.isArray(value)) throw noRows();
  return value;
}

const noRows = (): MortarError =>
  new MortarError("invalid_input", "There are no rows to put in", {
    hint: 'Give a list of objects, one a row: [{"id": "1", "vector": [0.1, 0.2]}].',
  });

export const deleteVectorRows = defineTool({
  name: "delete_vector_rows",
  toolset: "vector_search",
  effect: "destructive",
  idempotent: true,
  title: "Delete rows of a vector index",
  description: "Deletes rows of a direct access index by their primary keys.",
  input: z.strictObject({
    index: indexInput,
    keys: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .max(1_000)
      .describe("Primary keys"),
  }),
  output: changedRows,
  spellings: { index_name: "index", primary_keys: "keys" },
  confirm: ({ index, keys }) => question`Delete the rows ${keys.map(String)} of the vector index ${index}?`,
  targets: ({ index }) => [securable(index)],
  run: async (context, { index, keys }) => changed(index, await deleteRows(context, index, keys.map(String))),
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ status }) => status === "FAILURE",
});

function changed(index: string, { status, succeeded, failed }: RowsChanged) {
  const hint = "Rows with these keys do not fit the index's schema or its dimension.";
  return { index, status, succeeded, failed_keys: [...failed], hint: failed.length === 0 ? undefined : hint };
}
