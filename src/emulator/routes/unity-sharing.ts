// Delta Sharing: shares with what is in them, recipients with their tokens, providers. Nothing leaves the machine.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { changeGrants, grantsOf } from "../catalog/grants.ts";
import { requireRoot, rootObjects, rootView, updateRoot, type RootDocument } from "../catalog/metastore.ts";
import { managed, rootRoutes } from "../catalog/root-routes.ts";
import { findSecurable } from "../catalog/securables.ts";
import {
  invalid,
  optionalArray,
  optionalFlag,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalWord,
  requiredText,
} from "../http/fields.ts";
import { ApiFault, type Caller, type Handler, type Route } from "../http/route.ts";
import type { World } from "../world.ts";
import { changeOf, plainAssignments } from "./unity-grants.ts";

const unity = "/api/2.1/unity-catalog";
const tokenMs = 90 * 24 * 3_600_000;

const likeTables = ["TABLE", "VIEW", "MATERIALIZED_VIEW", "STREAMING_TABLE", "FOREIGN_TABLE"];
const others = ["SCHEMA", "VOLUME", "MODEL", "NOTEBOOK_FILE", "FUNCTION", "FEATURE_SPEC"];

function sharedObjects({ fields }: RootDocument): readonly JsonObject[] {
  return Array.isArray(fields["objects"]) ? (fields["objects"] as JsonObject[]) : [];
}

/** The generic routes change name, owner and comment; what is in a share changes here. */
const updateShare: Handler = async (call, world) => {
  const before = await managed(call, world, "share");
  const body = await call.json();
  const updates = optionalArray(body["updates"], "updates") ?? [];
  let objects = sharedObjects(before);
  for (const update of updates) {
    if (!isObject(update)) throw invalid("Invalid value for the field 'updates': expected objects.");
    objects = await updatedObjects(world, objects, { update: update as JsonObject, caller: call.caller });
  }
  return rootView(updateRoot(world, "share", { before, body, fields: { objects: [...objects] }, caller: call.caller }));
};

async function updatedObjects(
  world: World,
  objects: readonly JsonObject[],
  { update, caller }: { readonly update: JsonObject; readonly caller: Caller },
): Promise<readonly JsonObject[]> {
  const action = optionalWord(update["action"], "action", ["ADD", "REMOVE", "UPDATE"]) ?? "ADD";
  const data = optionalObject(update["data_object"], "data_object") ?? {};
  const name = requiredText(data["name"], "name").toLowerCase();
  const type = optionalWord(data["data_object_type"], "data_object_type", [...likeTables, ...others]) ?? "TABLE";
  const isThis = (one: JsonObject): boolean => one["name"] === name && one["data_object_type"] === type;
  if (action !== "ADD" && !objects.some(isThis)) {
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `'${name}' is not in the share.`);
  }
  const left = objects.filter((one) => !isThis(one));
  if (action === "REMOVE") return left;
  if (action === "ADD" && left.length < objects.length) {
    throw new ApiFault(409, "RESOURCE_ALREADY_EXISTS", `'${name}' is already in the share.`);
  }
  await requireShared(world, type, name);
  return [...left, { ...aliasOf(data, { name, type }), name, data_object_type: type, ...added(world, caller, data) }];
}

async function requireShared(world: World, type: string, name: string): Promise<void> {
  if (type === "SCHEMA") await findSecurable(world, "schema", name);
  else if (type === "VOLUME" || type === "FUNCTION") await findSecurable(world, type, name);
  else if (likeTables.includes(type)) await findSecurable(world, "table", name);
}

/** The name under which recipients see it, in the field of its kind. */
function aliasOf(data: JsonObject, { name, type }: { readonly name: string; readonly type: string }): JsonObject {
  const [right, wrong] = likeTables.includes(type)
    ? ["shared_as", "string_shared_as"]
    : ["string_shared_as", "shared_as"];
  if (optionalText(data[wrong ?? ""], wrong ?? "") !== undefined) throw invalid(`${wrong} does not go with a ${type}.`);
  if (type === "SCHEMA") return {};
  const alias = optionalText(data[right ?? ""], right ?? "") ?? name.split(".").slice(1).join(".");
  if (!/^\w+\.\w+$/.test(alias)) throw invalid(`'${alias}' is not of the form <schema>.<name>.`);
  return { [right ?? ""]: alias };
}

function added(world: World, caller: Caller, data: JsonObject): JsonObject {
  const partitions = optionalArray(data["partitions"], "partitions");
  return {
    ...(data["comment"] === undefined ? {} : { comment: data["comment"] }),
    ...(partitions === undefined ? {} : { partitions: partitions.map(requirePartition) }),
    added_at: world.clock.now(),
    added_by: caller.userName,
    status: "ACTIVE",
  };
}

function requirePartition(partition: unknown): JsonObject {
  const values = isObject(partition) ? optionalArray((partition as JsonObject)["values"], "values") : undefined;
  for (const value of values ?? []) {
    if (!isObject(value)) throw invalid("Invalid value for the field 'values': expected objects.");
    requiredText((value as JsonObject)["name"], "name");
    optionalWord((value as JsonObject)["op"], "op", ["EQUAL", "LIKE"]);
  }
  if (values === undefined) throw invalid("Missing required field: values");
  return partition as JsonObject;
}

const sharePermissions: Handler = async (call, world) => {
  const share = requireRoot(world, "share", call.params["name"] ?? "");
  return { privilege_assignments: plainAssignments(world, await findSecurable(world, "share", share.name)) };
};

const updateSharePermissions: Handler = async (call, world) => {
  const share = await managed(call, world, "share");
  const body = await call.json();
  const changes = (optionalArray(body["changes"], "changes") ?? []).map(changeOf);
  for (const { principal } of changes) requireRoot(world, "recipient", principal);
  const on = await findSecurable(world, "share", share.name);
  changeGrants(world, on, changes);
  return { privilege_assignments: plainAssignments(world, on) };
};

function readRecipient(body: JsonObject, before: RootDocument | undefined, now: number): JsonObject {
  const addresses = optionalObject(body["ip_access_list"], "ip_access_list");
  const common = addresses === undefined ? {} : { ip_access_list: addresses };
  if (before !== undefined) return common;
  const type = optionalWord(body["authentication_type"], "authentication_type", ["TOKEN", "DATABRICKS"]);
  if (type === undefined) throw invalid("Missing required field: authentication_type");
  if (type === "TOKEN") return { ...common, authentication_type: type, activated: false, tokens: [newToken(now)] };
  const metastore = requiredText(body["data_recipient_global_metastore_id"], "data_recipient_global_metastore_id");
  const [cloud = "", region = "", id] = metastore.split(":");
  if (id === undefined) throw invalid(`Invalid sharing identifier '${metastore}': expected <cloud>:<region>:<uuid>.`);
  return {
    ...common,
    authentication_type: type,
    data_recipient_global_metastore_id: metastore,
    cloud,
    region,
    activated: true,
  };
}

function newToken(now: number): JsonObject {
  const id = crypto.randomUUID();
  return {
    id,
    created_at: now,
    expiration_time: now + tokenMs,
    activation_url: `https://emulator.invalid/delta_sharing/retrieve_config.html?${crypto.randomUUID()}`,
  };
}

const rotateToken: Handler = async (call, world) => {
  const before = await managed(call, world, "recipient");
  const body = await call.json();
  const bounds = { min: 0, max: 31_536_000 };
  const seconds = optionalInteger(body["existing_token_expire_in_seconds"], "existing_token_expire_in_seconds", bounds);
  if (seconds === undefined) throw invalid("Missing required field: existing_token_expire_in_seconds");
  if (before.fields["authentication_type"] !== "TOKEN") throw invalid("Only recipients of the type TOKEN have tokens.");
  const now = world.clock.now();
  const [old] = Array.isArray(before.fields["tokens"]) ? (before.fields["tokens"] as JsonObject[]) : [];
  const kept = old === undefined || seconds === 0 ? [] : [{ ...old, expiration_time: now + seconds * 1_000 }];
  const fields = { tokens: [newToken(now), ...kept], activated: false };
  return rootView(updateRoot(world, "recipient", { before, body: {}, fields, caller: call.caller }));
};

const recipientShares: Handler = async (call, world) => {
  const recipient = requireRoot(world, "recipient", call.params["name"] ?? "");
  const found: object[] = [];
  for (const share of rootObjects(world, "share").all()) {
    const privileges = grantsOf(world, share)[recipient.name];
    if (privileges === undefined) continue;
    found.push({
      share_name: share.name,
      privilege_assignments: [{ principal: recipient.name, privileges }],
    });
  }
  return { permissions_out: found };
};

/** Those of the profile that the provider was made with; the emulator keeps their names. */
const providerShares: Handler = (call, world) => {
  const { fields } = requireRoot(world, "provider", call.params["name"] ?? "");
  const shares = Array.isArray(fields["shares"]) ? fields["shares"] : [];
  return { shares: shares.map((name) => ({ name })) };
};

export const unitySharingRoutes: readonly Route[] = [
  { method: "PATCH", pattern: `${unity}/shares/{name}`, handler: updateShare },
  ...rootRoutes("share", {
    collection: "shares",
    read: () => ({}),
    show: (document, call) => {
      const { objects, ...view } = rootView(document);
      const wanted = optionalFlag(call.query.get("include_shared_data"), "include_shared_data");
      return wanted && objects !== undefined ? { ...view, objects } : view;
    },
  }).filter(({ method }) => method !== "PATCH"),
  { method: "GET", pattern: `${unity}/shares/{name}/permissions`, handler: sharePermissions },
  { method: "PATCH", pattern: `${unity}/shares/{name}/permissions`, handler: updateSharePermissions },
  ...rootRoutes("recipient", {
    collection: "recipients",
    read: (body, { before, world }) => readRecipient(body, before, world.clock.now()),
  }),
  { method: "POST", pattern: `${unity}/recipients/{name}/rotate-token`, handler: rotateToken },
  { method: "GET", pattern: `${unity}/recipients/{name}/share-permissions`, handler: recipientShares },
  ...rootRoutes("provider", {
    collection: "providers",
    read: (body, { before }) => readProvider(body, before),
  }),
  { method: "GET", pattern: `${unity}/providers/{name}/shares`, handler: providerShares },
];

/** The profile is a credential, and is kept nowhere. `shares` is the emulator's own: what this provider shares. */
function readProvider(body: JsonObject, before: RootDocument | undefined): JsonObject {
  const shares = optionalArray(body["shares"], "shares");
  const common = shares === undefined ? {} : { shares: shares.map(String) };
  if (before !== undefined) return common;
  const type = optionalWord(body["authentication_type"], "authentication_type", ["TOKEN", "DATABRICKS"]);
  if (type === undefined) throw invalid("Missing required field: authentication_type");
  if (type === "TOKEN") requiredText(body["recipient_profile_str"], "recipient_profile_str");
  return { ...common, authentication_type: type };
}
