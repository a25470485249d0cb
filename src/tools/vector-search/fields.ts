// What the tools of vector search take and tell alike.
import * as z from "zod";
import type { Json, JsonObject } from "../../platform/json.ts";
import { object, text } from "../../workspace/fields.ts";
import type { CellValue } from "../fields.ts";
import { cutText, fitting } from "../limits.ts";
import type { ToolContext } from "../define.ts";

export const endpointInput = z
  .string()
  .min(1, "must not be empty")
  .describe("Endpoint, as list_vector_search_endpoints gives it");
export const indexInput = z.string().min(1, "must not be empty").describe("Index: catalog.schema.index");

export const stateOf = (endpoint: JsonObject): string =>
  text(object(endpoint, "endpoint_status") ?? {}, "state") ?? "UNKNOWN";

export interface Shown {
  readonly rows: CellValue[][];
  /** Values that were cut, and rows that did not fit. */
  readonly cutValues: number;
  readonly isCut: boolean;
}

/** Rows as cells: lists and objects as JSON text, long values cut, as many rows as a result may carry. */
export function shownRows({ limits }: ToolContext, rows: readonly (readonly Json[])[]): Shown {
  let cutValues = 0;
  const cells = rows.map((row) =>
    row.map((value): CellValue => {
      if (value === null || typeof value === "number" || typeof value === "boolean") return value;
      const { text: shown, truncated } = cutText(
        typeof value === "string" ? value : JSON.stringify(value),
        limits.cellChars,
      );
      if (truncated) cutValues += 1;
      return truncated ? `${shown}…` : shown;
    }),
  );
  const kept = fitting(cells, limits.textChars);
  return { rows: [...kept], cutValues, isCut: kept.length < cells.length };
}

export const changedRows = z.object({
  index: z.string(),
  status: z.string(),
  succeeded: z.number(),
  failed_keys: z.array(z.string()),
  hint: z.string().optional(),
});
