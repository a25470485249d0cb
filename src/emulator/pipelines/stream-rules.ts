// Streams stay streams: a streaming table is made of a stream, a materialized view of what is there, and a view is read as what it is.
import type { StreamRead } from "./evaluate.ts";
import { definitionFault, PipelineFault, type Dataset, type Flow, type Graph } from "./graph.ts";

export interface LookedAt {
  readonly dataset: Dataset;
  readonly flow: Flow;
  readonly streams: readonly StreamRead[];
  /** Keys of the pipeline's own datasets that it reads. */
  readonly reads: readonly string[];
}

/** Throws PipelineFault. Otherwise rows would be read twice, or not at all. */
export function checkStreams(
  graph: Graph,
  streaming: ReadonlySet<string>,
  { dataset, flow, streams, reads }: LookedAt,
): void {
  const sources = new Set(streams.map(({ source }) => source));
  for (const key of reads) {
    const view = graph.datasets.get(key);
    if (view?.kind !== "view" || sources.has(key) === streaming.has(key)) continue;
    throw definitionFault(
      streaming.has(key)
        ? `View '${view.name}' is a streaming view and must be referenced using readStream, or STREAM in SQL.`
        : `View '${view.name}' is not a streaming view and must be referenced using read, or without STREAM in SQL.`,
    );
  }
  if (dataset.kind === "materialized" && streams.length > 0) {
    throw definitionFault(
      `Materialized view '${dataset.name}' cannot be created from a streaming query. Read its source without STREAM, or make it a streaming table.`,
    );
  }
  if (dataset.kind !== "streaming" || streams.length > 0 || flow.once) return;
  throw new PipelineFault(
    "org.apache.spark.sql.AnalysisException",
    `[STREAMING_TABLE_QUERY_INVALID] Streaming table '${dataset.name}' can only be created from a streaming query. Please add the STREAM keyword to your FROM clause to turn this relation into a streaming query. SQLSTATE: 42000`,
  );
}
