// What the sources of a pipeline declare: datasets, and the flows that fill them.
import type { Cdc } from "./cdc.ts";

export interface Expectation {
  readonly name: string;
  /** A condition in SQL. A row for which it is not true violates it. */
  readonly condition: string;
  readonly action: "warn" | "drop" | "fail";
}

/** `auto` is a table of the older Python module: a stream makes it a streaming table. */
export type DatasetKind = "materialized" | "streaming" | "view" | "auto";

export interface Dataset {
  /** Catalog, schema and name in small letters; of a view, which only the pipeline sees, the name alone. */
  readonly key: string;
  /** As it is told. */
  readonly name: string;
  readonly kind: DatasetKind;
  readonly comment?: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  /** Column definitions with types, as typed. */
  readonly columns?: string | undefined;
  /** Names for the columns of the query. */
  readonly columnNames?: readonly string[] | undefined;
  /** PARTITIONED BY and CLUSTER BY, as typed. */
  readonly layout?: string | undefined;
  readonly expectations: readonly Expectation[];
}

export interface Flow {
  /** As it is told; unique in its pipeline. */
  readonly name: string;
  /** Key of the dataset that it fills. */
  readonly target: string;
  readonly once: boolean;
  readonly query: { readonly sql: string } | { readonly python: string };
  /** The rows are changes to the target. */
  readonly cdc?: Cdc | undefined;
}

export interface Graph {
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly flows: readonly Flow[];
}

/** Where names without a catalog or schema belong. */
export interface Place {
  readonly catalog: string;
  readonly schema: string;
}

/** A pipeline that cannot be run as it is written, or a flow that failed: what its events say. */
export class PipelineFault extends Error {
  readonly className: string;
  readonly trace: string | undefined;

  constructor(className: string, message: string, trace?: string) {
    super(message);
    this.className = className;
    this.trace = trace;
  }
}

export function definitionFault(message: string): PipelineFault {
  return new PipelineFault("com.databricks.pipelines.common.errors.DLTAnalysisException", message);
}

/** The key of a published dataset. */
export function keyOf(name: readonly string[], { catalog, schema }: Place): string {
  const parts = bare(name).map((part) => part.toLowerCase());
  const [third = "", second = schema.toLowerCase(), first = catalog.toLowerCase()] = parts.toReversed();
  return `${first}.${second}.${third}`;
}

/** The dataset that a name in a query means, if it is one of the pipeline's. */
export function findDataset(graph: Graph, name: readonly string[], place: Place): Dataset | undefined {
  const parts = bare(name);
  const view = parts.length === 1 ? graph.datasets.get((parts[0] ?? "").toLowerCase()) : undefined;
  return view ?? graph.datasets.get(keyOf(parts, place));
}

/** `LIVE.x`, as older pipelines write it, is `x`. */
export function bare(name: readonly string[]): readonly string[] {
  return name.length > 1 && name[0]?.toUpperCase() === "LIVE" ? name.slice(1) : name;
}

/** Puts what several sources declare together. Throws PipelineFault for what is declared twice, or fills nothing. */
export function graphOf(datasets: readonly Dataset[], flows: readonly Flow[]): Graph {
  const byKey = new Map<string, Dataset>();
  for (const dataset of datasets) {
    if (byKey.has(dataset.key)) throw definitionFault(`Cannot have multiple queries named '${dataset.name}'.`);
    byKey.set(dataset.key, dataset);
  }
  const names = new Set<string>();
  for (const flow of flows) {
    if (names.has(flow.name)) throw definitionFault(`Cannot have multiple flows named '${flow.name}'.`);
    names.add(flow.name);
    const target = byKey.get(flow.target);
    if (target === undefined) {
      throw definitionFault(`Flow '${flow.name}' writes to '${flow.target}', which is not defined in this pipeline.`);
    }
  }
  return { datasets: byKey, flows };
}
