// Databricks Apps 2.0. https://docs.databricks.com/api/workspace/apps
import { join } from "node:path";
import { isObject } from "../../platform/json.ts";
import {
  appsOf,
  deploymentsOf,
  deploymentsOfApp,
  requireApp,
  type AppDocument,
  type DeploymentDocument,
} from "../apps/documents.ts";
import {
  appState,
  folderOf,
  forgetApp,
  liveApp,
  rememberHost,
  keepFolder,
  removeFolders,
  say,
  startApp,
  stopApp,
} from "../apps/runner.ts";
import { copySource, SourceFault } from "../apps/source.ts";
import { invalid, optionalArray, optionalText, optionalTexts, optionalWord, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import type { ServicePrincipal } from "../oauth/authority.ts";
import { checkAppScopes, scopesOfEveryApp } from "../http/token-scopes.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import type { World } from "../world.ts";

const base = "/api/2.0/apps";

const list: Handler = (call, world) => {
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 20, max: 100 });
  const page = pageOf(appsOf(world).all(), { size, token: call.query.get("page_token") });
  return {
    ...(page.items.length === 0 ? {} : { apps: page.items.map((app) => view(world, app)) }),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

const create: Handler = async (call, world) => {
  rememberHost(world, new URL(call.request.url).origin);
  const body = await call.json();
  const name = requiredText(body["name"], "name");
  if (!/^[a-z0-9-]{2,30}$/.test(name)) {
    throw invalid("App name must contain only lowercase letters, numbers, and dashes, and have 2 to 30 characters.");
  }
  if (appsOf(world).get(name) !== undefined) {
    throw new ApiFault(409, "ALREADY_EXISTS", `An app with the same name already exists: ${name}`);
  }
  const now = world.clock.now();
  const app: AppDocument = {
    name,
    id: crypto.randomUUID(),
    description: optionalText(body["description"], "description") ?? "",
    creator: call.caller.userName,
    resources: resourcesIn(body["resources"]),
    userApiScopes: scopesIn(body["user_api_scopes"]) ?? [],
    principal: addPrincipal(world, `app-${name}`),
    started: call.query.get("no_compute") !== "true",
    createdAt: now,
    updatedAt: now,
    readyAt: now + world.switches.clusterStartMs,
  };
  appsOf(world).put(name, app);
  say(world, name, "The app was created.");
  return view(world, app);
};

function scopesIn(value: unknown): readonly string[] | undefined {
  const scopes = optionalTexts(value, "user_api_scopes");
  if (scopes !== undefined) checkAppScopes(scopes);
  return scopes;
}

/** Its secret is made anew with each start of the app, and told to nobody else. */
function addPrincipal(world: World, displayName: string): string {
  const applicationId = crypto.randomUUID();
  const principals = world.store.collection<ServicePrincipal>("service_principal");
  principals.put(applicationId, { applicationId, id: world.ids.next(), displayName, secretHash: "" });
  return applicationId;
}

function resourcesIn(value: unknown): AppDocument["resources"] {
  return (optionalArray(value, "resources") ?? []).map((resource) => {
    if (!isObject(resource)) throw invalid("resources must be a list of objects.");
    requiredText(resource["name"], "resources.name");
    return resource;
  });
}

const get: Handler = (call, world) => {
  rememberHost(world, new URL(call.request.url).origin);
  return view(world, requireApp(world, nameOf(call)));
};

/** What the body does not name is gone afterwards, as on the workspace, whatever the method's name says. */
const update: Handler = async (call, world) => {
  const app = requireApp(world, nameOf(call));
  const body = await call.json();
  const description = optionalText(body["description"], "description") ?? "";
  const resources = resourcesIn(body["resources"]);
  const userApiScopes = scopesIn(body["user_api_scopes"]) ?? [];
  const changed = { ...app, description, resources, userApiScopes, updatedAt: world.clock.now() };
  appsOf(world).put(app.name, changed);
  return view(world, changed);
};

const remove: Handler = async (call, world) => {
  const app = requireApp(world, nameOf(call));
  await forgetApp(world, app.name);
  for (const { id } of deploymentsOfApp(world, app.name)) deploymentsOf(world).delete(id);
  world.store.collection<ServicePrincipal>("service_principal").delete(app.principal);
  await removeFolders(world, app.name);
  appsOf(world).delete(app.name);
  return view(world, app);
};

const start: Handler = async (call, world) => {
  const app = setStarted(world, requireApp(world, nameOf(call)), true);
  const active = app.activeDeployment === undefined ? undefined : deploymentsOf(world).get(app.activeDeployment);
  if (active !== undefined) void deploy(world, app, active).catch(() => undefined);
  return view(world, app);
};

const stop: Handler = async (call, world) => {
  const app = requireApp(world, nameOf(call));
  await stopApp(world, app.name);
  say(world, app.name, "The app was stopped.");
  return view(world, setStarted(world, app, false));
};

function setStarted(world: World, app: AppDocument, started: boolean): AppDocument {
  const now = world.clock.now();
  const readyAt = started === app.started ? app.readyAt : now + world.switches.clusterStartMs;
  const changed = { ...app, started, updatedAt: now, readyAt };
  appsOf(world).put(app.name, changed);
  return changed;
}

const createDeployment: Handler = async (call, world) => {
  rememberHost(world, new URL(call.request.url).origin);
  const app = requireApp(world, nameOf(call));
  const body = await call.json();
  if (!app.started)
    throw new ApiFault(400, "BAD_REQUEST", `App ${app.name} is not running: start it before a deployment.`);
  if (deploymentsOfApp(world, app.name).some(({ state }) => state === "IN_PROGRESS")) {
    throw new ApiFault(409, "RESOURCE_CONFLICT", `App ${app.name} has a deployment in progress.`);
  }
  const now = world.clock.now();
  const env = (optionalArray(body["env_vars"], "env_vars") ?? []).filter(isObject);
  const deployment: DeploymentDocument = {
    id: world.ids.hex(32),
    app: app.name,
    creator: call.caller.userName,
    sourcePath: requiredText(body["source_code_path"], "source_code_path").replace(/^\/Workspace(?=\/)/, ""),
    mode: optionalWord(body["mode"], "mode", ["SNAPSHOT", "AUTO_SYNC"]) ?? "SNAPSHOT",
    env: env as unknown as DeploymentDocument["env"],
    command: optionalTexts(body["command"], "command") ?? [],
    state: "IN_PROGRESS",
    message: "Deployment is in progress",
    createdAt: now,
    updatedAt: now,
  };
  deploymentsOf(world).put(deployment.id, deployment);
  void deploy(world, app, deployment).catch(() => undefined);
  return deploymentView(deployment);
};

async function deploy(world: World, app: AppDocument, deployment: DeploymentDocument): Promise<void> {
  const end = (state: DeploymentDocument["state"], message: string): void => {
    const now = world.clock.now();
    deploymentsOf(world).put(deployment.id, { ...deployment, state, message, updatedAt: now });
    say(world, app.name, message, state === "FAILED" ? "ERROR" : "INFO");
  };
  say(world, app.name, `Deploying ${deployment.sourcePath}`);
  try {
    const left = app.readyAt - world.clock.now();
    if (left > 0) await world.clock.sleep(left, world.signal);
    const folder = folderOf(world, app.name, deployment.id);
    const source = await copySource(world, deployment.sourcePath, folder);
    if (await Bun.file(join(folder, "package.json")).exists()) {
      say(
        world,
        app.name,
        "package.json: the emulator installs nothing, and runs with the programs of this machine's PATH.",
      );
    }
    const env = deployment.env.map((one) => ({ name: one.name, value: one.value, valueFrom: one.value_from }));
    const command = deployment.command.length === 0 ? source.command : deployment.command;
    const state = await startApp(world, { app, folder, source: { ...source, command }, env });
    const now = appsOf(world).get(app.name);
    if (now === undefined) return;
    if (state !== "RUNNING") return end("FAILED", "App process did not start to listen on DATABRICKS_APP_PORT.");
    appsOf(world).put(app.name, { ...now, activeDeployment: deployment.id });
    await keepFolder(world, app.name, deployment.id);
    end("SUCCEEDED", "App started successfully");
  } catch (thrown) {
    if (world.signal.aborted) return;
    end("FAILED", thrown instanceof SourceFault ? thrown.message : "The deployment failed for an internal reason.");
  }
}

const listDeployments: Handler = (call, world) => {
  const { name } = requireApp(world, nameOf(call));
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 20, max: 100 });
  const page = pageOf(deploymentsOfApp(world, name), { size, token: call.query.get("page_token") });
  return {
    ...(page.items.length === 0 ? {} : { app_deployments: page.items.map(deploymentView) }),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

const getDeployment: Handler = (call, world) => {
  const { name } = requireApp(world, nameOf(call));
  const found = deploymentsOf(world).get(call.params["deployment"] ?? "");
  if (found?.app === name) return deploymentView(found);
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Deployment ${call.params["deployment"]} does not exist.`);
};

function nameOf(call: Call): string {
  return call.params["name"] ?? "";
}

const iso = (ms: number): string => new Date(ms).toISOString();

function view(world: World, app: AppDocument): object {
  const [active, ...others] = [app.activeDeployment, deploymentsOfApp(world, app.name)[0]?.id].map((id) =>
    id === undefined ? undefined : deploymentsOf(world).get(id),
  );
  const pending = others.find((one) => one?.state === "IN_PROGRESS");
  const isMoving = world.clock.now() < app.readyAt;
  const moving = app.started ? "STARTING" : "STOPPING";
  const settled = app.started ? "ACTIVE" : "STOPPED";
  return {
    name: app.name,
    id: app.id,
    description: app.description,
    creator: app.creator,
    create_time: iso(app.createdAt),
    update_time: iso(app.updatedAt),
    url: liveApp(world, app.name).front.url,
    service_principal_client_id: app.principal,
    service_principal_name: `app-${app.name}`,
    resources: app.resources,
    user_api_scopes: app.userApiScopes,
    effective_user_api_scopes: [...scopesOfEveryApp, ...app.userApiScopes],
    compute_status: { state: isMoving ? moving : settled, message: "" },
    app_status: { state: pending === undefined ? appState(world, app.name) : "DEPLOYING", message: "" },
    ...(active === undefined
      ? {}
      : { active_deployment: deploymentView(active), default_source_code_path: active.sourcePath }),
    ...(pending === undefined ? {} : { pending_deployment: deploymentView(pending) }),
  };
}

function deploymentView(one: DeploymentDocument): object {
  return {
    deployment_id: one.id,
    source_code_path: one.sourcePath,
    mode: one.mode,
    creator: one.creator,
    create_time: iso(one.createdAt),
    update_time: iso(one.updatedAt),
    status: { state: one.state, message: one.message },
    ...(one.command.length === 0 ? {} : { command: one.command }),
  };
}

export const appsRoutes: readonly Route[] = [
  { method: "GET", pattern: base, handler: list },
  { method: "POST", pattern: base, handler: create },
  { method: "GET", pattern: `${base}/{name}`, handler: get },
  { method: "PATCH", pattern: `${base}/{name}`, handler: update },
  { method: "DELETE", pattern: `${base}/{name}`, handler: remove },
  { method: "POST", pattern: `${base}/{name}/start`, handler: start },
  { method: "POST", pattern: `${base}/{name}/stop`, handler: stop },
  { method: "GET", pattern: `${base}/{name}/deployments`, handler: listDeployments },
  { method: "POST", pattern: `${base}/{name}/deployments`, handler: createDeployment },
  { method: "GET", pattern: `${base}/{name}/deployments/{deployment}`, handler: getDeployment },
];
