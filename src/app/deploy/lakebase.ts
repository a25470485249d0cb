// The app's database on Lakebase: made where it is missing, and given to the app as one of its resources. The platform then
// makes the Postgres role of the app's service principal and grants it CONNECT and CREATE, so that no SQL has to.
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { getInstance, getPostgres, ifThere, listPostgres, operate, send } from "../../tools/lakebase/lakebase-api.ts";
import { flag, object, text } from "../../workspace/fields.ts";
import { pollUntil } from "../../workspace/poll.ts";
import type { DeployContext } from "./context.ts";

export type LakebaseWish =
  /** An autoscaling project, by its id. */
  | { readonly kind: "project"; readonly name: string }
  /** A provisioned instance. */
  | { readonly kind: "instance"; readonly name: string };

export interface Lakebase {
  /** Whether it was there before. */
  readonly existed: boolean;
  /** As the Apps API takes it. */
  readonly resource: JsonObject;
  /** For `mortar app serve --database`. */
  readonly address: string;
}

/** The key of the app's resource. */
export const databaseResource = "database";
/** The database that every project and instance begins with. */
const databaseName = "databricks_postgres";
const permission = "CAN_CONNECT_AND_CREATE";
/** The least and the most compute of a project that is made here, and when it sleeps. */
const newProject = {
  pg_version: 17,
  default_endpoint_settings: {
    autoscaling_limit_min_cu: 0.5,
    autoscaling_limit_max_cu: 2,
    suspend_timeout_duration: "300s",
  },
};

/** Looks it up, and makes it where it is missing unless `dryRun`. Throws what the workspace refuses, `invalid_state`, `timeout`. */
export function ensureLakebase(context: DeployContext, wish: LakebaseWish, dryRun: boolean): Promise<Lakebase> {
  return wish.kind === "project"
    ? ensureProject(context, wish.name, dryRun)
    : ensureInstance(context, wish.name, dryRun);
}

async function ensureProject(context: DeployContext, id: string, dryRun: boolean): Promise<Lakebase> {
  const name = `projects/${id}`;
  const found = await ifThere(getPostgres(context, name));
  if (found === undefined && dryRun) {
    const branch = `${name}/branches/production`;
    return ofProject({
      existed: false,
      branch,
      database: `${branch}/databases/databricks-postgres`,
      endpoint: `${branch}/endpoints/primary`,
    });
  }
  if (found === undefined) {
    context.progress(`Creating the Lakebase project ${id}`);
    const body = { spec: { display_name: id, ...newProject } };
    const change = { method: "POST", path: "projects", query: { project_id: id }, body } as const;
    const { done } = await operate(context, change, { wait_seconds: context.limits.maxWaitSeconds });
    if (!done) throw notReady(`The Lakebase project ${id}`);
  }
  const project = found ?? (await getPostgres(context, name));
  const branch = text(object(project, "status") ?? {}, "default_branch") ?? `${name}/branches/production`;
  const [databases, endpoints] = await Promise.all([
    listPostgres(context, branch, "databases"),
    listPostgres(context, branch, "endpoints"),
  ]);
  const database = nameOf(databases.find((one) => fieldOf(one, "postgres_database") === databaseName));
  const endpoint = nameOf(endpoints.find((one) => fieldOf(one, "endpoint_type") === "ENDPOINT_TYPE_READ_WRITE"));
  if (database === undefined) throw incomplete(branch, `database ${databaseName}`);
  if (endpoint === undefined) throw incomplete(branch, "endpoint that can be written to");
  return ofProject({ existed: found !== undefined, branch, database, endpoint });
}

interface ProjectNames {
  readonly existed: boolean;
  readonly branch: string;
  readonly database: string;
  readonly endpoint: string;
}

function ofProject({ existed, branch, database, endpoint }: ProjectNames): Lakebase {
  return {
    existed,
    resource: { name: databaseResource, postgres: { branch, database, permission } },
    address: `lakebase:${endpoint}`,
  };
}

async function ensureInstance(context: DeployContext, name: string, dryRun: boolean): Promise<Lakebase> {
  const found = await ifThere(getInstance(context, name));
  const lakebase: Lakebase = {
    existed: found !== undefined,
    resource: { name: databaseResource, database: { instance_name: name, database_name: databaseName, permission } },
    address: `lakebase:${name}`,
  };
  if (dryRun) return lakebase;
  if (found === undefined) {
    context.progress(`Creating the Lakebase instance ${name}`);
    await send(context, { method: "POST", path: "instances", body: { name, capacity: "CU_1" } });
  }
  const { last, timedOut } = await pollUntil(context.deps.clock, () => getInstance(context, name), {
    signal: context.signal,
    timeoutMs: context.limits.maxWaitSeconds * 1_000,
    done: (one) => !["STARTING", "UPDATING"].includes(text(one, "state") ?? ""),
    onProgress: () => context.progress(`Waiting for the Lakebase instance ${name}`),
  });
  if (timedOut) throw notReady(`The Lakebase instance ${name}`);
  if (text(last, "state") === "AVAILABLE") return lakebase;
  const state = flag(last, "effective_stopped") ? "stopped" : (text(last, "state") ?? "in no known state");
  throw new MortarError("invalid_state", `The Lakebase instance ${name} is ${state}`, {
    hint: "Start it in the workspace, and run this again.",
  });
}

const nameOf = (wire: JsonObject | undefined): string | undefined =>
  wire === undefined ? undefined : text(wire, "name");

/** What was asked for, or what is there: the API tells either. */
const fieldOf = (wire: JsonObject, key: string): string | undefined =>
  text(object(wire, "status") ?? {}, key) ?? text(object(wire, "spec") ?? {}, key);

function notReady(what: string): MortarError {
  return new MortarError("timeout", `${what} is not ready yet`, {
    hint: "It goes on by itself. Run this again in some minutes: it takes up where it was.",
  });
}

function incomplete(branch: string, what: string): MortarError {
  return new MortarError("invalid_state", `${branch} has no ${what}`, {
    hint: "Add it in the workspace, or name another project with --lakebase.",
  });
}
