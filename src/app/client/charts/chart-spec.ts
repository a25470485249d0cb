// Whether a chart's description can be drawn, and what a person may choose for it. It comes from a model: nothing in it is trusted.
import type { ChartSpec } from "../../contract/api.ts";
import { type ColumnKind, columnKind } from "../tables/cell-value.ts";

export type ChartType = ChartSpec["type"];
export const chartTypes: readonly ChartType[] = ["bar", "line", "area", "scatter", "pie"];

/** More series than this cannot be told apart. */
export const maxSeries = 12;

/** The spec, or why it is none; its rows are looked at as they are drawn. */
export function readSpec(value: unknown): { readonly spec: ChartSpec } | { readonly problem: string } {
  if (typeof value !== "object" || value === null) return { problem: "The chart's description is not an object." };
  const { type, columns, rows, x, y, title, stacked } = value as Partial<Record<keyof ChartSpec, unknown>>;
  if (!isTexts(columns) || columns.length === 0) return { problem: "The chart names no columns." };
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row)))
    return { problem: "The chart's rows are not lists of values." };
  if (!chartTypes.some((one) => one === type))
    return { problem: `"${shown(type)}" is not a kind of chart. Known: ${chartTypes.join(", ")}.` };
  if (typeof x !== "string" || !columns.includes(x))
    return { problem: `The x axis is to show "${shown(x)}", which is no column. Columns: ${named(columns)}.` };
  const series = typeof y === "string" ? [y] : y;
  if (!isTexts(series) || series.length === 0) return { problem: "The chart does not say which columns to draw." };
  const missing = series.find((name) => !columns.includes(name));
  if (missing !== undefined)
    return { problem: `"${shown(missing)}" is to be drawn, and is no column. Columns: ${named(columns)}.` };
  return {
    spec: {
      type: type as ChartType,
      columns,
      rows: rows as ChartSpec["rows"],
      x,
      y: [...new Set(series)].slice(0, maxSeries),
      ...(typeof title === "string" && title !== "" ? { title: title.slice(0, 200) } : {}),
      ...(stacked === true ? { stacked } : {}),
    },
  };
}

/** Why the rows do not give such a chart, where they do not. */
export function problemOf(spec: ChartSpec): string | undefined {
  if (spec.rows.length === 0) return "There are no rows to draw.";
  const kinds = kindsOf(spec);
  const numbers = spec.columns.filter((_, at) => kinds[at] === "number");
  if (numbers.length === 0) return "None of the columns holds numbers, so there is nothing to draw.";
  const wrong = spec.y.find((name) => !numbers.includes(name));
  if (wrong !== undefined) return `"${wrong}" does not hold numbers. Choose another column to draw: ${named(numbers)}.`;
  if (spec.type === "scatter" && kinds[spec.columns.indexOf(spec.x)] === "text")
    return `A scatter chart needs numbers or dates on the x axis, and "${spec.x}" holds texts. Choose another column, or bars.`;
  return undefined;
}

export function kindsOf(spec: Pick<ChartSpec, "columns" | "rows">): readonly ColumnKind[] {
  return spec.columns.map((_, at) =>
    columnKind(
      undefined,
      spec.rows.slice(0, 2000).map((row) => row[at]),
    ),
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function named(columns: readonly string[]): string {
  const first = columns
    .slice(0, 12)
    .map((name) => shown(name))
    .join(", ");
  return columns.length > 12 ? `${first}, …` : first;
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (text ?? "nothing").slice(0, 60);
}
