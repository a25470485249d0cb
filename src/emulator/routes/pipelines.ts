// Pipelines API 2.0: what a pipeline is, its updates and its events.
import type { JsonObject } from "../../platform/json.ts";
import {
  invalid,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTextMap,
  optionalTexts,
  requiredText,
} from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import type { PipelineDocument, UpdateDocument, UpdateRequest } from "../pipelines/documents.ts";
import { pipelineEngine } from "../pipelines/engine.ts";
import { eventFilter } from "../pipelines/event-filter.ts";
import { newUuid } from "../pipelines/records.ts";
import { specOf } from "../pipelines/spec.ts";
import { eventView, pipelineStatus, pipelineView, updateView } from "../pipelines/views.ts";
import type { World } from "../world.ts";

const pipelines = "/api/2.0/pipelines";

const list: Handler = (call, world) => {
  const { records } = pipelineEngine(world);
  const size = pageSizeOf(call.query, { name: "max_results", fallback: 25, max: 100 });
  const found = records.pipelines
    .all()
    .filter(pipelineFilter(call.query.get("filter")))
    .toSorted(order(call.query.getAll("order_by")));
  const { items, next, previous } = pageOf(found, { size, token: call.query.get("page_token") });
  return {
    ...(items.length === 0
      ? {}
      : { statuses: items.map((one) => pipelineStatus(one, records.updatesOf(one.pipelineId))) }),
    ...(next === undefined ? {} : { next_page_token: next }),
    ...(previous === undefined ? {} : { prev_page_token: previous }),
  };
};

/** `name LIKE '%x%'` or `notebook='/p'`. Throws ApiFault 400 for anything else. */
function pipelineFilter(filter: string | null): (pipeline: PipelineDocument) => boolean {
  if (filter === null || filter.trim() === "") return () => true;
  const name = /^\s*name\s+like\s+'((?:[^']|'')*)'\s*$/i.exec(filter);
  if (name !== null) {
    const parts = (name[1] ?? "")
      .replaceAll("''", "'")
      .split("%")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const shape = new RegExp(`^${parts.join(".*").replaceAll("_", ".")}$`, "is");
    return (pipeline) => shape.test(pipeline.name);
  }
  const notebook = /^\s*notebook\s*=\s*'([^']*)'\s*$/i.exec(filter);
  if (notebook === null) throw invalid(`Invalid filter expression: ${filter}`);
  const path = notebook[1] ?? "";
  return ({ spec }) => JSON.stringify(spec["libraries"] ?? []).includes(JSON.stringify({ path }));
}

function order(wanted: readonly string[]): (left: PipelineDocument, right: PipelineDocument) => number {
  const [field = "name", direction = "asc"] = (wanted[0] ?? "name asc").trim().split(/\s+/);
  if (!["name", "id"].includes(field)) throw invalid(`Invalid order_by: ${wanted[0] ?? ""}`);
  const sign = direction.toLowerCase() === "desc" ? -1 : 1;
  const value = (pipeline: PipelineDocument): string => (field === "id" ? pipeline.pipelineId : pipeline.name);
  return (left, right) => sign * value(left).localeCompare(value(right), "en");
}

const create: Handler = async (call, world) => {
  const body = await call.json();
  const spec = specOf(body);
  const name = requiredText(spec["name"], "name");
  const { records } = pipelineEngine(world);
  refuseSameName(records.pipelines.all(), { name, body });
  if (optionalFlag(body["dry_run"], "dry_run")) return { effective_settings: spec };
  const now = world.clock.now();
  const pipelineId = newUuid(world);
  records.pipelines.put(pipelineId, {
    pipelineId,
    name,
    spec,
    creator: call.caller.userName,
    createdAt: now,
    modifiedAt: now,
  });
  records.addEvent(pipelineId, userAction(pipelineId, name, "CREATE"));
  return { pipeline_id: pipelineId };
};

function refuseSameName(
  others: readonly PipelineDocument[],
  { name, body }: { readonly name: string; readonly body: JsonObject },
): void {
  if (optionalFlag(body["allow_duplicate_names"], "allow_duplicate_names")) return;
  if (!others.some((one) => one.name === name)) return;
  throw new ApiFault(
    409,
    "RESOURCE_CONFLICT",
    `The pipeline name '${name}' is already used by another pipeline. This check can be skipped by setting \`allow_duplicate_names = true\` in the request.`,
  );
}

function userAction(pipelineId: string, name: string, action: string) {
  return {
    level: "INFO" as const,
    type: "user_action",
    message: `Pipeline '${name}': ${action}.`,
    origin: { pipeline_id: pipelineId, pipeline_name: name },
    details: { user_action: { action } },
  };
}

function named(call: Call, world: World): PipelineDocument {
  return pipelineEngine(world).records.require(call.params["id"] ?? "");
}

const get: Handler = (call, world) => {
  const pipeline = named(call, world);
  return pipelineView(pipeline, pipelineEngine(world).records.updatesOf(pipeline.pipelineId));
};

/** Replaces the whole specification. */
const edit: Handler = async (call, world) => {
  const pipeline = named(call, world);
  const body = await call.json();
  const { records } = pipelineEngine(world);
  const expected = body["expected_last_modified"];
  if (expected !== undefined && expected !== null && Number(expected) !== pipeline.modifiedAt) {
    throw new ApiFault(409, "RESOURCE_CONFLICT", "The pipeline was modified since expected_last_modified.");
  }
  const spec = specOf(body);
  const name = requiredText(spec["name"] ?? pipeline.name, "name");
  refuseSameName(
    records.pipelines.all().filter(({ pipelineId }) => pipelineId !== pipeline.pipelineId),
    { name, body },
  );
  const modifiedAt = Math.max(world.clock.now(), pipeline.modifiedAt + 1);
  records.pipelines.put(pipeline.pipelineId, { ...pipeline, name, spec, modifiedAt });
  records.addEvent(pipeline.pipelineId, userAction(pipeline.pipelineId, name, "EDIT"));
  return {};
};

/** With `cascade`, which is the rule, the tables go too. */
const remove: Handler = async (call, world) => {
  const { pipelineId } = named(call, world);
  const engine = pipelineEngine(world);
  await engine.stopped(pipelineId);
  if (call.query.get("cascade") !== "false") {
    const tables = engine.records.tablesOf(pipelineId).all();
    const session = tables.length === 0 ? undefined : await (await world.sql()).session();
    for (const { fullName } of tables) {
      const name = fullName
        .split(".")
        .map((part) => `\`${part.replaceAll("`", "``")}\``)
        .join(".");
      await session?.query(`DROP TABLE IF EXISTS ${name}`).catch(() => undefined);
    }
    await session?.close();
  }
  engine.records.remove(pipelineId);
  return {};
};

/** What would make an update another one than is run here. */
const unknownKinds = ["reset_checkpoint_selection", "rewind_spec", "replace_where_overrides", "refresh_flow_selection"];

const startUpdate: Handler = async (call, world) => {
  const pipeline = named(call, world);
  const body = await call.json();
  const refused = unknownKinds.find((name) => body[name] !== undefined && body[name] !== null);
  if (refused !== undefined) throw invalid(`${refused} is not supported by the Mortar emulator.`);
  const request: UpdateRequest = {
    fullRefresh: optionalFlag(body["full_refresh"], "full_refresh"),
    refreshSelection: optionalTexts(body["refresh_selection"], "refresh_selection") ?? [],
    fullRefreshSelection: optionalTexts(body["full_refresh_selection"], "full_refresh_selection") ?? [],
    validateOnly: optionalFlag(body["validate_only"], "validate_only"),
    parameters: optionalTextMap(body["parameters"], "parameters") ?? {},
    cause: optionalText(body["cause"], "cause") ?? "API_CALL",
  };
  const selects = request.refreshSelection.length + request.fullRefreshSelection.length > 0;
  if (request.fullRefresh && selects) {
    throw invalid("full_refresh cannot be combined with refresh_selection or full_refresh_selection.");
  }
  return { update_id: pipelineEngine(world).start(pipeline, request).updateId };
};

const listUpdates: Handler = (call, world) => {
  const { pipelineId } = named(call, world);
  const size = pageSizeOf(call.query, { name: "max_results", fallback: 25, max: 100 });
  const found = pipelineEngine(world).records.updatesOf(pipelineId);
  const until = call.query.get("until_update_id");
  const end = until === null ? -1 : found.findIndex(({ updateId }) => updateId === until);
  const shown = end === -1 ? found : found.slice(0, end + 1);
  const { items, next, previous } = pageOf(shown, { size, token: call.query.get("page_token") });
  return {
    ...(items.length === 0 ? {} : { updates: items.map((update) => ({ ...updateView(update), config: undefined })) }),
    ...(next === undefined ? {} : { next_page_token: next }),
    ...(previous === undefined ? {} : { prev_page_token: previous }),
  };
};

const getUpdate: Handler = (call, world) => {
  const { pipelineId } = named(call, world);
  const update: UpdateDocument | undefined = pipelineEngine(world).records.update(call.params["update"] ?? "");
  if (update?.pipelineId === pipelineId) return { update: updateView(update) };
  throw new ApiFault(
    404,
    "RESOURCE_DOES_NOT_EXIST",
    `The specified update ${call.params["update"] ?? ""} was not found.`,
  );
};

const stop: Handler = (call, world) => {
  pipelineEngine(world).stop(named(call, world).pipelineId);
  return {};
};

const events: Handler = (call, world) => {
  const { pipelineId } = named(call, world);
  const { query } = call;
  const token = query.get("page_token");
  if (token !== null && token !== "" && (query.has("filter") || query.has("order_by"))) {
    throw invalid("page_token cannot be combined with any field except max_results.");
  }
  const size = optionalInteger(query.get("max_results"), "max_results", { min: 1, max: 250 }) ?? 25;
  const { filter, ascending, inner } = readEventToken(query, token);
  const found = pipelineEngine(world).records.eventsOf(pipelineId).filter(eventFilter(filter));
  const { items, next } = pageOf(ascending ? found : found.toReversed(), { size, token: inner });
  return {
    ...(items.length === 0 ? {} : { events: items.map(eventView) }),
    ...(next === undefined ? {} : { next_page_token: writeEventToken({ filter, ascending, inner: next }) }),
  };
};

interface EventPage {
  readonly filter: string | null;
  readonly ascending: boolean;
  readonly inner: string | null;
}

/** A later page knows the filter and the order of the first. */
function readEventToken(query: URLSearchParams, token: string | null): EventPage {
  if (token === null || token === "") {
    const wanted = query.get("order_by") ?? "timestamp desc";
    const match = /^timestamp(?:\s+(asc|desc))?$/i.exec(wanted.trim());
    if (match === null) throw invalid(`Invalid order_by: ${wanted}`);
    return { filter: query.get("filter"), ascending: match[1]?.toLowerCase() === "asc", inner: null };
  }
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString()) as EventPage;
  } catch {
    throw invalid(`Invalid page token: ${token}`);
  }
}

function writeEventToken(page: EventPage): string {
  return Buffer.from(JSON.stringify(page)).toString("base64url");
}

export const pipelinesRoutes: readonly Route[] = [
  { method: "GET", pattern: pipelines, handler: list },
  { method: "POST", pattern: pipelines, handler: create },
  { method: "GET", pattern: `${pipelines}/{id}`, handler: get },
  { method: "PUT", pattern: `${pipelines}/{id}`, handler: edit },
  { method: "DELETE", pattern: `${pipelines}/{id}`, handler: remove },
  { method: "POST", pattern: `${pipelines}/{id}/updates`, handler: startUpdate },
  { method: "GET", pattern: `${pipelines}/{id}/updates`, handler: listUpdates },
  { method: "GET", pattern: `${pipelines}/{id}/updates/{update}`, handler: getUpdate },
  { method: "POST", pattern: `${pipelines}/{id}/stop`, handler: stop },
  { method: "GET", pattern: `${pipelines}/{id}/events`, handler: events },
];
