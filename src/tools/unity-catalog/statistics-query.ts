// The statistics of a table's columns as one query that reads the table once.
import type { Column } from "../../workspace/unity-catalog.ts";
import { quotedName } from "./names.ts";

export type StatisticsLevel = "basic" | "detailed";

type ColumnClass = "number" | "ordered" | "other";

const numbers = /^(?:tinyint|smallint|int|bigint|byte|short|long|integer|float|double|decimal|real|numeric)\b/i;
const ordered = /^(?:date|timestamp|string|varchar|char|boolean)/i;

/** By its own type, not by a type inside it: an array of integers has no least one. */
function classOf({ typeText }: Column): ColumnClass {
  if (numbers.test(typeText)) return "number";
  return ordered.test(typeText) ? "ordered" : "other";
}

/** The measures of one column, in the order of its values in the row that the query returns. */
export const measures = ["nulls", "distinct", "min", "max", "mean", "stddev", "p25", "p50", "p75"] as const;
export type Measure = (typeof measures)[number];

/** The measures that make sense for the column, each as an expression. */
function expressions(column: Column, level: StatisticsLevel): Readonly<Partial<Record<Measure, string>>> {
  const name = quotedName(column.name);
  const kind = classOf(column);
  const nulls = `count_if(${name} IS NULL)`;
  if (kind === "other") return { nulls };
  const usual = {
    nulls,
    distinct: `approx_count_distinct(${name})`,
    min: `CAST(min(${name}) AS STRING)`,
    max: `CAST(max(${name}) AS STRING)`,
  };
  if (kind !== "number") return usual;
  const mean = { ...usual, mean: `avg(${name})` };
  if (level === "basic") return mean;
  const at = (part: number): string => `approx_percentile(${name}, ${part})`;
  return { ...mean, stddev: `stddev(${name})`, p25: at(0.25), p50: at(0.5), p75: at(0.75) };
}

export interface StatisticsQuery {
  readonly sql: string;
  /** What each value of the row is, in order. The first is the number of rows. */
  readonly values: readonly { readonly column: string; readonly measure: Measure }[];
}

/** @param table Its parts, which are quoted here. */
export function statisticsQuery(
  table: readonly string[],
  columns: readonly Column[],
  level: StatisticsLevel,
): StatisticsQuery {
  const all = columns.flatMap((column) => {
    const own = expressions(column, level);
    return measures.flatMap((measure) => {
      const expression = own[measure];
      return expression === undefined ? [] : [{ column: column.name, measure, expression }];
    });
  });
  const list = ["count(*) AS n", ...all.map(({ expression }, at) => `${expression} AS v${at}`)];
  return {
    sql: `SELECT ${list.join(", ")} FROM ${table.map(quotedName).join(".")}`,
    values: all.map(({ column, measure }) => ({ column, measure })),
  };
}
