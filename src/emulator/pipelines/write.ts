// Fills one dataset: a materialized view whole, a streaming table with what its streams have that is new.
import type { Collection } from "../state/store.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { cdcQuery, changesKey, type Cdc } from "./cdc.ts";
import type { Checkpoint } from "./documents.ts";
import { quoted, type StreamRead } from "./evaluate.ts";
import { PipelineFault, type Dataset, type Expectation, type Flow } from "./graph.ts";
import type { PipelineSession } from "./kernel.ts";

export interface ExpectationCount {
  readonly name: string;
  readonly dataset: string;
  readonly passed_records: number;
  readonly failed_records: number;
}

export interface Written {
  readonly rows: number;
  readonly dropped: number;
  readonly expectations: readonly ExpectationCount[];
}

export interface WriteOptions {
  readonly session: PipelineSession;
  readonly engine: SqlEngine;
  readonly pipelineId: string;
  readonly checkpoints: Collection<Checkpoint>;
}

export interface WriteRequest {
  readonly dataset: Dataset;
  readonly flow: Flow;
  /** The temporary view of what the flow gives. */
  readonly view: string;
  readonly streams: readonly StreamRead[];
  readonly isStreaming: boolean;
}

/** Writes what a flow gives into its dataset. Throws PipelineFault; nothing of the flow is written then. */
export async function writeFlow(request: WriteRequest, options: WriteOptions): Promise<Written> {
  const { dataset, flow, isStreaming } = request;
  const { session } = options;
  await checkSources(request, options);
  if (exists(options.engine, dataset.key) && isUpToDate(request, options))
    return { rows: 0, dropped: 0, expectations: [] };
  const quality = await measured(request, session);
  const query = shaped(request);
  const target = tableName(dataset);
  if (flow.cdc !== undefined) return { ...quality, rows: await merged(flow.cdc, request, options) };
  if (!isStreaming) {
    const rows = await replaced({ dataset, target, query }, options);
    await marked(dataset.key, "MATERIALIZED_VIEW", options);
    return { ...quality, rows };
  }
  if (!exists(options.engine, dataset.key)) {
    await created({ dataset, target, query }, options);
    await marked(dataset.key, "STREAMING_TABLE", options);
  }
  const reached = await reachedBy(request, options);
  const [done] = await session.sql(`INSERT INTO ${target} BY NAME ${query}`);
  for (const [source, checkpoint] of reached) options.checkpoints.put(checkpointId(flow, source), checkpoint);
  if (flow.once) options.checkpoints.put(checkpointId(flow, "once"), { rows: 1 });
  return { ...quality, rows: Number(done?.["num_inserted_rows"] ?? done?.["num_affected_rows"] ?? 0) };
}

/** Whether each stream has come as far already as its source goes: then nothing is written. */
function isUpToDate({ flow, streams, isStreaming }: WriteRequest, { checkpoints }: WriteOptions): boolean {
  if (!isStreaming || streams.length === 0) return false;
  return streams.every(({ source, rows, files }) => {
    const before = checkpoints.get(checkpointId(flow, source));
    if (before === undefined) return false;
    return files === undefined ? rows === before.rows : files.length === before.files?.length;
  });
}

async function reachedBy({ streams }: WriteRequest, options: WriteOptions) {
  const reached: (readonly [string, Checkpoint])[] = [];
  for (const stream of streams) reached.push([stream.source, await checkpointOf(stream, options)]);
  return reached;
}

/** Keeps the new changes beside the target, and makes the target anew of all of them: late changes find their place. */
async function merged(cdc: Cdc, request: WriteRequest, options: WriteOptions): Promise<number> {
  const { dataset, flow } = request;
  const { session, engine, pipelineId } = options;
  const key = changesKey(dataset.key);
  const kept = tableName({ key });
  const query = shaped(request);
  if (!exists(engine, key)) {
    await session.sql(
      `CREATE TABLE ${kept} TBLPROPERTIES ('pipelines.pipelineId' = ${text(pipelineId)}) AS SELECT * FROM (${query}) AS _shape LIMIT 0`,
    );
  }
  const reached = await reachedBy(request, options);
  const [done] = await session.sql(`INSERT INTO ${kept} BY NAME ${query}`);
  for (const [source, checkpoint] of reached) options.checkpoints.put(checkpointId(flow, source), checkpoint);
  const all = await session.columns(`SELECT * FROM ${kept} LIMIT 0`);
  await replaced({ dataset, target: tableName(dataset), query: cdcQuery(cdc, kept, all) }, options);
  await marked(dataset.key, "STREAMING_TABLE", options);
  return Number(done?.["num_inserted_rows"] ?? done?.["num_affected_rows"] ?? 0);
}

export function checkpointId(flow: Flow, source: string): string {
  return `${flow.name}\n${source}`;
}

export function tableName({ key }: Pick<Dataset, "key">): string {
  return key.split(".").map(quoted).join(".");
}

/** The flow's rows as they are to be written. */
export function shaped({ dataset, view }: Pick<WriteRequest, "dataset" | "view">): string {
  const drops = dataset.expectations.filter(({ action }) => action === "drop").map(({ condition }) => `(${condition})`);
  const names = dataset.columnNames === undefined ? "" : `(${dataset.columnNames.map(quoted).join(", ")})`;
  return `SELECT * FROM ${quoted(view)} AS _flow${names}${drops.length === 0 ? "" : ` WHERE ${drops.join(" AND ")}`}`;
}

interface Target {
  readonly dataset: Dataset;
  readonly target: string;
  readonly query: string;
}

async function replaced({ dataset, target, query }: Target, { session, pipelineId }: WriteOptions): Promise<number> {
  if (dataset.columns === undefined) {
    const [done] = await session.sql(`CREATE OR REPLACE TABLE ${target} ${clauses(dataset, pipelineId)} AS ${query}`);
    return Number(done?.["num_inserted_rows"] ?? 0);
  }
  await session.sql(`CREATE OR REPLACE TABLE ${target} (${dataset.columns}) ${clauses(dataset, pipelineId)}`);
  const [done] = await session.sql(`INSERT INTO ${target} BY NAME ${query}`);
  return Number(done?.["num_inserted_rows"] ?? done?.["num_affected_rows"] ?? 0);
}

async function created({ dataset, target, query }: Target, { session, pipelineId }: WriteOptions): Promise<void> {
  const columns = dataset.columns === undefined ? "" : `(${dataset.columns}) `;
  const source = dataset.columns === undefined ? ` AS SELECT * FROM (${query}) AS _shape LIMIT 0` : "";
  await session.sql(`CREATE TABLE ${target} ${columns}${clauses(dataset, pipelineId)}${source}`);
}

/** The catalog tells what kind of table it is, and whose. */
async function marked(
  key: string,
  type: "MATERIALIZED_VIEW" | "STREAMING_TABLE",
  { engine, pipelineId }: WriteOptions,
): Promise<void> {
  const [catalog = "", schema = "", name = ""] = key.split(".");
  const known = documentOf(engine, key);
  if (known === undefined) return;
  const document = { ...known, pipeline: { id: pipelineId, type } };
  await engine.change({ catalog, sql: [], put: [{ key: { kind: "table", schema, name }, document }] });
}

function clauses(dataset: Dataset, pipelineId: string): string {
  const properties = { ...dataset.properties, "pipelines.pipelineId": pipelineId };
  const listed = Object.entries(properties).map(([name, value]) => `${text(name)} = ${text(value)}`);
  const comment = dataset.comment === undefined ? "" : `COMMENT ${text(dataset.comment)} `;
  return `${dataset.layout ?? ""} ${comment}TBLPROPERTIES (${listed.join(", ")})`.trim();
}

function text(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
}

/** How many rows meet each expectation. Throws where one says that the update is to fail. */
export async function measured(
  { dataset, flow, view }: Pick<WriteRequest, "dataset" | "flow" | "view">,
  session: PipelineSession,
): Promise<Omit<Written, "rows">> {
  const { expectations } = dataset;
  if (expectations.length === 0) return { dropped: 0, expectations: [] };
  const fails = expectations.map(
    ({ condition }, index) => `count_if(NOT coalesce((${condition}), false)) AS f${index}`,
  );
  const drops = expectations
    .filter(({ action }) => action === "drop")
    .map(({ condition }) => `coalesce((${condition}), false)`);
  const dropped = drops.length === 0 ? "0" : `count_if(NOT (${drops.join(" AND ")}))`;
  const names = dataset.columnNames === undefined ? "" : `(${dataset.columnNames.map(quoted).join(", ")})`;
  const [counts = {}] = await session.sql(
    `SELECT count(*) AS n, ${dropped} AS dropped, ${fails.join(", ")} FROM ${quoted(view)} AS _flow${names}`,
  );
  const failed = expectations.map((_one, index) => Number(counts[`f${index}`] ?? 0));
  const broken = expectations.filter(({ action }, index) => action === "fail" && (failed[index] ?? 0) > 0);
  if (broken.length > 0) throw violation(flow, broken);
  const total = Number(counts["n"] ?? 0);
  return {
    dropped: Number(counts["dropped"] ?? 0),
    expectations: expectations.map(({ name }, index) => ({
      name,
      dataset: dataset.name,
      passed_records: total - (failed[index] ?? 0),
      failed_records: failed[index] ?? 0,
    })),
  };
}

function violation(flow: Flow, broken: readonly Expectation[]): PipelineFault {
  const names = broken.map(({ name }) => name).join(", ");
  return new PipelineFault(
    "com.databricks.pipelines.common.errors.ExpectationViolationException",
    `[EXPECTATION_VIOLATION] Flow '${flow.name}' failed to meet the expectation. Violated expectations: '${names}'.`,
  );
}

export function exists(engine: SqlEngine, key: string): boolean {
  return documentOf(engine, key) !== undefined;
}

function documentOf(engine: SqlEngine, key: string) {
  const [catalog = "", schema = "", name = ""] = key.split(".");
  return engine.catalogs().get(catalog)?.schemas.get(schema)?.tables.get(name);
}

interface Version {
  readonly version: number;
  readonly operation: string;
  readonly parameters: string;
}

async function historyOf(source: string, session: PipelineSession): Promise<readonly Version[]> {
  const rows = await session.sql(`DESCRIBE HISTORY ${source.split(".").map(quoted).join(".")}`);
  return rows.map((row) => ({
    version: Number(row["version"]),
    operation: String(row["operation"]),
    parameters: JSON.stringify(row["operationParameters"] ?? {}),
  }));
}

async function checkpointOf(stream: StreamRead, { session, engine }: WriteOptions): Promise<Checkpoint> {
  if (stream.files !== undefined) return { files: stream.files };
  const id = documentOf(engine, stream.source)?.id;
  const versions = await historyOf(stream.source, session);
  const rows = stream.rows === undefined ? {} : { rows: stream.rows };
  return {
    ...rows,
    ...(id === undefined ? {} : { sourceId: id }),
    version: Math.max(-1, ...versions.map(({ version }) => version)),
  };
}

/** Operations that leave the rows that were there as they are. */
const harmless =
  /^(?:ADD COLUMNS|SET TBLPROPERTIES|UNSET TBLPROPERTIES|ADD CONSTRAINT|CLUSTER BY|OPTIMIZE|VACUUM.*|CREATE TABLE.*)$/;

/** A stream reads what is appended. Rows that were changed since cannot be told from new ones, so that is refused, as Delta does. */
async function checkSources({ flow, streams }: WriteRequest, options: WriteOptions): Promise<void> {
  for (const { source, files } of streams) {
    const before = options.checkpoints.get(checkpointId(flow, source));
    if (files !== undefined || before === undefined || documentOf(options.engine, source) === undefined) continue;
    if (before.sourceId !== documentOf(options.engine, source)?.id)
      throw sourceChanged(flow, source, "its table was dropped and made anew");
    const later = (await historyOf(source, options.session)).filter(({ version }) => version > (before.version ?? -1));
    const changed = later.find(({ operation, parameters }) => {
      if (operation === "WRITE") return !/Append/i.test(parameters);
      return !harmless.test(operation);
    });
    if (changed !== undefined) throw sourceChanged(flow, source, `${changed.operation} at version ${changed.version}`);
  }
}

function sourceChanged(flow: Flow, source: string, how: string): PipelineFault {
  return new PipelineFault(
    "com.databricks.sql.transaction.tahoe.DeltaUnsupportedOperationException",
    `[DELTA_SOURCE_TABLE_IGNORE_CHANGES] Detected a data update (${how}) in the source table ${source} of flow '${flow.name}'. This is currently not supported in a stream. Refresh the table in full to process the source from its beginning.`,
  );
}
