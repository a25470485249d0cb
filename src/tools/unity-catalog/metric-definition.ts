// The definition of a metric view: its arguments, and the YAML that the workspace keeps. A writer of YAML quotes the values,
// so that an expression with a colon or a hash stays one.
import * as z from "zod";
import { tableInput } from "./names.ts";

const named = z.looseObject({ name: z.string().min(1), expr: z.string().min(1) });

export const metricViewInput = tableInput;

export const definitionInput = {
  source: z.string().min(1, "must not be empty").describe("catalog.schema.table, or a query"),
  dimensions: z.array(named).default([]).describe("{name, expr, comment}"),
  measures: z
    .array(named)
    .min(1, "must not be empty")
    .describe("{name, expr, comment}; expr is an aggregate: SUM(amount)"),
  joins: z
    .array(z.looseObject({ name: z.string(), source: z.string() }))
    .optional()
    .describe("{name, source, on | using, joins}; on: source.id = name.id"),
  filter: z.string().optional().describe("Condition on the source"),
  comment: z.string().optional(),
  materialization: z.looseObject({}).optional().describe("{schedule, mode, materialized_views}"),
  version: z.string().default("1.1"),
};

export const definitionSpellings = {
  full_name: "metric_view",
  name: "metric_view",
  filter_expr: "filter",
  or_replace: "replace",
};

const definition = z.object(definitionInput);

/** The definition between dollar quotes, which nothing in it can end. */
export async function quotedDefinition(input: z.output<typeof definition>): Promise<string> {
  const { version, comment, source, filter, joins, dimensions, measures, materialization } = input;
  // The order is the workspace's own: readers of older versions want the comment before the source.
  const ordered = {
    version: versionOf(version),
    comment,
    source,
    filter,
    joins,
    dimensions,
    measures,
    materialization,
  };
  const { stringify } = await import("yaml");
  const yaml = stringify(ordered, { lineWidth: 0, keepUndefined: false, aliasDuplicateObjects: false });
  // JSON is YAML too, and can spell the sign that would end the quotes, also when a variable in it has become nothing.
  const safe = /\$[${]/.test(yaml) ? `${JSON.stringify(ordered).replaceAll("$", "\\u0024")}\n` : yaml;
  return `$$\n${safe}$$`;
}

/** 1.1 is written without quotation marks, as everybody's examples have it. */
function versionOf(version: string): string | number {
  return /^\d+\.\d+$/.test(version) ? Number(version) : version;
}
