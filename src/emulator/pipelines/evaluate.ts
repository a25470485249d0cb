// The query of a flow as a temporary view of the update's session: references resolved, streams cut to what is new.
import { Cursor } from "../sql/parse/cursor.ts";
import type { Checkpoint } from "./documents.ts";
import { definitionFault, findDataset, type Flow, type Graph, type Place } from "./graph.ts";
import type { PipelineSession } from "./kernel.ts";
import { withReferences, type Reference } from "./references.ts";

export interface EvaluateOptions {
  readonly graph: Graph;
  readonly place: Place;
  readonly session: PipelineSession;
  /** Types and names are looked at, no row is read. */
  readonly dry: boolean;
  /** What to read for a dataset; undefined where it is not there yet. */
  readonly relation: (key: string) => string | undefined;
  /** How far the flow has read its sources. */
  readonly seen: Readonly<Record<string, Checkpoint>>;
}

/** A stream that a flow reads, and how far it has come when the flow is done. */
export interface StreamRead {
  readonly source: string;
  readonly rows?: number;
  readonly files?: readonly string[];
}

/** `needs` is a dataset that has to be there first. */
export type Evaluated =
  | { readonly needs: string }
  | {
      readonly streams: readonly StreamRead[];
      /** Keys of the pipeline's own datasets that it reads. */
      readonly reads: readonly string[];
    };

/** Makes the temporary view `into` of what the flow gives. Throws PipelineFault, SqlFault, and an abort. */
export function evaluateFlow(flow: Flow, into: string, options: EvaluateOptions): Promise<Evaluated> {
  return "sql" in flow.query
    ? evaluateSql(flow.query.sql, into, options)
    : evaluatePython(flow.query.python, into, options);
}

async function evaluateSql(text: string, into: string, options: EvaluateOptions): Promise<Evaluated> {
  const { graph, place, session, relation } = options;
  const streams: StreamRead[] = [];
  const reads: string[] = [];
  const metadata = asksForMetadata(text);
  const replaced = new Map<number, string>();
  let position = 0;
  const references: Reference[] = [];
  withReferences(text, (reference) => void references.push(reference));
  for (const reference of references) {
    const dataset = reference.files === undefined ? findDataset(graph, reference.name, place) : undefined;
    const known = dataset === undefined ? undefined : relation(dataset.key);
    if (dataset !== undefined && known === undefined) return { needs: dataset.key };
    if (dataset !== undefined) reads.push(dataset.key);
    const words = await wordsFor(
      { ...reference, metadata },
      { name: `${into}_${position}`, known, isView: dataset?.kind === "view" },
      options,
    );
    if (words.sql !== undefined) replaced.set(reference.start, words.sql);
    if (words.stream !== undefined) streams.push(words.stream);
    position += 1;
  }
  const query = withReferences(text, (reference) => replaced.get(reference.start));
  await session.sql(`CREATE OR REPLACE TEMPORARY VIEW ${quoted(into)} AS ${query}`);
  if (metadata) await withoutMetadata(into, session);
  return { streams, reads };
}

interface Found {
  /** For a view of files that the reference may need. */
  readonly name: string;
  /** Of a dataset: what to read. */
  readonly known: string | undefined;
  readonly isView: boolean;
}

interface Words {
  readonly sql?: string;
  readonly stream?: StreamRead;
}

async function wordsFor(
  reference: Reference & { readonly metadata?: boolean },
  { name, known, isView }: Found,
  options: EvaluateOptions,
): Promise<Words> {
  if (reference.files !== undefined) return filesFor(reference, name, options);
  const isLive = reference.name[0]?.toUpperCase() === "LIVE" && reference.name.length > 1;
  const table = known ?? (isLive ? reference.name.slice(1) : reference.name).map(quoted).join(".");
  if (!reference.stream) return known === undefined && !isLive ? {} : { sql: table };
  const source = known === undefined ? sourceKey(reference.name, options) : keyOfDataset(reference, options);
  if (options.dry) return { sql: `(SELECT * FROM ${table} LIMIT 0)`, stream: { source } };
  if (isView) return { sql: table, stream: { source } };
  const [counted] = await options.session.sql(`SELECT count(*) AS n FROM ${table}`);
  const rows = Number(counted?.["n"] ?? 0);
  const from = options.seen[source]?.rows ?? 0;
  return { sql: `(SELECT * FROM ${table} LIMIT ${Math.max(0, rows - from)} OFFSET ${from})`, stream: { source, rows } };
}

function keyOfDataset(reference: Reference, { graph, place }: EvaluateOptions): string {
  return findDataset(graph, reference.name, place)?.key ?? "";
}

function sourceKey(name: readonly string[], { place }: EvaluateOptions): string {
  const [third = "", second = place.schema, first = place.catalog] = name.toReversed();
  return [first, second, third].join(".").toLowerCase();
}

export function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** `_metadata.file_path` and the like; the whole of it cannot be told from what `*` must not give. */
function asksForMetadata(text: string): boolean {
  const { tokens } = new Cursor(text);
  const places = tokens.flatMap((token, index) => (token.upper === "_METADATA" ? [index] : []));
  if (places.some((index) => tokens[index + 1]?.upper !== ".")) {
    throw definitionFault(
      "[UNSUPPORTED_FEATURE] The Mortar emulator does not support _metadata as a whole: name its fields.",
    );
  }
  return places.length > 0;
}

/** `*` does not give what is known of the files. */
async function withoutMetadata(view: string, session: PipelineSession): Promise<void> {
  const columns = await session.columns(`SELECT * FROM ${quoted(view)} LIMIT 0`);
  if (!columns.includes("_metadata")) return;
  const kept = columns.filter((name) => name !== "_metadata").map(quoted);
  await session.sql(
    `CREATE OR REPLACE TEMPORARY VIEW ${quoted(view)} AS SELECT ${kept.join(", ")} FROM ${quoted(view)}`,
  );
}

async function filesFor(
  reference: Reference & { readonly metadata?: boolean },
  name: string,
  options: EvaluateOptions,
): Promise<Words> {
  const given = { ...givenFor(name, options), views: [] };
  const asked = { stream: reference.stream, metadata: reference.metadata === true };
  const values = { arguments: { ...argumentsOf(reference.files ?? ""), ...asked }, given };
  const [said = {}] = await options.session.python(
    'pipelines.view_of_files(spark, _values["arguments"], _values["given"])',
    values,
  );
  const [stream] = (said["streams"] ?? []) as readonly StreamRead[];
  return { sql: quoted(name), ...(stream === undefined ? {} : { stream }) };
}

/** `'/Volumes/a', format => 'json'`: literals alone. */
function argumentsOf(text: string): { readonly path: string; readonly options: Readonly<Record<string, string>> } {
  const options: Record<string, string> = {};
  let path = "";
  const shape = /\s*(?:(\w+)\s*=>\s*)?(?:'((?:[^'\\]|\\.|'')*)'|"((?:[^"\\]|\\.|"")*)"|([\w.]+))\s*(?:,|$)/y;
  while (shape.lastIndex < text.length && text.slice(shape.lastIndex).trim() !== "") {
    const match = shape.exec(text);
    if (match === null) throw definitionFault("The Mortar emulator takes literals alone as arguments of read_files.");
    const [, name, single, double, bareWord] = match;
    const value = (single ?? double ?? bareWord ?? "").replaceAll("''", "'");
    if (name === undefined) path = value;
    else options[name] = value;
  }
  return { path, options };
}

function givenFor(into: string, { graph, place, relation, seen, dry }: EvaluateOptions) {
  const all = [...graph.datasets.values()];
  return {
    into,
    dry,
    catalog: place.catalog,
    schema: place.schema,
    tables: Object.fromEntries(all.map(({ key }) => [key, relation(key) ?? null])),
    views: all.filter(({ kind }) => kind === "view").map(({ key }) => key),
    seen,
  };
}

async function evaluatePython(id: string, into: string, options: EvaluateOptions): Promise<Evaluated> {
  const values = { id, given: givenFor(into, options) };
  const [said = {}] = await options.session.python(
    'pipelines.evaluate(spark, _values["id"], _values["given"])',
    values,
  );
  if (typeof said["needs"] === "string") return { needs: said["needs"] };
  return {
    streams: (said["streams"] ?? []) as readonly StreamRead[],
    reads: (said["reads"] ?? []) as readonly string[],
  };
}
