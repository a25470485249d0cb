// Statements on their way: submitted, waiting for the warehouse, running, and what is kept of them afterwards.
import { isAbort } from "../../../platform/errors.ts";
import { ApiFault } from "../../http/route.ts";
import type { Store } from "../../state/store.ts";
import type { World } from "../../world.ts";
import { SqlFault, type SqlTable } from "../engine.ts";
import { readStatementRequest, type StatementRequest } from "./request.ts";
import { cutResult, mostInlineBytes, type ResultDocument, type Row } from "./result.ts";
import { ensureStarted, touchWarehouse, warehousesOf } from "./warehouse.ts";
import type { JsonObject } from "../../../platform/json.ts";

export type StatementState = "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELED" | "CLOSED";

export interface StatementDocument {
  readonly id: string;
  readonly request: StatementRequest;
  readonly user: string;
  readonly state: StatementState;
  readonly error?:
    { readonly code: string; readonly message: string; readonly sqlState?: string | undefined } | undefined;
  readonly result?: ResultDocument | undefined;
  readonly createdAt: number;
  readonly finishedAt?: number | undefined;
}

interface Live {
  readonly warehouseId: string;
  readonly cancel: AbortController;
  readonly done: Promise<void>;
}

const resultLifeMs = 60 * 60_000;
const statusLifeMs = 12 * 60 * 60_000;
const liveByStore = new WeakMap<Store, Map<string, Live>>();

function liveOf(world: World): Map<string, Live> {
  const known = liveByStore.get(world.store);
  if (known !== undefined) return known;
  const made = new Map<string, Live>();
  liveByStore.set(world.store, made);
  return made;
}

const documents = (world: World) => world.store.collection<StatementDocument>("sql_statements");
const chunks = (world: World) => world.store.collection<readonly Row[]>("sql_result_chunks");

/** Statements that wait or run on a warehouse. */
export function busyOn(world: World, warehouseId: string): number {
  return [...liveOf(world).values()].filter((live) => live.warehouseId === warehouseId).length;
}

/** Takes a submission and waits for it as long as it says. Throws ApiFault. */
export async function submit(
  world: World,
  body: JsonObject,
  caller: { readonly userName: string; readonly signal: AbortSignal },
): Promise<StatementDocument> {
  const request = readStatementRequest(body);
  requireKnownWarehouse(world, request.warehouseId);
  forgetOld(world);
  const id = crypto.randomUUID();
  documents(world).put(id, { id, request, user: caller.userName, state: "PENDING", createdAt: world.clock.now() });
  const cancel = new AbortController();
  const signal = AbortSignal.any([cancel.signal, world.signal]);
  const done = run(world, id, signal).finally(() => liveOf(world).delete(id));
  liveOf(world).set(id, { warehouseId: request.warehouseId, cancel, done });
  const finished =
    request.waitMs === 0 ? false : await waitFor(world, done, { ms: request.waitMs, signal: caller.signal });
  if (!finished && request.cancelOnTimeout) {
    cancel.abort();
    await done;
  }
  return requireStatement(world, id);
}

function requireKnownWarehouse(world: World, id: string): void {
  if (!/^[0-9a-f]{16}$/.test(id))
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `${id} is not a valid endpoint id.`);
  if (warehousesOf(world).get(id) === undefined)
    throw new ApiFault(404, "NOT_FOUND", `SQL warehouse ${id} was not found.`);
}

async function waitFor(
  world: World,
  done: Promise<void>,
  limit: { readonly ms: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const timer = new AbortController();
  const signal = AbortSignal.any([timer.signal, limit.signal]);
  const timeout = world.clock.sleep(limit.ms, signal).then(
    () => false,
    () => false,
  );
  const finished = await Promise.race([done.then(() => true), timeout]);
  timer.abort();
  return finished;
}

/** Never throws: whatever happens is the statement's state. */
async function run(world: World, id: string, signal: AbortSignal): Promise<void> {
  try {
    const { request } = requireStatement(world, id);
    const startMs = ensureStarted(world, request.warehouseId, busyOn(world, request.warehouseId));
    if (startMs > 0) await world.clock.sleep(startMs, signal);
    update(world, id, { state: "RUNNING" });
    finish(world, id, await query(world, request, signal));
  } catch (thrown) {
    if (world.signal.aborted) return;
    update(world, id, { ...outcomeOf(thrown, signal), finishedAt: world.clock.now() });
  }
}

async function query(world: World, request: StatementRequest, signal: AbortSignal): Promise<SqlTable> {
  const engine = await world.sql();
  signal.throwIfAborted();
  const { catalog, schema, parameters, rowLimit } = request;
  const session = await engine.session({
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
  });
  try {
    return await session.query(request.statement, {
      parameters,
      signal,
      ...(rowLimit === undefined ? {} : { rowLimit }),
    });
  } finally {
    await session.close();
  }
}

function finish(world: World, id: string, table: SqlTable): void {
  const { request } = requireStatement(world, id);
  touchWarehouse(world, request.warehouseId);
  const cut = cutResult(table, request);
  const finishedAt = world.clock.now();
  if (cut === undefined) {
    const message = `Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of at most ${mostInlineBytes} bytes. Please execute the statement with disposition=EXTERNAL_LINKS if you want to download the full result.`;
    return update(world, id, { state: "FAILED", finishedAt, error: { code: "BAD_REQUEST", message } });
  }
  for (const [index, rows] of cut.rows.entries()) chunks(world).put(chunkKey(id, index), rows);
  update(world, id, { state: "SUCCEEDED", finishedAt, result: cut.document });
}

function outcomeOf(thrown: unknown, signal: AbortSignal): Pick<StatementDocument, "state" | "error"> {
  if (signal.aborted || isAbort(thrown)) return { state: "CANCELED" };
  if (thrown instanceof SqlFault)
    return { state: "FAILED", error: { code: "BAD_REQUEST", message: thrown.message, sqlState: thrown.sqlState } };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { state: "FAILED", error: { code: "INTERNAL_ERROR", message } };
}

function update(world: World, id: string, change: Partial<StatementDocument>): void {
  const document = documents(world).get(id);
  if (document !== undefined) documents(world).put(id, { ...document, ...change });
}

/** The statement as it stands, or ApiFault 404. Its result is gone an hour after it succeeded, its status after twelve. */
export function requireStatement(world: World, id: string): StatementDocument {
  const document = documents(world).get(id);
  const age = world.clock.now() - (document?.finishedAt ?? world.clock.now());
  if (document === undefined || age > statusLifeMs)
    throw new ApiFault(404, "NOT_FOUND", `The statement ${id} was not found.`);
  const open = document.state === "PENDING" || document.state === "RUNNING";
  if (open && !liveOf(world).has(id) && age === 0 && document.createdAt < startOf(world)) {
    return {
      ...document,
      state: "FAILED",
      error: { code: "ABORTED", message: "The emulator was stopped while the statement ran." },
    };
  }
  if (document.state === "SUCCEEDED" && age > resultLifeMs) return { ...document, state: "CLOSED", result: undefined };
  return document;
}

const startByStore = new WeakMap<Store, number>();

/** When this process first looked at the store: what was open before belongs to one that ended. */
function startOf(world: World): number {
  const known = startByStore.get(world.store) ?? world.clock.now();
  startByStore.set(world.store, known);
  return known;
}

/** The rows of a chunk, or ApiFault. */
export function requireChunk(
  world: World,
  id: string,
  index: number,
): { readonly statement: StatementDocument; readonly result: ResultDocument; readonly rows: readonly Row[] } {
  const statement = requireStatement(world, id);
  const { result } = statement;
  if (statement.state === "CLOSED")
    throw new ApiFault(404, "NOT_FOUND", `The result of the statement ${id} is no longer available.`);
  if (statement.state !== "SUCCEEDED" || result === undefined) {
    throw new ApiFault(
      400,
      "INVALID_PARAMETER_VALUE",
      `The statement ${id} has no result: its state is ${statement.state}.`,
    );
  }
  const rows = chunks(world).get(chunkKey(id, index));
  if (rows === undefined)
    throw new ApiFault(
      400,
      "INVALID_PARAMETER_VALUE",
      `The chunk index ${index} is out of range: the result has ${result.chunks.length} chunks.`,
    );
  return { statement, result, rows };
}

/** Asks a statement to end; it does so a moment later. Throws ApiFault 404. */
export function cancelStatement(world: World, id: string): void {
  requireStatement(world, id);
  liveOf(world).get(id)?.cancel.abort(new DOMException("The statement was canceled", "AbortError"));
}

function forgetOld(world: World): void {
  const now = world.clock.now();
  for (const { id, finishedAt, result } of documents(world).all()) {
    if (finishedAt === undefined || now - finishedAt < resultLifeMs) continue;
    for (const chunk of result?.chunks ?? []) chunks(world).delete(chunkKey(id, chunk.chunk_index));
    if (now - finishedAt > statusLifeMs) documents(world).delete(id);
  }
}

function chunkKey(id: string, index: number): string {
  return `${id}/${index}`;
}
