// Databricks Apps 2.0. https://docs.databricks.com/api/workspace/apps
import type { JsonObject } from "../../platform/json.ts";
import { object, objects, requiredText, text, texts } from "../../workspace/fields.ts";
import { collect, pagesOf, type Listing } from "../../workspace/pages.ts";
import { segment } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";

export interface Deployment {
  readonly id: string;
  /** IN_PROGRESS, SUCCEEDED, FAILED, CANCELLED; new ones may appear. */
  readonly state: string;
  readonly message: string | undefined;
  readonly sourcePath: string | undefined;
  readonly mode: string | undefined;
  readonly creator: string | undefined;
  readonly created: string | undefined;
}

export interface App {
  readonly name: string;
  readonly description: string | undefined;
  readonly url: string | undefined;
  /** RUNNING, DEPLOYING, CRASHED, UNAVAILABLE. */
  readonly state: string | undefined;
  readonly message: string | undefined;
  /** ACTIVE, STARTING, STOPPING, STOPPED, UPDATING, DELETING, ERROR. */
  readonly computeState: string | undefined;
  readonly computeMessage: string | undefined;
  readonly creator: string | undefined;
  readonly servicePrincipal: string | undefined;
  /** The keys of its resources. */
  readonly resources: readonly string[];
  /** Its resources as the API has them: a change replaces all of them. */
  readonly resourceBodies: readonly JsonObject[];
  readonly userApiScopes: readonly string[];
  readonly active: Deployment | undefined;
  readonly pending: Deployment | undefined;
}

type Around = Pick<ToolContext, "workspace" | "signal">;
const base = "/api/2.0/apps";
const pathOf = (name: string): `/${string}` => `${base}/${segment(name, "name of an app")}`;

export function listAll({ workspace, signal }: Around): Promise<Listing<App>> {
  const pages = pagesOf(workspace.client, (token) => {
    return { method: "GET", path: base, query: { page_size: 100, page_token: token }, signal };
  });
  return collect(pages, (page) => objects(page, "apps").map(toApp));
}

export async function appOf(around: Around, name: string): Promise<App> {
  return toApp(await wireApp(around, name));
}

async function wireApp({ workspace, signal }: Around, name: string): Promise<JsonObject> {
  return await workspace.client.json({ method: "GET", path: pathOf(name), signal });
}

export async function createOne({ workspace, signal }: Around, body: object, noCompute: boolean): Promise<App> {
  const query = noCompute ? { no_compute: true } : {};
  return toApp(await workspace.client.json({ method: "POST", path: base, query, body, signal }));
}

/** What a change of an app replaces as a whole: resources that it does not name are taken from the app. */
const settings = [
  "description",
  "resources",
  "user_api_scopes",
  "budget_policy_id",
  "usage_policy_id",
  "compute_size",
  "telemetry_export_destinations",
];

/** Changes what `change` names, and sends the rest along as it is. */
export async function updateOne(around: Around, name: string, change: object): Promise<App> {
  const { workspace, signal } = around;
  const now = Object.entries(await wireApp(around, name)).filter(([key]) => settings.includes(key));
  const body = { name, ...Object.fromEntries(now), ...change };
  return toApp(await workspace.client.json({ method: "PATCH", path: pathOf(name), body, signal }));
}

export async function deleteOne({ workspace, signal }: Around, name: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: pathOf(name), signal });
}

/** Starts or stops its compute. */
export async function switchOne({ workspace, signal }: Around, name: string, to: "start" | "stop"): Promise<void> {
  await workspace.client.run({ method: "POST", path: `${pathOf(name)}/${to}`, body: {}, idempotent: true, signal });
}

export async function deployOne({ workspace, signal }: Around, name: string, body: object): Promise<Deployment> {
  return toDeployment(
    await workspace.client.json({ method: "POST", path: `${pathOf(name)}/deployments`, body, signal }),
  );
}

export async function deploymentOf({ workspace, signal }: Around, name: string, id: string): Promise<Deployment> {
  const path = `${pathOf(name)}/deployments/${segment(id, "deployment id")}` as const;
  return toDeployment(await workspace.client.json({ method: "GET", path, signal }));
}

export function deploymentsOf(
  { workspace, signal }: Around,
  name: string,
  limit: number,
): Promise<Listing<Deployment>> {
  const pages = pagesOf(workspace.client, (token) => {
    return { method: "GET", path: `${pathOf(name)}/deployments`, query: { page_token: token }, signal };
  });
  return collect(pages, (page) => objects(page, "app_deployments").map(toDeployment), limit);
}

function toApp(wire: JsonObject): App {
  const [status, compute] = [object(wire, "app_status") ?? {}, object(wire, "compute_status") ?? {}];
  const [active, pending] = [object(wire, "active_deployment"), object(wire, "pending_deployment")];
  return {
    name: requiredText(wire, "name"),
    description: text(wire, "description"),
    url: text(wire, "url"),
    state: text(status, "state"),
    message: text(status, "message"),
    computeState: text(compute, "state"),
    computeMessage: text(compute, "message"),
    creator: text(wire, "creator"),
    servicePrincipal: text(wire, "service_principal_client_id"),
    resources: objects(wire, "resources").flatMap((one) => text(one, "name") ?? []),
    resourceBodies: objects(wire, "resources"),
    userApiScopes: texts(wire, "user_api_scopes"),
    active: active === undefined ? undefined : toDeployment(active),
    pending: pending === undefined ? undefined : toDeployment(pending),
  };
}

function toDeployment(wire: JsonObject): Deployment {
  const status = object(wire, "status") ?? {};
  return {
    id: requiredText(wire, "deployment_id"),
    state: text(status, "state") ?? "UNKNOWN",
    message: text(status, "message"),
    sourcePath: text(wire, "source_code_path"),
    mode: text(wire, "mode"),
    creator: text(wire, "creator"),
    created: text(wire, "create_time"),
  };
}
