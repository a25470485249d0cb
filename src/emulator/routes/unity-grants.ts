// Grants of Unity Catalog: read, inherited, changed. https://docs.databricks.com/api/workspace/grants
import { isObject, type JsonObject } from "../../platform/json.ts";
import {
  changeGrants,
  effectiveGrants,
  grantsOf,
  requireMay,
  type Grant,
  type GrantChange,
} from "../catalog/grants.ts";
import { metastoreId } from "../catalog/metastore.ts";
import { findSecurable, type Securable } from "../catalog/securables.ts";
import { invalid, optionalArray, optionalInteger, optionalTexts, requiredText, wireId } from "../http/fields.ts";
import type { Call, Handler, Route } from "../http/route.ts";
import { pageOf } from "../paging.ts";
import type { World } from "../world.ts";

const unity = "/api/2.1/unity-catalog";
/** A page has at least so many privileges; less may not be asked for. */
const leastPage = 150;

const getGrants: Handler = async (call, world) =>
  assignmentPage(call, plainAssignments(world, await onOf(call, world)));

const getEffective: Handler = async (call, world) => {
  const grants = effectiveGrants(world, await onOf(call, world));
  const principals = [...new Set(grants.map(({ principal }) => principal))];
  return assignmentPage(
    call,
    principals.map((principal) => ({
      principal,
      privileges: grants.filter((grant) => grant.principal === principal).map(effectiveView),
    })),
  );
};

function effectiveView({ privilege, from }: Grant): object {
  if (from === undefined) return { privilege };
  return { privilege, inherited_from_type: from.type.toUpperCase(), inherited_from_name: from.name };
}

const updateGrants: Handler = async (call, world) => {
  const on = await onOf(call, world);
  requireMay(world, call.caller, { on, privilege: "MANAGE" });
  const body = await call.json();
  changeGrants(world, on, (optionalArray(body["changes"], "changes") ?? []).map(changeOf));
  const omitted = body["omit_permissions_in_response"] === true;
  return omitted ? {} : { privilege_assignments: plainAssignments(world, on) };
};

/** The changes of a body, as both APIs of grants have them. */
export function changeOf(value: unknown): GrantChange {
  if (!isObject(value)) throw invalid("Invalid value for the field 'changes': expected objects.");
  const change = value as JsonObject;
  return {
    principal: requiredText(change["principal"], "principal"),
    add: optionalTexts(change["add"], "add") ?? [],
    remove: optionalTexts(change["remove"], "remove") ?? [],
  };
}

export interface Assignment {
  readonly principal: string;
  readonly privileges: readonly (string | object)[];
}

export function plainAssignments(world: World, on: Securable): readonly Assignment[] {
  return Object.entries(grantsOf(world, on)).map(([principal, privileges]) => ({ principal, privileges }));
}

/** Pages by privileges, and never half of a principal's. */
function assignmentPage(call: Call, all: readonly Assignment[]): object {
  const principal = call.query.get("principal");
  const assignments = principal === null ? all : all.filter((one) => one.principal === principal);
  const asked = optionalInteger(call.query.get("max_results"), "max_results", { min: 0, max: 2_147_483_647 });
  if (asked === undefined) return { privilege_assignments: assignments };
  if (asked !== 0 && asked < leastPage) throw invalid(`max_results must be 0, or at least ${leastPage}.`);
  const page = pageOf(assignments, { size: 50, token: call.query.get("page_token") });
  return {
    ...(page.items.length === 0 ? {} : { privilege_assignments: page.items }),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
}

function onOf(call: Call, world: World): Promise<Securable> {
  return findSecurable(world, call.params["type"] ?? "", call.params["name"] ?? "");
}

const metastoreSummary: Handler = (_call, world) => {
  const id = metastoreId(world);
  return {
    metastore_id: id,
    name: "emulator",
    owner: world.owner.userName,
    cloud: "local",
    region: "local",
    global_metastore_id: `local:local:${id}`,
    delta_sharing_scope: "INTERNAL_AND_EXTERNAL",
  };
};

const assignment: Handler = (_call, world) => ({
  metastore_id: metastoreId(world),
  workspace_id: wireId(world.workspaceId),
  default_catalog_name: "main",
});

export const unityGrantsRoutes: readonly Route[] = [
  { method: "GET", pattern: `${unity}/permissions/{type}/{name}`, handler: getGrants },
  { method: "PATCH", pattern: `${unity}/permissions/{type}/{name}`, handler: updateGrants },
  { method: "GET", pattern: `${unity}/effective-permissions/{type}/{name}`, handler: getEffective },
  { method: "GET", pattern: `${unity}/metastore_summary`, handler: metastoreSummary },
  { method: "GET", pattern: `${unity}/current-metastore-assignment`, handler: assignment },
];
