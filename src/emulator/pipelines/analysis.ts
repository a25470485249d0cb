// Before anything is written, every flow is looked at: names, types, what stands before what. As in the real thing, an
// update whose sources do not fit together fails with nothing changed.
import type { SqlFault } from "../sql/engine.ts";
import { cdcQuery, type Cdc } from "./cdc.ts";
import { evaluateFlow, quoted } from "./evaluate.ts";
import { checkStreams } from "./stream-rules.ts";
import { PipelineFault, type Dataset, type Flow, type Graph, type Place } from "./graph.ts";
import type { PipelineSession } from "./kernel.ts";

export interface Analysed {
  /** Keys of datasets, each after those that it reads. */
  readonly order: readonly string[];
  /** Keys of the datasets that one reads. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string>>;
  /** Keys of the datasets that are streams. */
  readonly streaming: ReadonlySet<string>;
}

/** A flow that cannot be resolved. */
export interface FlowFault {
  readonly flow: string;
  readonly dataset: string;
  readonly fault: Error;
}

/** Throws an abort; what is wrong with the flows comes back. */
export async function analyse(
  graph: Graph,
  { session, place }: { readonly session: PipelineSession; readonly place: Place },
): Promise<Analysed & { readonly faults: readonly FlowFault[] }> {
  const order: string[] = [];
  const reads = new Map<string, Set<string>>();
  const streaming = new Set<string>();
  const views = new Map<string, string>();
  const failed = new Set<string>();
  const faults: FlowFault[] = [];
  const open: string[] = [];

  for (const dataset of graph.datasets.values()) await resolve(dataset);
  return { order, reads, streaming, faults };

  /** Makes the dataset's temporary view, those that it reads before it. */
  async function resolve(dataset: Dataset): Promise<void> {
    if (views.has(dataset.key) || failed.has(dataset.key)) return;
    if (open.includes(dataset.key)) {
      const circle = [...open.slice(open.indexOf(dataset.key)), dataset.key].join(" -> ");
      throw new PipelineFault(
        "com.databricks.pipelines.graph.CircularDependencyException",
        `Circular dependencies are not supported: ${circle}`,
      );
    }
    open.push(dataset.key);
    const into = `mortar dry ${reads.size}`;
    reads.set(dataset.key, new Set());
    const flows = graph.flows.filter(({ target }) => target === dataset.key);
    let isFine = true;
    for (const flow of flows) isFine = (await look(dataset, flow, into)) && isFine;
    if (flows.length === 0) {
      faults.push({ flow: dataset.name, dataset: dataset.name, fault: withoutFlow(dataset) });
      isFine = false;
    }
    open.pop();
    if (dataset.kind === "streaming") streaming.add(dataset.key);
    if (isFine) views.set(dataset.key, quoted(into));
    else failed.add(dataset.key);
    order.push(dataset.key);
  }

  async function look(dataset: Dataset, flow: Flow, into: string): Promise<boolean> {
    try {
      await evaluated(dataset, flow, into);
      if (flow.cdc !== undefined) await merged(flow.cdc, into);
      await named(dataset, into);
      return true;
    } catch (thrown) {
      if (!isFault(thrown)) throw thrown;
      faults.push({ flow: flow.name, dataset: dataset.name, fault: thrown });
      return false;
    }
  }

  async function evaluated(dataset: Dataset, flow: Flow, into: string): Promise<void> {
    for (;;) {
      const relation = (key: string): string | undefined => views.get(key);
      const result = await evaluateFlow(flow, into, { graph, place, session, dry: true, relation, seen: {} });
      if (!("needs" in result)) {
        checkStreams(graph, streaming, { dataset, flow, ...result });
        if (result.streams.length > 0) streaming.add(dataset.key);
        for (const key of result.reads) reads.get(dataset.key)?.add(key);
        return;
      }
      const needed = graph.datasets.get(result.needs);
      if (needed === undefined) throw unresolved(result.needs);
      reads.get(dataset.key)?.add(needed.key);
      await resolve(needed);
      if (failed.has(needed.key)) throw unresolved(needed.name);
    }
  }

  /** What the target has after changes is other than what the changes have. */
  async function merged(cdc: Cdc, into: string): Promise<void> {
    const all = await session.columns(`SELECT * FROM ${quoted(into)} LIMIT 0`);
    await session.sql(`CREATE OR REPLACE TEMPORARY VIEW ${quoted(into)} AS ${cdcQuery(cdc, quoted(into), all)}`);
  }

  /** Expectations and names for columns are part of what must fit. */
  async function named(dataset: Dataset, into: string): Promise<void> {
    if (dataset.columnNames !== undefined) {
      const names = dataset.columnNames.map(quoted).join(", ");
      await session.sql(
        `CREATE OR REPLACE TEMPORARY VIEW ${quoted(into)} AS SELECT * FROM ${quoted(into)} AS _q(${names})`,
      );
    }
    const conditions = dataset.expectations.map(({ condition }) => `(${condition})`);
    if (conditions.length === 0) return;
    const alias = quoted(dataset.name.split(".").at(-1) ?? "");
    await session.sql(`SELECT * FROM ${quoted(into)} AS ${alias} WHERE ${conditions.join(" AND ")} LIMIT 0`);
  }
}

function withoutFlow({ name }: Dataset): PipelineFault {
  return new PipelineFault(
    "com.databricks.pipelines.common.errors.DLTAnalysisException",
    `Streaming table '${name}' has no flow that fills it.`,
  );
}

function unresolved(name: string): PipelineFault {
  return new PipelineFault(
    "com.databricks.pipelines.UnresolvedDatasetException",
    `Failed to read dataset '${name}'. Dataset is defined in the pipeline but could not be resolved.`,
  );
}

function isFault(thrown: unknown): thrown is PipelineFault | SqlFault {
  return thrown instanceof Error && thrown.name !== "AbortError";
}
