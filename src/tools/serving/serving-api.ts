// Serving endpoints: API 2.0, and the invocations beside it. https://docs.databricks.com/api/workspace/servingendpoints
import type { JsonObject } from "../../platform/json.ts";
import { bodyText, jsonOf } from "../../workspace/answer.ts";
import { flag, number, object, objects, text } from "../../workspace/fields.ts";
import { segment } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";

type Around = Pick<ToolContext, "workspace" | "signal">;
const base = "/api/2.0/serving-endpoints";
const pathOf = (name: string): `/${string}` => `${base}/${segment(name, "name of an endpoint")}`;

export async function listEndpoints({ workspace, signal }: Around): Promise<readonly JsonObject[]> {
  return objects(await workspace.client.json({ method: "GET", path: base, signal }), "endpoints");
}

export async function endpointOf({ workspace, signal: caller }: Around, name: string, signal?: AbortSignal) {
  return await workspace.client.json({ method: "GET", path: pathOf(name), signal: signal ?? caller });
}

export async function createEndpoint({ workspace, signal }: Around, body: object): Promise<JsonObject> {
  return await workspace.client.json({ method: "POST", path: base, body, signal });
}

export async function deleteEndpoint({ workspace, signal }: Around, name: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: pathOf(name), signal });
}

interface Change {
  readonly method: "PUT" | "PATCH";
  readonly part: "config" | "tags" | "ai-gateway";
  readonly body: object;
}

export async function changeEndpoint({ workspace, signal }: Around, name: string, change: Change): Promise<void> {
  const path: `/${string}` = `${pathOf(name)}/${change.part}`;
  // What this answers is a list for tags, and an object for others; the endpoint is asked for afterwards.
  await workspace.client.send({ method: change.method, path, body: change.body, idempotent: true, signal });
}

export interface Invoked {
  readonly answer: JsonObject;
  readonly servedModel: string | undefined;
}

export async function invoke(
  { workspace, signal }: Around,
  name: string,
  { body, timeoutMs }: { readonly body: object; readonly timeoutMs: number },
): Promise<Invoked> {
  const path: `/${string}` = `/serving-endpoints/${segment(name, "name of an endpoint")}/invocations`;
  const sent = await workspace.client.send({ method: "POST", path, body, timeoutMs, signal });
  return { answer: jsonOf(sent, workspace.host), servedModel: sent.headers.get("served-model-name") ?? undefined };
}

export async function logsOf(
  { workspace, signal }: Around,
  {
    endpoint,
    entity,
    kind,
  }: { readonly endpoint: string; readonly entity: string; readonly kind: "logs" | "build-logs" },
): Promise<string> {
  const path: `/${string}` = `${pathOf(endpoint)}/served-models/${segment(entity, "name of a served entity")}/${kind}`;
  return text(await workspace.client.json({ method: "GET", path, signal }), "logs") ?? "";
}

/** Prometheus text. */
export async function metricsOf({ workspace, signal }: Around, name: string): Promise<string> {
  const headers = { Accept: "text/plain" };
  return bodyText(await workspace.client.send({ method: "GET", path: `${pathOf(name)}/metrics`, headers, signal }));
}

export interface ServedEntity {
  readonly name: string;
  readonly entity: string | undefined;
  readonly version: string | undefined;
  readonly deployment: string | undefined;
  readonly message: string | undefined;
  readonly size: string | undefined;
  readonly scalesToZero: boolean;
  readonly trafficPercent: number | undefined;
  readonly isPending: boolean;
}

/** What the endpoint serves, and what it is about to serve. */
export function entitiesOf(endpoint: JsonObject): readonly ServedEntity[] {
  const pending = object(endpoint, "pending_config");
  return [
    ...inConfig(object(endpoint, "config") ?? {}, false),
    ...(pending === undefined ? [] : inConfig(pending, true)),
  ];
}

function inConfig(config: JsonObject, isPending: boolean): readonly ServedEntity[] {
  const routes = objects(object(config, "traffic_config") ?? {}, "routes");
  // Older endpoints list the same under `served_models`.
  const entities = objects(config, "served_entities");
  return (entities.length > 0 ? entities : objects(config, "served_models")).map((wire) => {
    const name = text(wire, "name") ?? "";
    const external = object(wire, "external_model");
    const state = object(wire, "state") ?? {};
    const route = routes.find((one) => (text(one, "served_entity_name") ?? text(one, "served_model_name")) === name);
    return {
      name,
      entity: text(wire, "entity_name") ?? text(wire, "model_name") ?? text(external ?? {}, "name"),
      version: text(wire, "entity_version") ?? text(wire, "model_version"),
      deployment: text(state, "deployment"),
      message: text(state, "deployment_state_message"),
      size: text(wire, "workload_size"),
      scalesToZero: flag(wire, "scale_to_zero_enabled"),
      trafficPercent: route === undefined ? undefined : number(route, "traffic_percentage"),
      isPending,
    };
  });
}

export const readyOf = (endpoint: JsonObject): string => text(object(endpoint, "state") ?? {}, "ready") ?? "NOT_READY";
export const updateOf = (endpoint: JsonObject): string =>
  text(object(endpoint, "state") ?? {}, "config_update") ?? "NOT_UPDATING";
