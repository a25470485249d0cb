// Endpoints and indexes of vector search as the emulator keeps them, with their rows and vectors.
import { isObject } from "../../platform/json.ts";
import { ApiFault } from "../http/route.ts";
import { SqlFault, type SqlColumn } from "../sql/engine.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import { embed, embeddingDimension } from "./embedding.ts";

export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly type: "STANDARD" | "STORAGE_OPTIMIZED";
  readonly creator: string;
  readonly createdAt: number;
  readonly readyAt: number;
}

/** What is searched by: a text that is embedded here, or vectors that the caller made. */
export interface Embedding {
  readonly kind: "text" | "vector";
  readonly column: string;
  readonly model?: string | undefined;
  readonly dimension: number;
}

export interface Index {
  readonly name: string;
  readonly endpoint: string;
  readonly primaryKey: string;
  readonly type: "DELTA_SYNC" | "DIRECT_ACCESS";
  readonly embedding: Embedding;
  readonly sourceTable?: string | undefined;
  readonly pipelineType?: string | undefined;
  readonly pipelineId?: string | undefined;
  readonly columnsToSync?: readonly string[] | undefined;
  /** Column and type, of a direct access index. */
  readonly schema?: Readonly<Record<string, string>> | undefined;
  readonly columns: readonly string[];
  readonly creator: string;
  readonly readyAt: number;
}

export interface VectorRow {
  readonly key: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly vector: readonly number[];
}

export const endpointsOf = (world: World): Collection<Endpoint> => world.store.collection<Endpoint>("vector-endpoints");
export const indexesOf = (world: World): Collection<Index> => world.store.collection<Index>("vector-indexes");
export const rowsOf = (world: World, index: string): Collection<VectorRow> =>
  world.store.collection<VectorRow>(`vector-rows ${index}`);

export function requireEndpoint(world: World, name: string): Endpoint {
  const found = endpointsOf(world).get(name);
  if (found !== undefined) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Vector search endpoint ${name} not found.`);
}

export function requireIndex(world: World, name: string): Index {
  const found = indexesOf(world).get(name);
  if (found !== undefined) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Vector search index ${name} not found.`);
}

/** An index that can be asked. Throws ApiFault 400 while it is being made. */
export function readyIndex(world: World, name: string): Index {
  const index = requireIndex(world, name);
  if (isReady(world, index)) return index;
  throw new ApiFault(400, "BAD_REQUEST", `Vector index ${name} is not ready.`);
}

export function isReady(world: World, { endpoint, readyAt }: Index): boolean {
  const now = world.clock.now();
  return now >= readyAt && now >= (endpointsOf(world).get(endpoint)?.readyAt ?? 0);
}

/** Brings a Delta Sync index up to its table. Throws ApiFault for a table that cannot be read. */
export async function syncRows(world: World, index: Index): Promise<readonly string[]> {
  const { columns, rows } = await readTable(world, index.sourceTable ?? "");
  const names = columns.map(({ name }) => name);
  const needed = [index.primaryKey, index.embedding.column];
  const missing = [...needed, ...(index.columnsToSync ?? [])].find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new ApiFault(
      400,
      "INVALID_PARAMETER_VALUE",
      `Column ${missing} does not exist in the source table ${index.sourceTable}.`,
    );
  }
  const synced = index.columnsToSync;
  const kept = synced === undefined ? names : names.filter((name) => needed.includes(name) || synced.includes(name));
  const target = rowsOf(world, index.name);
  target.clear();
  for (const row of rows) {
    const values = Object.fromEntries(columns.map((column, at) => [column.name, typed(column, row[at] ?? null)]));
    const made = rowFrom(index, Object.fromEntries(kept.map((name) => [name, values[name]])));
    // A row without its key or text is left out, as the pipeline does.
    if (made !== undefined) target.put(made.key, made);
  }
  return kept;
}

async function readTable(world: World, table: string) {
  const engine = await world.sql();
  const session = await engine.session();
  try {
    const quoted = table
      .split(".")
      .map((part) => `\`${part.replaceAll("`", "``")}\``)
      .join(".");
    return await session.query(`SELECT * FROM ${quoted}`, { signal: world.signal });
  } catch (thrown) {
    if (!(thrown instanceof SqlFault)) throw thrown;
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `The source table ${table} cannot be read: ${thrown.message}`);
  } finally {
    await session.close();
  }
}

function typed({ typeName }: SqlColumn, text: string | null): unknown {
  if (text === null) return null;
  if (["BYTE", "SHORT", "INT", "LONG", "FLOAT", "DOUBLE"].includes(typeName)) {
    const number = Number(text);
    return Number.isSafeInteger(number) || typeName === "FLOAT" || typeName === "DOUBLE" ? number : text;
  }
  if (typeName === "BOOLEAN") return text === "true";
  return typeName === "ARRAY" ? (JSON.parse(text) as unknown) : text;
}

/** The row with its vector, or undefined for one that does not fit the index. */
export function rowFrom(
  { primaryKey, embedding }: Index,
  values: Readonly<Record<string, unknown>>,
): VectorRow | undefined {
  const key = values[primaryKey];
  const isKey = (typeof key === "string" && key !== "") || typeof key === "number";
  const vector = vectorOf(embedding, values[embedding.column]);
  return isKey && vector !== undefined ? { key: String(key), values, vector } : undefined;
}

function vectorOf({ kind, dimension }: Embedding, value: unknown): readonly number[] | undefined {
  if (kind === "text") return typeof value === "string" ? embed(value) : undefined;
  if (!Array.isArray(value) || value.length !== dimension) return undefined;
  const numbers = value.map(Number);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Reads the spec of either kind. Throws ApiFault 400 for the plain strings that the API does not take. */
export function readEmbedding(spec: Readonly<Record<string, unknown>>): Embedding {
  const source = firstOf(spec, "embedding_source_columns");
  const vector = firstOf(spec, "embedding_vector_columns");
  if ((source === undefined) === (vector === undefined)) {
    throw wrong("Exactly one of embedding_source_columns and embedding_vector_columns must be specified.");
  }
  const column = (source ?? vector)?.["name"];
  if (typeof column !== "string" || column === "") throw wrong("The embedding column needs a name.");
  if (source !== undefined) {
    const model = source["embedding_model_endpoint_name"];
    if (typeof model !== "string") throw wrong("embedding_model_endpoint_name must be specified.");
    return { kind: "text", column, model, dimension: embeddingDimension };
  }
  const dimension = vector?.["embedding_dimension"];
  if (typeof dimension !== "number" || !Number.isInteger(dimension) || dimension < 1) {
    throw wrong("embedding_dimension must be a positive integer.");
  }
  return { kind: "vector", column, dimension };
}

function firstOf(
  spec: Readonly<Record<string, unknown>>,
  field: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = spec[field];
  if (value === undefined) return undefined;
  const [first, second] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (!isObject(first) || second !== undefined) throw wrong(`${field} must be a list of one object.`);
  return first;
}

const wrong = (message: string): ApiFault => new ApiFault(400, "INVALID_PARAMETER_VALUE", message);
