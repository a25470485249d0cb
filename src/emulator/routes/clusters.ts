// Clusters API 2.1: the life of a cluster, its events, and what clusters can be made of.
import type { JsonObject } from "../../platform/json.ts";
import { nodeKinds, nodeTypeView, sparkVersions, zones } from "../clusters/catalog.ts";
import { clustersOf } from "../clusters/clusters.ts";
import type { ClusterDocument, ClusterEvent, ClusterState } from "../clusters/documents.ts";
import { eventsOf } from "../clusters/events.ts";
import { checkClusterRequest } from "../clusters/policy.ts";
import { checkScale } from "../clusters/spec.ts";
import { clusterView } from "../clusters/view.ts";
import {
  invalid,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalTexts,
  optionalWord,
  requiredText,
} from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { pageOf } from "../paging.ts";
import type { World } from "../world.ts";
import { librariesRoutes } from "./libraries.ts";

const states: readonly ClusterState[] = [
  "PENDING",
  "RUNNING",
  "RESTARTING",
  "RESIZING",
  "TERMINATING",
  "TERMINATED",
  "ERROR",
];

const create: Handler = async (call, world) => {
  const { idempotency_token: token, ...body } = await call.json();
  const tokens = world.store.collection<string>("cluster_tokens");
  const known = typeof token === "string" && token !== "" ? tokens.get(token) : undefined;
  if (known !== undefined && clustersOf(world).find(known) !== undefined) return { cluster_id: known };
  const spec = checkClusterRequest(world, body, call.caller.userName);
  const { cluster_name: name, ...rest } = spec;
  const { clusterId } = clustersOf(world).create({
    spec: rest,
    name: typeof name === "string" ? name : "",
    source: "API",
    creator: call.caller.userName,
  });
  if (typeof token === "string" && token !== "") tokens.put(token, clusterId);
  return { cluster_id: clusterId };
};

const get: Handler = (call, world) =>
  clusterView(clustersOf(world).require(requiredText(call.query.get("cluster_id"), "cluster_id")));

const list: Handler = (call, world) => {
  const { query } = call;
  const size = optionalInteger(query.get("page_size"), "page_size", { min: 0, max: 100 });
  const found = sorted(clustersOf(world).all().filter(filterOf(query)), query);
  const { items, next, previous } = pageOf(found, {
    size: size === undefined || size === 0 ? 20 : size,
    token: query.get("page_token"),
  });
  return {
    ...(items.length === 0 ? {} : { clusters: items.map(clusterView) }),
    ...(next === undefined ? {} : { next_page_token: next }),
    ...(previous === undefined ? {} : { prev_page_token: previous }),
  };
};

function filterOf(query: URLSearchParams): (cluster: ClusterDocument) => boolean {
  const wanted = query.getAll("filter_by.cluster_states");
  for (const state of wanted) optionalWord(state, "filter_by.cluster_states", states);
  const sources = query.getAll("filter_by.cluster_sources");
  const pinned = query.get("filter_by.is_pinned");
  const policy = query.get("filter_by.policy_id");
  return (cluster) =>
    (wanted.length === 0 || wanted.includes(cluster.state)) &&
    (sources.length === 0 || sources.includes(cluster.source)) &&
    (pinned === null || cluster.pinned === (pinned === "true")) &&
    (policy === null || cluster.spec["policy_id"] === policy);
}

/** By name where it is asked for; else pinned ones, then active ones, then the most recently used. */
function sorted(clusters: readonly ClusterDocument[], query: URLSearchParams): readonly ClusterDocument[] {
  const field = optionalWord(query.get("sort_by.field"), "sort_by.field", ["DEFAULT", "CLUSTER_NAME"]);
  const direction = optionalWord(query.get("sort_by.direction"), "sort_by.direction", ["ASC", "DESC"]);
  const rank = (cluster: ClusterDocument): number => (cluster.pinned ? 0 : Number(cluster.state === "TERMINATED") + 1);
  const byName = (left: ClusterDocument, right: ClusterDocument): number => left.name.localeCompare(right.name);
  const byUse = (left: ClusterDocument, right: ClusterDocument): number =>
    rank(left) - rank(right) || right.createdAt - left.createdAt;
  const result = clusters.toSorted(field === "CLUSTER_NAME" ? byName : byUse);
  return direction === "DESC" && field === "CLUSTER_NAME" ? result.toReversed() : result;
}

const edit: Handler = async (call, world) => {
  const body = await call.json();
  const clusterId = requiredText(body["cluster_id"], "cluster_id");
  clustersOf(world).require(clusterId);
  replaceSpec(world, clusterId, { body, user: call.caller.userName });
  return {};
};

const update: Handler = async (call, world) => {
  const body = await call.json();
  const cluster = clustersOf(world).require(requiredText(body["cluster_id"], "cluster_id"));
  const mask = requiredText(body["update_mask"], "update_mask");
  const changes = optionalObject(body["cluster"], "cluster") ?? {};
  const names = mask === "*" ? Object.keys(changes) : mask.split(",").map((name) => name.trim());
  const spec: JsonObject = { ...cluster.spec, cluster_name: cluster.name };
  for (const name of names) {
    const value = changes[name];
    if (name === "num_workers") delete spec["autoscale"];
    if (name === "autoscale") delete spec["num_workers"];
    if (value === undefined) delete spec[name];
    else spec[name] = value;
  }
  replaceSpec(world, cluster.clusterId, { body: spec, user: call.caller.userName });
  return {};
};

function replaceSpec(world: World, clusterId: string, { body, user }: { body: JsonObject; user: string }): void {
  const { cluster_name: name, ...spec } = checkClusterRequest(world, body, user);
  clustersOf(world).edit(clusterId, { spec, name: optionalText(name, "cluster_name"), user });
}

const resize: Handler = async (call, world) => {
  const body = await call.json();
  const clusterId = requiredText(body["cluster_id"], "cluster_id");
  const workers = optionalInteger(body["num_workers"], "num_workers", { min: 0, max: 100_000 });
  const scale = optionalObject(body["autoscale"], "autoscale");
  if ((workers === undefined) === (scale === undefined)) {
    throw invalid("Exactly 1 of num_workers or autoscale must be specified.");
  }
  if (scale !== undefined) checkScale(scale);
  const size: JsonObject = scale === undefined ? { num_workers: workers ?? 0 } : { autoscale: scale };
  clustersOf(world).resize(clusterId, size, call.caller.userName);
  return {};
};

/** A call that names a cluster and answers at once; what it begins goes on by itself. */
function action(act: (world: World, clusterId: string, call: Call) => void): Handler {
  return async (call, world) => {
    act(world, requiredText((await call.json())["cluster_id"], "cluster_id"), call);
    return {};
  };
}

const start = action((world, id, { caller }) => clustersOf(world).start(id, caller.userName));
const restart = action((world, id, { caller }) => clustersOf(world).restart(id, caller.userName));
const terminate = action((world, id, { caller }) => clustersOf(world).terminateByUser(id, caller.userName));
const remove = action((world, id, { caller }) => clustersOf(world).remove(id, caller.userName));
const pin = action((world, id, { caller }) => clustersOf(world).pin(id, true, caller.userName));
const unpin = action((world, id, { caller }) => clustersOf(world).pin(id, false, caller.userName));

const maxEvents = 500;

const events: Handler = async (call, world) => {
  const body = await call.json();
  const clusterId = requiredText(body["cluster_id"], "cluster_id");
  clustersOf(world).require(clusterId);
  const order = optionalWord(body["order"], "order", ["ASC", "DESC"]) ?? "DESC";
  const size = optionalInteger(body["page_size"] ?? body["limit"], "page_size", { min: 0, max: maxEvents });
  const found = eventsOf(world, clusterId).filter(eventFilter(body));
  const ordered = order === "ASC" ? found : found.toReversed();
  const token = optionalText(body["page_token"], "page_token");
  const offset = optionalInteger(body["offset"], "offset", { min: 0, max: 100_000 }) ?? 0;
  const request = { size: size === undefined || size === 0 ? 50 : size, token };
  const { items, next, previous } = pageOf(ordered.slice(offset), request);
  return {
    ...(items.length === 0 ? {} : { events: items }),
    total_count: found.length,
    ...(next === undefined ? {} : { next_page_token: next, next_page: { ...body, page_token: next } }),
    ...(previous === undefined ? {} : { prev_page_token: previous }),
  };
};

function eventFilter(body: JsonObject): (event: ClusterEvent) => boolean {
  const types = optionalTexts(body["event_types"], "event_types");
  const time = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const from = optionalInteger(body["start_time"], "start_time", time) ?? 0;
  const to = optionalInteger(body["end_time"], "end_time", time) ?? Infinity;
  return (event) =>
    (types === undefined || types.length === 0 || types.includes(event.type)) &&
    event.timestamp >= from &&
    event.timestamp <= to;
}

const changeOwner: Handler = () => {
  throw new ApiFault(400, "FEATURE_DISABLED", "change-owner is not supported by the Mortar emulator: it has one user.");
};

export const clustersRoutes: readonly Route[] = [
  ...librariesRoutes,
  ...["2.1", "2.0"].flatMap((version): Route[] => {
    const at = (method: Route["method"], path: string, handler: Handler): Route => ({
      method,
      pattern: `/api/${version}/clusters/${path}`,
      handler,
    });
    return [
      at("POST", "create", create),
      at("GET", "get", get),
      at("GET", "list", list),
      at("POST", "edit", edit),
      at("POST", "update", update),
      at("POST", "start", start),
      at("POST", "restart", restart),
      at("POST", "delete", terminate),
      at("POST", "permanent-delete", remove),
      at("POST", "resize", resize),
      at("POST", "pin", pin),
      at("POST", "unpin", unpin),
      at("POST", "change-owner", changeOwner),
      at("POST", "events", events),
      at("GET", "list-node-types", () => ({ node_types: nodeKinds.map(nodeTypeView) })),
      at("GET", "spark-versions", () => ({ versions: sparkVersions })),
      at("GET", "list-zones", () => zones),
    ];
  }),
];
