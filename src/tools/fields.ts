// The fields that many tools share, declared once: ids, paths, waiting, tables.
import * as z from "zod";

/** An int64 id: a string of digits on the way out and, as shown, on the way in; a safe integer is taken too. */
export function idInput(what: string) {
  return z
    .preprocess(
      digits,
      z.string('a string of digits, such as "123"').regex(/^\d{1,20}$/, 'must be a string of digits, such as "123"'),
    )
    .describe(what);
}

function digits(value: unknown): unknown {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" ? value.trim() : value;
}

export const idOutput = z.string();

export function pathInput(what: string) {
  return z.string().min(1, "must not be empty").describe(what);
}

export const notebookPathInput = pathInput("Workspace path: /Workspace/Users/me@x.com/nb, ~/nb or shared/nb");

export const clusterIdInput = z.string().min(1, "must not be empty").describe("Cluster id, as list_clusters gives it");

/** Widget and job parameters: strings; a number or boolean is taken as its text. */
export function parametersInput(what: string) {
  return z.record(z.string(), z.preprocess(scalarText, z.string("a string"))).describe(what);
}

function scalarText(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

/** How long this one call waits. */
export function waitSecondsInput(defaultSeconds: number) {
  return z
    .number()
    .min(0)
    .max(290)
    .default(defaultSeconds)
    .describe("Longest wait of this call, at most 290; many clients give up at 60");
}

/** One value in a row. Ids in it are strings. */
const cellValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type CellValue = z.output<typeof cellValue>;

/** A list as columns and rows: half the size of one object a row. */
export const tableFields = {
  columns: z.array(z.string()),
  rows: z.array(z.array(cellValue)),
};

export interface Table {
  readonly columns: string[];
  readonly rows: CellValue[][];
}

/** Rows made from `items`, one column a field. */
export function tableOf<T>(
  items: readonly T[],
  fields: Readonly<Record<string, (item: T) => CellValue | undefined>>,
): Table {
  const entries = Object.entries(fields);
  return {
    columns: entries.map(([name]) => name),
    rows: items.map((item) => entries.map(([, read]) => read(item) ?? null)),
  };
}

/** Milliseconds since the epoch as `2026-11-21T08:30:00Z`; undefined for 0 and for nothing. */
export function isoTime(ms: number | undefined): string | undefined {
  if (ms === undefined || ms <= 0 || !Number.isFinite(ms)) return undefined;
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
