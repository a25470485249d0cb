// Pipelines (API 2.0): what they are, their updates and events. https://docs.databricks.com/api/workspace/pipelines
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { flag, object, objects, requiredId, text, texts, timeMs } from "./fields.ts";
import { collect, pageSize, pagesOf, type ListOptions, type Listing } from "./pages.ts";
import { segment } from "./query.ts";

/** IDLE, STARTING, RUNNING, STOPPING, DEPLOYING, RECOVERING, RESETTING, FAILED, DELETED. */
export type PipelineState = string;

/** QUEUED ... RUNNING, STOPPING, then COMPLETED, FAILED or CANCELED. */
export type UpdateState = string;

export interface PipelineSummary {
  readonly pipelineId: string;
  readonly name: string;
  readonly state: PipelineState;
  /** HEALTHY, UNHEALTHY. */
  readonly health: string | undefined;
  readonly creator: string | undefined;
  /** Newest first. */
  readonly updates: readonly {
    readonly updateId: string;
    readonly state: UpdateState;
    readonly creationTime: string | undefined;
  }[];
}

export interface Pipeline extends PipelineSummary {
  /** The whole specification, in the wire's own form: `replace` takes it. */
  readonly spec: JsonObject;
  readonly runAs: string | undefined;
  readonly cause: string | undefined;
  /** Milliseconds since the epoch, as the workspace says it: what `replace` compares. */
  readonly lastModifiedMs: number | undefined;
}

export interface PipelineUpdate {
  readonly updateId: string;
  readonly pipelineId: string | undefined;
  readonly state: UpdateState;
  readonly cause: string | undefined;
  readonly creationTimeMs: number | undefined;
  readonly fullRefresh: boolean;
  readonly validateOnly: boolean;
  readonly refreshSelection: readonly string[];
  readonly fullRefreshSelection: readonly string[];
  readonly ended: boolean;
}

export interface PipelineException {
  readonly className: string | undefined;
  readonly message: string;
  /** Frames, as `Class.method(File:line)`. */
  readonly stack: readonly string[];
}

export interface PipelineEvent {
  readonly id: string | undefined;
  /** ISO 8601. */
  readonly timestamp: string | undefined;
  /** INFO, WARN, ERROR, METRICS. */
  readonly level: string;
  readonly type: string;
  readonly message: string;
  readonly updateId: string | undefined;
  readonly flow: string | undefined;
  readonly exceptions: readonly PipelineException[];
  /** By the event's type: `flow_progress` has a status, metrics and data quality. */
  readonly details: JsonObject;
}

export interface UpdateRequest {
  readonly fullRefresh?: boolean | undefined;
  readonly refreshSelection?: readonly string[] | undefined;
  readonly fullRefreshSelection?: readonly string[] | undefined;
  readonly validateOnly?: boolean | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

export interface ListPipelinesOptions extends ListOptions {
  /** A pattern of SQL's LIKE for the whole name, without quotes. */
  readonly nameLike?: string | undefined;
}

export interface ListEventsOptions extends ListOptions {
  /** `level in ('ERROR', 'WARN') AND timestamp > '2026-01-01T00:00:00Z'` */
  readonly filter?: string | undefined;
  /** Default false: newest first. */
  readonly oldestFirst?: boolean | undefined;
}

export interface PipelinesApi {
  list(options?: ListPipelinesOptions): Promise<Listing<PipelineSummary>>;
  get(pipelineId: string, options?: CallOptions): Promise<Pipeline>;
  create(spec: JsonObject, options?: CallOptions): Promise<{ readonly pipelineId: string }>;
  /** Replaces the whole specification; `conflict` where it was changed since `lastModifiedMs`. */
  replace(
    pipelineId: string,
    spec: JsonObject,
    options?: CallOptions & { readonly lastModifiedMs?: number | undefined },
  ): Promise<void>;
  /** The tables go too, unless `keepTables`. */
  delete(pipelineId: string, options?: CallOptions & { readonly keepTables?: boolean | undefined }): Promise<void>;
  start(pipelineId: string, request: UpdateRequest, options?: CallOptions): Promise<{ readonly updateId: string }>;
  getUpdate(pipelineId: string, updateId: string, options?: CallOptions): Promise<PipelineUpdate>;
  /** Newest first. */
  updates(pipelineId: string, options?: ListOptions): Promise<Listing<PipelineUpdate>>;
  events(pipelineId: string, options?: ListEventsOptions): Promise<Listing<PipelineEvent>>;
  /** Asks the update that goes on to end; it ends a little later. */
  stop(pipelineId: string, options?: CallOptions): Promise<void>;
}

const base = "/api/2.0/pipelines";

export function createPipelinesApi(client: Client): PipelinesApi {
  const at = (pipelineId: string, rest = ""): `/${string}` => `${base}/${segment(pipelineId, "pipeline id")}${rest}`;
  return {
    list: (options = {}) => listPipelines(client, options),
    get: async (pipelineId, { signal } = {}) =>
      toPipeline(await client.json({ method: "GET", path: at(pipelineId), signal })),
    create: async (spec, { signal } = {}) => {
      const answer = await client.json({ method: "POST", path: base, body: spec, signal });
      return { pipelineId: requiredId(answer, "pipeline_id") };
    },
    replace: (pipelineId, spec, { lastModifiedMs, signal } = {}) => {
      const body = { ...spec, id: pipelineId, expected_last_modified: lastModifiedMs };
      return client.run({
        method: "PUT",
        path: at(pipelineId),
        body,
        idempotent: lastModifiedMs === undefined,
        signal,
      });
    },
    delete: (pipelineId, { keepTables, signal } = {}) => {
      const query = keepTables === true ? { cascade: false } : {};
      return client.run({ method: "DELETE", path: at(pipelineId), query, signal });
    },
    start: async (pipelineId, request, { signal } = {}) => {
      const body = {
        full_refresh: request.fullRefresh,
        refresh_selection: request.refreshSelection,
        full_refresh_selection: request.fullRefreshSelection,
        validate_only: request.validateOnly,
        parameters: request.parameters,
      };
      const answer = await client.json({ method: "POST", path: at(pipelineId, "/updates"), body, signal });
      return { updateId: requiredId(answer, "update_id") };
    },
    getUpdate: async (pipelineId, updateId, { signal } = {}) => {
      const path = at(pipelineId, `/updates/${segment(updateId, "update id")}`);
      return toUpdate(object(await client.json({ method: "GET", path, signal }), "update") ?? {});
    },
    updates: (pipelineId, { limit, signal } = {}) => {
      const pages = pagesOf(client, (token) => {
        const query = { max_results: pageSize(limit, 100), page_token: token };
        return { method: "GET", path: at(pipelineId, "/updates"), query, signal };
      });
      return collect(pages, (page) => objects(page, "updates").map(toUpdate), limit);
    },
    events: (pipelineId, options = {}) => listEvents(client, at(pipelineId, "/events"), options),
    stop: (pipelineId, { signal } = {}) =>
      client.run({ method: "POST", path: at(pipelineId, "/stop"), idempotent: true, signal }),
  };
}

function listPipelines(
  client: Client,
  { nameLike, limit, signal }: ListPipelinesOptions,
): Promise<Listing<PipelineSummary>> {
  const filter = nameLike === undefined ? undefined : `name LIKE '${nameLike}'`;
  const pages = pagesOf(client, (token) => {
    const query = { filter, max_results: pageSize(limit, 100), page_token: token };
    return { method: "GET", path: base, query, signal };
  });
  return collect(pages, (page) => objects(page, "statuses").map(toSummary), limit);
}

function listEvents(client: Client, path: `/${string}`, options: ListEventsOptions): Promise<Listing<PipelineEvent>> {
  const { filter, oldestFirst, limit, signal } = options;
  const pages = pagesOf(client, (token) => {
    const size = { max_results: pageSize(limit, 250) };
    // A token goes with nothing but the size: it carries the filter.
    const first = { filter, order_by: oldestFirst === true ? "timestamp asc" : undefined };
    return {
      method: "GET",
      path,
      query: { ...size, ...(token === undefined ? first : { page_token: token }) },
      signal,
    };
  });
  return collect(pages, (page) => objects(page, "events").map(toEvent), limit);
}

function toSummary(wire: JsonObject): PipelineSummary {
  return {
    pipelineId: requiredId(wire, "pipeline_id"),
    name: text(wire, "name") ?? "",
    state: text(wire, "state") ?? "UNKNOWN",
    health: text(wire, "health"),
    creator: text(wire, "creator_user_name"),
    updates: objects(wire, "latest_updates").map((one) => ({
      updateId: text(one, "update_id") ?? "",
      state: text(one, "state") ?? "UNKNOWN",
      creationTime: text(one, "creation_time"),
    })),
  };
}

function toPipeline(wire: JsonObject): Pipeline {
  const spec = object(wire, "spec") ?? {};
  const summary = toSummary(wire);
  return {
    ...summary,
    name: summary.name === "" ? (text(spec, "name") ?? "") : summary.name,
    spec,
    runAs: text(wire, "run_as_user_name"),
    cause: text(wire, "cause"),
    lastModifiedMs: timeMs(wire, "last_modified"),
  };
}

const endStates: readonly string[] = ["COMPLETED", "FAILED", "CANCELED"];

function toUpdate(wire: JsonObject): PipelineUpdate {
  const state = text(wire, "state") ?? "UNKNOWN";
  return {
    updateId: requiredId(wire, "update_id"),
    pipelineId: text(wire, "pipeline_id"),
    state,
    cause: text(wire, "cause"),
    creationTimeMs: timeMs(wire, "creation_time"),
    fullRefresh: flag(wire, "full_refresh"),
    validateOnly: flag(wire, "validate_only"),
    refreshSelection: texts(wire, "refresh_selection"),
    fullRefreshSelection: texts(wire, "full_refresh_selection"),
    ended: endStates.includes(state),
  };
}

function toEvent(wire: JsonObject): PipelineEvent {
  const origin = object(wire, "origin") ?? {};
  return {
    id: text(wire, "id"),
    timestamp: text(wire, "timestamp"),
    level: text(wire, "level") ?? "INFO",
    type: text(wire, "event_type") ?? "",
    message: text(wire, "message") ?? "",
    updateId: text(origin, "update_id"),
    flow: text(origin, "flow_name") ?? text(origin, "dataset_name"),
    exceptions: objects(object(wire, "error") ?? {}, "exceptions").map(toException),
    details: object(wire, "details") ?? {},
  };
}

function toException(wire: JsonObject): PipelineException {
  return {
    className: text(wire, "class_name"),
    message: text(wire, "message") ?? "",
    stack: objects(wire, "stack").map((frame) => {
      const place = [text(frame, "file_name"), frame["line_number"]].filter((part) => part !== undefined).join(":");
      return `${text(frame, "declaring_class") ?? ""}.${text(frame, "method_name") ?? ""}(${place})`;
    }),
  };
}
