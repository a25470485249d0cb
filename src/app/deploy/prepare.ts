// Before a deployment: what is there, whether it may be touched, and what the app needs that is not the app.
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import type { App } from "../../tools/apps/apps-api.ts";
import { experimentId } from "../tracing/experiments.ts";
import type { AgentName } from "./agent-packages.ts";
import type { DeployContext } from "./context.ts";
import { changeFor, existingApp, type AppChange, type AppWish } from "./ensure-app.ts";
import type { Variable } from "./folder.ts";
import { databaseResource, ensureLakebase } from "./lakebase.ts";
import { earlierDatabase, earlierFiles, earlierFolder } from "./remembered.ts";
import { defaultScopes } from "./scopes.ts";
import { remoteFolder, withoutRoot, type RemoteFolder } from "./upload.ts";
import type { DeployWish } from "./wish.ts";

export interface Prepared {
  readonly path: string;
  readonly remote: RemoteFolder;
  readonly existing: App | undefined;
  readonly app: AppWish;
  readonly change: AppChange;
  readonly env: readonly Variable[];
  readonly agents: readonly AgentName[];
  readonly makesDatabase: boolean;
  /** Beside `--behind-databricks-apps`. */
  readonly serveWords: readonly string[];
}

/** All that is looked at, and what is made before the app, because the app names it. */
export async function prepare(context: DeployContext, wish: DeployWish): Promise<Prepared> {
  context.progress("Looking at the workspace");
  const user = await context.workspace.identity.userName({ signal: context.signal });
  const existing = await existingApp(context, wish.name);
  const earlier = wish.sourcePath ?? (await earlierFolder(context, existing));
  const path = earlier ?? `/Workspace/Users/${user}/mortar-apps/${wish.name}`;
  const remote = await remoteFolder(context, path);
  if (!wish.replace) refuseForeign({ name: wish.name, path, existing, remote });
  const remembered = await earlierFiles(context, path, remote);
  const wanted = wish.lakebase ?? earlierDatabase(existing);
  const lakebase =
    wanted === undefined || wanted === "none" ? undefined : await ensureLakebase(context, wanted, wish.dryRun);
  const experiment = await tracedExperiment(context, wish, user);
  const resources = [
    ...(lakebase === undefined ? [] : [lakebase.resource]),
    ...(wish.warehouse === undefined ? [] : [named("warehouse", "sql_warehouse", { id: wish.warehouse }, "CAN_USE")]),
    ...(wish.servingEndpoint === undefined
      ? []
      : [named("serving-endpoint", "serving_endpoint", { name: wish.servingEndpoint }, "CAN_QUERY")]),
    ...(experiment?.id === undefined
      ? []
      : [named("experiment", "experiment", { experiment_id: experiment.id }, "CAN_EDIT")]),
  ];
  const app = {
    name: wish.name,
    resources,
    without: wish.lakebase === "none" ? [databaseResource] : [],
    scopes: wish.scopes ?? defaultScopes,
    onlyThese: wish.scopes !== undefined,
  };
  const traced = experiment === undefined ? [] : [{ name: "MLFLOW_EXPERIMENT_NAME", value: experiment.shown }];
  const env = lastWins([...remembered.env, ...traced, ...wish.env]);
  const agents = [wish.agents, remembered.agents, usualAgents].find(({ length }) => length > 0) ?? usualAgents;
  const serveWords = lakebase === undefined ? [] : ["--database", lakebase.address];
  const makesDatabase = lakebase?.existed === false;
  const change = changeFor(existing, app);
  return { path, remote, existing, app, change, env, agents, makesDatabase, serveWords };
}

function named(name: string, kind: string, what: JsonObject, permission: string): JsonObject {
  return { name, [kind]: { ...what, permission } };
}

const usualAgents: readonly AgentName[] = ["claude"];

/** An empty value takes the variable away. */
const lastWins = (env: readonly Variable[]): readonly Variable[] =>
  [...new Map(env.map((one) => [one.name, one])).values()].filter(({ value }) => value !== "");

/** The app writes traces as itself, because no user's token may: so the experiment is one of its resources. */
async function tracedExperiment(context: DeployContext, wish: DeployWish, user: string) {
  const { experiment, dryRun } = wish;
  if (experiment === undefined) return undefined;
  if (dryRun) return { id: /^\d+$/.test(experiment) ? experiment : undefined, shown: experiment };
  const { workspace, signal } = context;
  const id = await experimentId(workspace.client, { experiment, user, signal });
  return { id, shown: id };
}

interface Foreign {
  readonly name: string;
  readonly path: string;
  readonly existing: App | undefined;
  readonly remote: RemoteFolder;
}

function refuseForeign({ name, path, existing, remote }: Foreign): void {
  const running = existing?.active?.sourcePath ?? existing?.pending?.sourcePath;
  if (running !== undefined && withoutRoot(running) !== withoutRoot(path)) {
    throw new MortarError("already_exists", `The app ${name} runs something else, from ${running}`, {
      hint: "Take another name, or give --replace to deploy over it.",
    });
  }
  if (remote.isOurs) return;
  throw new MortarError("already_exists", `${path} holds something else`, {
    hint: "Name another folder with --source-path, or give --replace to write into this one.",
  });
}
