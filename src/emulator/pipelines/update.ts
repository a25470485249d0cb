// One update of a pipeline, from its sources to its tables.
import type { World } from "../world.ts";
import { SqlFault, type SqlEngine } from "../sql/engine.ts";
import { analyse, type Analysed, type FlowFault } from "./analysis.ts";
import { changesKey } from "./cdc.ts";
import type { Checkpoint, UpdateDocument, UpdateState } from "./documents.ts";
import { evaluateFlow, quoted, type StreamRead } from "./evaluate.ts";
import {
  definitionFault,
  findDataset,
  PipelineFault,
  type Dataset,
  type Flow,
  type Graph,
  type Place,
} from "./graph.ts";
import { openPipelineSession, type PipelineSession } from "./kernel.ts";
import type { PipelineRecords } from "./records.ts";
import { loadGraph, sourcesOf } from "./sources.ts";
import { placeOf, settingsOf } from "./spec.ts";
import { checkpointId, exists, measured, shaped, tableName, writeFlow, type Written } from "./write.ts";
import type { UpdateEvents } from "./events.ts";

export interface UpdateRun {
  readonly world: World;
  readonly records: PipelineRecords;
  readonly update: UpdateDocument;
  readonly events: UpdateEvents;
  readonly signal: AbortSignal;
  /** Changes the update's state, and says so in an event. */
  setState(state: UpdateState): void;
}

/** How long a continuous pipeline waits before it looks for new rows, and before it computes what is no stream anew. */
const continuousMs = 1_000;
const materializedMs = 60_000;

/** Runs the update to its end. Throws PipelineFault for what ends it as FAILED, and an abort. */
export async function runUpdate(run: UpdateRun): Promise<void> {
  const { world, update, signal } = run;
  await world.clock.sleep(world.switches.runStartMs, signal);
  run.setState("INITIALIZING");
  const sources = sourcesOf(world, update.spec);
  const settings = { ...settingsOf(update.spec), ...update.parameters };
  const session = await openPipelineSession(world, { signal, settings, path: sources[0]?.path });
  try {
    const place = placeOf(update.spec);
    await enter(place, session);
    const graph = await loadGraph(sources, { session, place, settings });
    const analysed = await analyse(graph, { session, place });
    if (analysed.faults.length > 0) throw analysisFault(run, analysed.faults);
    for (const flow of graph.flows) run.events.flow(flow.name, "QUEUED");
    if (update.validateOnly) return;
    await materialize(run, { graph, analysed, place, session, engine: await world.sql() });
  } finally {
    await session.close();
  }
}

/** The pipeline makes its schema where it is not there yet. */
async function enter({ catalog, schema }: Place, session: PipelineSession): Promise<void> {
  await session.sql(`USE CATALOG ${quoted(catalog)}`);
  await session.sql(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);
  await session.sql(`USE SCHEMA ${quoted(schema)}`);
}

function analysisFault({ events }: UpdateRun, faults: readonly FlowFault[]): PipelineFault {
  for (const { flow, fault } of faults) events.flowFailed(flow, `Failed to resolve flow: '${flow}'.`, fault);
  const [first] = faults;
  const others = faults.length === 1 ? "" : ` and ${faults.length - 1} other flow(s)`;
  return definitionFault(`Failed to analyze flow '${first?.flow ?? ""}'${others}.`);
}

interface Work {
  readonly graph: Graph;
  readonly analysed: Analysed;
  readonly place: Place;
  readonly session: PipelineSession;
  readonly engine: SqlEngine;
}

async function materialize(run: UpdateRun, work: Work): Promise<void> {
  const { graph, analysed } = work;
  const chosen = chosenDatasets(run.update, work);
  for (const key of chosen.refreshed) requireOwn(run, work, key);
  if (chosen.reset.size > 0) {
    run.setState("RESETTING");
    for (const key of chosen.reset) await reset(run, work, key);
  }
  run.setState("SETTING_UP_TABLES");
  for (const key of chosen.refreshed) {
    const dataset = graph.datasets.get(key);
    if (dataset !== undefined) run.events.dataset(dataset.name, kindOf(dataset, analysed));
  }
  run.setState("RUNNING");
  await pass(run, work, { refreshed: chosen.refreshed, isFirst: true });
  if (run.update.spec["continuous"] === true) await goOn(run, work, chosen.refreshed);
}

/** Until the update is stopped: streams often, the rest now and then. */
async function goOn(run: UpdateRun, work: Work, refreshed: ReadonlySet<string>): Promise<never> {
  const { clock } = run.world;
  const streams = new Set([...refreshed].filter((key) => work.analysed.streaming.has(key)));
  let computedAt = clock.now();
  for (;;) {
    await clock.sleep(continuousMs, run.signal);
    const isTime = clock.now() - computedAt >= materializedMs;
    if (isTime) computedAt = clock.now();
    await pass(run, work, { refreshed: isTime ? refreshed : streams, isFirst: false });
  }
}

function kindOf(dataset: Dataset, { streaming }: Analysed): "materialized" | "streaming" {
  return streaming.has(dataset.key) ? "streaming" : "materialized";
}

interface Chosen {
  readonly refreshed: ReadonlySet<string>;
  readonly reset: ReadonlySet<string>;
}

function chosenDatasets(update: UpdateDocument, { graph, analysed, place }: Work): Chosen {
  const published = analysed.order.filter((key) => graph.datasets.get(key)?.kind !== "view");
  const named = (names: readonly string[]): string[] =>
    names.map((name) => {
      const found = findDataset(graph, name.replaceAll("`", "").split("."), place);
      if (found !== undefined && found.kind !== "view") return found.key;
      throw definitionFault(`The refresh selection names '${name}', which is no table of this pipeline.`);
    });
  const full = named(update.fullRefreshSelection);
  const some = [...named(update.refreshSelection), ...full];
  if (some.length === 0) return { refreshed: new Set(published), reset: new Set(update.fullRefresh ? published : []) };
  return { refreshed: new Set(published.filter((key) => some.includes(key))), reset: new Set(full) };
}

/** A table that somebody else has made is not written over. */
function requireOwn({ records, update }: UpdateRun, { engine }: Work, key: string): void {
  if (!exists(engine, key) || records.tablesOf(update.pipelineId).get(key) !== undefined) return;
  const [catalog = "", schema = "", name = ""] = key.split(".");
  const owner = engine.catalogs().get(catalog)?.schemas.get(schema)?.tables.get(name)?.pipeline?.id;
  const whose = owner === undefined ? "is not managed by a pipeline" : `is already managed by pipeline ${owner}`;
  throw new PipelineFault(
    "com.databricks.pipelines.common.errors.TableOwnershipException",
    `[TABLE_ALREADY_EXISTS] Table '${key}' ${whose}. Drop it, or give the pipeline's table another name.`,
  );
}

async function reset({ records, update }: UpdateRun, { graph, session }: Work, key: string): Promise<void> {
  const dataset = graph.datasets.get(key);
  if (dataset === undefined) return;
  await session.sql(`DROP TABLE IF EXISTS ${tableName(dataset)}`);
  await session.sql(`DROP TABLE IF EXISTS ${tableName({ key: changesKey(key) })}`);
  forgetFlows(
    records,
    update.pipelineId,
    graph.flows.filter(({ target }) => target === key),
  );
}

function forgetFlows(records: PipelineRecords, pipelineId: string, flows: readonly Flow[]): void {
  const checkpoints = records.checkpointsOf(pipelineId);
  const sources = records.streamsOf(pipelineId);
  for (const flow of flows) {
    for (const source of [...(sources.get(flow.name) ?? []), "once"]) checkpoints.delete(checkpointId(flow, source));
    sources.delete(flow.name);
  }
}

interface Pass {
  readonly refreshed: ReadonlySet<string>;
  /** Later ones of a continuous pipeline tell only of rows. */
  readonly isFirst: boolean;
}

/** Brings every dataset up to date once, each after those that it reads. */
async function pass(run: UpdateRun, work: Work, { refreshed, isFirst }: Pass): Promise<void> {
  const { graph, analysed } = work;
  const failed = new Map<string, string>();
  for (const key of analysed.order) {
    const dataset = graph.datasets.get(key);
    if (dataset === undefined) continue;
    const above = [...(analysed.reads.get(key) ?? [])].find((one) => failed.has(one));
    const flows = graph.flows.filter(({ target }) => target === key);
    if (above !== undefined) {
      failed.set(key, dataset.name);
      if (refreshed.has(key)) for (const { name } of flows) run.events.flowSkipped(name, failed.get(above) ?? above);
      continue;
    }
    if (!refreshed.has(key)) continue;
    for (const flow of flows) {
      if (!(await runFlow(run, work, { dataset, flow, isFirst }))) failed.set(key, dataset.name);
    }
  }
  if (failed.size > 0) throw updateFault([...failed.values()]);
}

function updateFault(names: readonly string[]): PipelineFault {
  const listed = names.map((name) => `'${name}'`).join(", ");
  return definitionFault(`Flow(s) for ${listed} have failed or were skipped.`);
}

async function runFlow(
  run: UpdateRun,
  work: Work,
  { dataset, flow, isFirst }: { readonly dataset: Dataset; readonly flow: Flow; readonly isFirst: boolean },
): Promise<boolean> {
  const { records, update, events } = run;
  const { pipelineId } = update;
  const checkpoints = records.checkpointsOf(pipelineId);
  if (flow.once && checkpoints.get(checkpointId(flow, "once")) !== undefined) return true;
  if (isFirst) events.flow(flow.name, "STARTING");
  if (isFirst) events.flow(flow.name, "RUNNING");
  try {
    const { view, streams, quality } = await prepared(run, work, flow);
    records.streamsOf(pipelineId).put(flow.name, [...new Set(streams.map(({ source }) => source))]);
    const isStreaming = work.analysed.streaming.has(dataset.key);
    records.tablesOf(pipelineId).put(dataset.key, { fullName: dataset.key, kind: kindOf(dataset, work.analysed) });
    const changes = changesKey(dataset.key);
    if (flow.cdc !== undefined) records.tablesOf(pipelineId).put(changes, { fullName: changes, kind: "streaming" });
    const written = await writeFlow(
      { dataset, flow, view, streams, isStreaming },
      { session: work.session, engine: work.engine, pipelineId, checkpoints },
    );
    if (!isFirst && written.rows === 0) return true;
    events.flowDone(flow.name, {
      rows: written.rows,
      dropped: quality.reduce((sum, { dropped }) => sum + dropped, written.dropped),
      expectations: [...quality.flatMap(({ expectations }) => expectations), ...written.expectations],
    });
    return true;
  } catch (thrown) {
    if (run.signal.aborted) {
      events.flow(flow.name, "STOPPED");
      throw thrown;
    }
    const fault = faultOf(thrown);
    events.flowFailed(
      flow.name,
      `Flow '${flow.name}' has FAILED fatally: ${fault.message.split("\n")[0] ?? ""}`,
      fault,
    );
    return false;
  }
}

function faultOf(thrown: unknown): Error {
  if (thrown instanceof PipelineFault || thrown instanceof SqlFault) return thrown;
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The flow's rows as a temporary view. The views that it reads are made for it: what is new in a stream differs from flow to flow. */
async function prepared(run: UpdateRun, work: Work, flow: Flow) {
  const { records, update } = run;
  const { graph, place, session } = work;
  const made = new Map<string, string>();
  const streams: StreamRead[] = [];
  const seen = seenBy(flow, records, update.pipelineId);
  const relation = (key: string): string | undefined => {
    const dataset = graph.datasets.get(key);
    if (dataset === undefined) return undefined;
    return dataset.kind === "view" ? made.get(key) : tableName(dataset);
  };
  const quality: Omit<Written, "rows">[] = [];
  const view = await fill(flow, "mortar flow");
  return { view, streams, quality };

  async function fill(one: Flow, into: string): Promise<string> {
    for (;;) {
      const result = await evaluateFlow(one, into, { graph, place, session, dry: false, relation, seen });
      if (!("needs" in result)) {
        streams.push(...result.streams.filter(({ rows, files }) => rows !== undefined || files !== undefined));
        return into;
      }
      const needed = graph.flows.find(({ target }) => target === result.needs);
      if (needed === undefined) throw definitionFault(`View '${result.needs}' is defined nowhere.`);
      const name = `mortar view ${made.size}`;
      await fill(needed, name);
      quality.push(await checkedView(work, needed, name));
      made.set(result.needs, quoted(name));
    }
  }
}

/** Expectations of a view, and its names for columns, hold for whoever reads it. Throws where one says that the update is to fail. */
async function checkedView({ graph, session }: Work, flow: Flow, view: string): Promise<Omit<Written, "rows">> {
  const dataset = graph.datasets.get(flow.target);
  if (dataset === undefined) return { dropped: 0, expectations: [] };
  const quality = await measured({ dataset, flow, view }, session);
  if (dataset.expectations.length > 0 || dataset.columnNames !== undefined) {
    await session.sql(`CREATE OR REPLACE TEMPORARY VIEW ${quoted(view)} AS ${shaped({ dataset, view })}`);
  }
  return quality;
}

function seenBy(flow: Flow, records: PipelineRecords, pipelineId: string): Readonly<Record<string, Checkpoint>> {
  const checkpoints = records.checkpointsOf(pipelineId);
  const sources = records.streamsOf(pipelineId).get(flow.name) ?? [];
  return Object.fromEntries(
    sources.flatMap((source) => {
      const found = checkpoints.get(checkpointId(flow, source));
      return found === undefined ? [] : [[source, found]];
    }),
  );
}
