// Lakebase: autoscaling projects (Postgres API) and provisioned instances (Database API), both 2.0.
// https://docs.databricks.com/api/workspace/postgres https://docs.databricks.com/api/workspace/database
import type { JsonObject } from "../../platform/json.ts";
import { MortarError } from "../../platform/errors.ts";
import { pollUntil } from "../../workspace/poll.ts";
import { object, objects, requiredText, text } from "../../workspace/fields.ts";
import { collect, pagesOf } from "../../workspace/pages.ts";
import { segment, type Query } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";
import { waitMs, waitOptions } from "../waiting.ts";

type Around = Pick<ToolContext, "workspace" | "signal">;

export const postgres = "/api/2.0/postgres";
export const database = "/api/2.0/database";

/** A resource's name as a path: each part encoded. Throws `invalid_input` for a name that climbs. */
export function namePath(name: string): string {
  return name
    .split("/")
    .map((part) => segment(part, "name in Lakebase"))
    .join("/");
}

export async function getPostgres({ workspace, signal }: Around, name: string): Promise<JsonObject> {
  return await workspace.client.json({ method: "GET", path: `${postgres}/${namePath(name)}`, signal });
}

/** Undefined where there is nothing of that name, or no such API in this workspace. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof MortarError && ["not_found", "unsupported"].includes(thrown.code)) return undefined;
    throw thrown;
  }
}

/** All pages of what is below `parent`: projects, branches, endpoints or databases. */
export async function listPostgres(
  { workspace, signal }: Around,
  parent: string,
  kind: "projects" | "branches" | "endpoints" | "databases",
): Promise<readonly JsonObject[]> {
  const path = `${postgres}/${parent === "" ? "" : `${namePath(parent)}/`}${kind}` as const;
  const pages = pagesOf(workspace.client, (token) => ({ method: "GET", path, query: { page_token: token }, signal }));
  return (await collect(pages, (page) => objects(page, kind))).items;
}

export async function listInstances({ workspace, signal }: Around): Promise<readonly JsonObject[]> {
  const path = `${database}/instances` as const;
  const pages = pagesOf(workspace.client, (token) => ({ method: "GET", path, query: { page_token: token }, signal }));
  return (await collect(pages, (page) => objects(page, "database_instances"))).items;
}

export async function getInstance({ workspace, signal }: Around, name: string): Promise<JsonObject> {
  const path = `${database}/instances/${segment(name, "name of an instance")}` as const;
  return await workspace.client.json({ method: "GET", path, signal });
}

export interface Change {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** Below the API's root. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: object;
}

export interface Operated {
  /** False where the work goes on after the wait. */
  readonly done: boolean;
  readonly operation: string | undefined;
}

/** Sends a change and waits for its operation, as far as this call may wait. Throws what the operation ends with. */
export async function operate(
  context: Around & Pick<ToolContext, "deps" | "limits" | "progress">,
  { method, path, query, body }: Change,
  wait: { readonly wait_seconds: number },
): Promise<Operated> {
  const { workspace, deps, signal } = context;
  const request = { method, path: `${postgres}/${path}` as const, query, body, signal } as const;
  const begun = await workspace.client.json(request);
  const name = text(begun, "name");
  // An answer that is no operation is the thing itself: there is nothing to wait for.
  if (name === undefined || begun["done"] === true || !name.includes("operations/")) return ended(begun);
  const telling = waitOptions<JsonObject>(context, waitMs(wait, context), () => "the workspace is working on it");
  const { last, timedOut } = await pollUntil(deps.clock, () => getPostgres(context, name), {
    ...telling,
    done: (one) => one["done"] === true,
  });
  return timedOut ? { done: false, operation: name } : ended(last);
}

function ended(operation: JsonObject): Operated {
  const error = object(operation, "error");
  if (error === undefined) return { done: true, operation: undefined };
  throw new MortarError("workspace_error", text(error, "message") ?? "The operation failed", {
    hint: "`get_lakebase_database` shows what stands now.",
  });
}

export async function send({ workspace, signal }: Around, change: Change): Promise<void> {
  const { method, path, query, body } = change;
  await workspace.client.run({ method, path: `${database}/${path}`, query, body, signal });
}

/** The last part of a resource's name. */
export const idOf = (wire: JsonObject): string => requiredText(wire, "name").split("/").at(-1) ?? "";
