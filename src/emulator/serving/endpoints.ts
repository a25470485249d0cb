// Serving endpoints that somebody made, as the emulator keeps them: what they serve, what is about to replace it, what they logged.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { invalid, optionalArray, optionalInteger, optionalText, requiredText } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface Config {
  readonly version: number;
  readonly entities: readonly Fields[];
  readonly routes: readonly Fields[];
  readonly readyAt: number;
  readonly startedAt: number;
}

export interface ServingEndpoint {
  readonly id: string;
  readonly name: string;
  readonly creator: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly gateway: Fields | undefined;
  /** What answers. */
  readonly config: Config;
  /** What will answer from its `readyAt` on. */
  readonly pending?: Config | undefined;
  readonly requests: { readonly total: number; readonly failed: number; readonly latencyMs: number };
  /** The last lines of the server. */
  readonly log: readonly string[];
}

export const endpointsOf = (world: World): Collection<ServingEndpoint> =>
  world.store.collection<ServingEndpoint>("serving-endpoints");

/** The endpoint as it stands now: an update that is through has taken its place. */
export function endpointNamed(world: World, name: string): ServingEndpoint | undefined {
  const found = endpointsOf(world).get(name);
  if (found?.pending === undefined || world.clock.now() < found.pending.readyAt) return found;
  const { pending, ...rest } = found;
  const settled = { ...rest, config: pending, updatedAt: pending.readyAt };
  endpointsOf(world).put(name, settled);
  return settled;
}

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function requireEndpoint(world: World, name: string): ServingEndpoint {
  const found = endpointNamed(world, name);
  if (found !== undefined) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Endpoint with name '${name}' does not exist.`);
}

/** Reads a config of a creation or an update. Throws ApiFault 400. */
export function readConfig(world: World, body: JsonObject, version: number): Config {
  const entities = (optionalArray(body["served_entities"], "served_entities") ?? []).map(readEntity);
  if (entities.length === 0) throw invalid("The endpoint needs at least one served entity.");
  const names = entities.map(({ name }) => String(name));
  if (new Set(names).size < names.length) throw invalid("The names of served entities must be unique.");
  const traffic = isObject(body["traffic_config"]) ? (body["traffic_config"] as JsonObject) : {};
  const routes = (optionalArray(traffic["routes"], "traffic_config.routes") ?? []).map((one) =>
    isObject(one) ? one : {},
  );
  for (const route of routes) {
    if (!names.includes(String(route["served_entity_name"])))
      throw invalid(`Unknown served entity in traffic_config: ${String(route["served_entity_name"])}`);
  }
  const share = routes.reduce(
    (sum, route) =>
      sum + (optionalInteger(route["traffic_percentage"], "traffic_percentage", { min: 0, max: 100 }) ?? 0),
    0,
  );
  if (routes.length > 0 && share !== 100)
    throw invalid(`The traffic percentages must add up to 100, but they add up to ${share}.`);
  if (routes.length === 0 && names.length > 1)
    throw invalid("traffic_config is needed where several entities are served.");
  const now = world.clock.now();
  const all = routes.length > 0 ? routes : names.map((name) => ({ served_entity_name: name, traffic_percentage: 100 }));
  return { version, entities, routes: all, startedAt: now, readyAt: now + world.switches.runStartMs };
}

function readEntity(value: unknown): Fields {
  if (!isObject(value)) throw invalid("A served entity must be an object.");
  const external = value["external_model"];
  if (isObject(external)) {
    for (const field of ["provider", "name", "task"]) requiredText(external[field], `external_model.${field}`);
    return { ...value, name: optionalText(value["name"], "name") ?? String(external["name"]) };
  }
  const entity = requiredText(value["entity_name"], "entity_name");
  if (entity.split(".").length !== 3) throw invalid(`Invalid entity_name ${entity}: expected catalog.schema.model.`);
  const version = requiredText(value["entity_version"], "entity_version");
  const name = optionalText(value["name"], "name") ?? `${entity.split(".").at(-1) ?? ""}-${version}`;
  return { workload_size: "Small", ...value, name };
}

export function endpointView(world: World, endpoint: ServingEndpoint): object {
  const { config, pending, gateway } = endpoint;
  const now = world.clock.now();
  const isReady = now >= config.readyAt;
  const isUpdating = pending !== undefined || !isReady;
  return {
    name: endpoint.name,
    id: endpoint.id,
    creator: endpoint.creator,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    creation_timestamp: endpoint.createdAt,
    last_updated_timestamp: endpoint.updatedAt,
    state: { ready: isReady ? "READY" : "NOT_READY", config_update: isUpdating ? "IN_PROGRESS" : "NOT_UPDATING" },
    permission_level: "CAN_MANAGE",
    ...(taskOf(config) === undefined ? {} : { task: taskOf(config) }),
    ...(isReady
      ? { config: configView(config, isReady, endpoint) }
      : { pending_config: configView(config, isReady, endpoint) }),
    ...(pending === undefined ? {} : { pending_config: configView(pending, false, endpoint) }),
    ...(Object.keys(endpoint.tags).length === 0 ? {} : { tags: tagList(endpoint.tags) }),
    ...(gateway === undefined ? {} : { ai_gateway: gateway }),
  };
}

export const tagList = (tags: Readonly<Record<string, string>>): readonly object[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

function configView(config: Config, isReady: boolean, { creator }: ServingEndpoint): object {
  const state = isReady
    ? { deployment: "DEPLOYMENT_READY", deployment_state_message: "" }
    : { deployment: "DEPLOYMENT_CREATING", deployment_state_message: "Container image creation in progress" };
  return {
    config_version: config.version,
    ...(isReady ? {} : { start_time: config.startedAt }),
    served_entities: config.entities.map((entity) => ({
      ...entity,
      creator,
      creation_timestamp: config.startedAt,
      state,
    })),
    traffic_config: { routes: config.routes },
  };
}

function taskOf({ entities }: Config): string | undefined {
  const external = entities.map(({ external_model }) => external_model).find(isObject);
  return external === undefined ? undefined : String(external["task"]);
}

const mostLines = 200;

/** Notes a request in the endpoint's log and counts. */
export function noteRequest(
  world: World,
  name: string,
  { status, latencyMs }: { status: number; latencyMs: number },
): void {
  const found = endpointsOf(world).get(name);
  if (found === undefined) return;
  const { total, failed, latencyMs: before } = found.requests;
  const requests = { total: total + 1, failed: failed + (status >= 400 ? 1 : 0), latencyMs: before + latencyMs };
  const line = `[${new Date(world.clock.now()).toISOString()}] POST /invocations ${status} ${latencyMs}ms`;
  endpointsOf(world).put(name, { ...found, requests, log: [...found.log, line].slice(-mostLines) });
}
