// The statements that make the telemetry's tables: docs.databricks.com, "Monitor coding agent usage", schema version 1.
import type { Signal } from "./signals.ts";

/** A type: a name of SQL, or the fields of a struct. */
type Shape = string | Fields;
interface Fields {
  readonly [name: string]: Shape;
}

const attributes = "MAP<STRING, STRING>";
const described: Fields = { attributes, dropped_attributes_count: "INT" };
const scope: Fields = { name: "STRING", version: "STRING", ...described };
const span: Fields = { start_time_unix_nano: "LONG", time_unix_nano: "LONG" };

const exemplars = arrayOf({
  time_unix_nano: "LONG",
  value: "DOUBLE",
  span_id: "STRING",
  trace_id: "STRING",
  filtered_attributes: attributes,
});

const buckets: Fields = { offset: "INT", bucket_counts: "ARRAY<LONG>" };
const point: Fields = { ...span, value: "DOUBLE", exemplars, attributes, flags: "INT" };
const extremes: Fields = { min: "DOUBLE", max: "DOUBLE" };
const temporality: Fields = { aggregation_temporality: "STRING" };

const origin = (url: string): Fields => ({
  resource: described,
  resource_schema_url: "STRING",
  instrumentation_scope: scope,
  [url]: "STRING",
});

const columns: Readonly<Record<Signal, Fields>> = {
  metrics: {
    name: "STRING",
    description: "STRING",
    unit: "STRING",
    metric_type: "STRING",
    gauge: point,
    sum: { ...point, ...temporality, is_monotonic: "BOOLEAN" },
    histogram: {
      ...span,
      count: "LONG",
      sum: "DOUBLE",
      bucket_counts: "ARRAY<LONG>",
      explicit_bounds: "ARRAY<DOUBLE>",
      exemplars,
      attributes,
      flags: "INT",
      ...extremes,
      ...temporality,
    },
    exponential_histogram: {
      attributes,
      ...span,
      count: "LONG",
      sum: "DOUBLE",
      scale: "INT",
      zero_count: "LONG",
      positive_bucket: buckets,
      negative_bucket: buckets,
      flags: "INT",
      exemplars,
      ...extremes,
      zero_threshold: "DOUBLE",
      ...temporality,
    },
    summary: {
      ...span,
      count: "LONG",
      sum: "DOUBLE",
      quantile_values: arrayOf({ quantile: "DOUBLE", value: "DOUBLE" }),
      attributes,
      flags: "INT",
    },
    metadata: attributes,
    ...origin("metric_schema_url"),
  },
  logs: {
    event_name: "STRING",
    trace_id: "STRING",
    span_id: "STRING",
    time_unix_nano: "LONG",
    observed_time_unix_nano: "LONG",
    severity_number: "STRING",
    severity_text: "STRING",
    body: "STRING",
    ...described,
    flags: "INT",
    ...origin("log_schema_url"),
  },
  traces: {
    trace_id: "STRING",
    span_id: "STRING",
    trace_state: "STRING",
    parent_span_id: "STRING",
    flags: "INT",
    name: "STRING",
    kind: "STRING",
    start_time_unix_nano: "LONG",
    end_time_unix_nano: "LONG",
    ...described,
    events: arrayOf({ time_unix_nano: "LONG", name: "STRING", ...described }),
    dropped_events_count: "INT",
    links: arrayOf({ trace_id: "STRING", span_id: "STRING", trace_state: "STRING", ...described, flags: "INT" }),
    dropped_links_count: "INT",
    status: { message: "STRING", code: "STRING" },
    ...origin("span_schema_url"),
  },
};

/** The statement that makes the table of a signal where it is not there. `table` is a checked name of three parts. */
export function createTable(signal: Signal, table: string): string {
  const lines = Object.entries(columns[signal]).map(([name, shape]) => `  ${name} ${typeOf(shape)}`);
  return `CREATE TABLE IF NOT EXISTS ${table} (\n${lines.join(",\n")}\n) USING DELTA\nTBLPROPERTIES ('otel.schemaVersion' = 'v1');\n`;
}

function typeOf(shape: Shape): string {
  if (typeof shape === "string") return shape;
  const fields = Object.entries(shape).map(([name, type]) => `${name}: ${typeOf(type)}`);
  return `STRUCT<${fields.join(", ")}>`;
}

function arrayOf(shape: Shape): string {
  return `ARRAY<${typeOf(shape)}>`;
}
