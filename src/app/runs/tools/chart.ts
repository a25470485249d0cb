// A chart as the agent declares it: data and names, never code. The page draws the call itself.
import * as z from "zod";

const mostRows = 5_000;
const mostColumns = 50;
const mostSeries = 20;
const mostCell = 1_000;

const cell = z.union([z.string().max(mostCell), z.number(), z.boolean(), z.null()]);

export const chartInput = z.strictObject({
  title: z.string().max(200).optional(),
  type: z.enum(["bar", "line", "area", "scatter", "pie"]),
  columns: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(mostColumns)
    .describe("Names of the columns, in the order of the cells of each row"),
  rows: z
    .array(z.array(cell).max(mostColumns))
    .min(1)
    .max(mostRows)
    .describe(`At most ${mostRows}: aggregate in SQL first`),
  x: z.string().describe("The column of the horizontal axis; of a pie, the names of the slices"),
  y: z.array(z.string()).min(1).max(mostSeries).describe("Columns with the numbers, a series each; of a pie, one"),
  stacked: z.boolean().optional(),
});

/** What is wrong with a chart that has the right shape, as a sentence; undefined where it can be drawn. */
export function chartProblem(chart: z.output<typeof chartInput>): string | undefined {
  const { columns, rows, x, y, type } = chart;
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) return `columns names ${JSON.stringify(twice)} twice`;
  const there = `columns has ${columns.join(", ")}`;
  if (!columns.includes(x)) return `x is ${JSON.stringify(x)}, which is no column: ${there}`;
  const missing = y.find((name) => !columns.includes(name));
  if (missing !== undefined) return `y names ${JSON.stringify(missing)}, which is no column: ${there}`;
  if (type === "pie" && y.length > 1) return "a pie has one column in y";
  const odd = rows.findIndex((row) => row.length !== columns.length);
  if (odd !== -1) return `rows[${odd}] has ${rows[odd]?.length ?? 0} cells for ${columns.length} columns`;
  const empty = y.find((name) => !rows.some((row) => isNumber(row[columns.indexOf(name)])));
  return empty === undefined ? undefined : `the column ${JSON.stringify(empty)} of y holds no number`;
}

/** Sums of the SQL warehouse come as texts where they are decimals. */
function isNumber(value: unknown): boolean {
  if (typeof value === "number") return true;
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
}
