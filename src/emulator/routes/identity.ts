// Who am I: SCIM Me, users and groups, token introspection, personal access tokens.
import { optionalInteger, optionalText, requiredText } from "../http/fields.ts";
import { ApiFault, type Caller, type Handler, type Route } from "../http/route.ts";
import { rawId } from "../http/wire.ts";
import { accountId } from "../oauth/discovery.ts";
import type { TokenRecord } from "../state/tokens.ts";
import type { World } from "../world.ts";

const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
const listSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

interface Group {
  readonly id: string;
  readonly displayName: string;
}

/** The two groups that every workspace has. */
const groups: readonly Group[] = [
  { id: "600000000000001", displayName: "admins" },
  { id: "600000000000002", displayName: "users" },
];

const me: Handler = (call, world) => principal(call.caller, world);

const listUsers: Handler = (call, world) =>
  scimList(call.query, [principal(world.owner, world) as unknown as Record<string, unknown>]);

const getUser: Handler = (call, world) => {
  if (call.params["id"] !== world.owner.userId) throw new ApiFault(404, "notFound", "User not found");
  return principal(world.owner, world);
};

const listGroups: Handler = (call, world) =>
  scimList(
    call.query,
    groups.map((group) => groupBody(group, world)),
  );

const getGroup: Handler = (call, world) => {
  const group = groups.find(({ id }) => id === call.params["id"]);
  if (group === undefined) throw new ApiFault(404, "notFound", "Group not found");
  return groupBody(group, world);
};

const introspect: Handler = (call, world) => ({
  principal_context: {
    authentication_scope: { account_id: accountId, workspace_id: rawId(world.workspaceId) },
    principal: { id: call.caller.userId, user_name: call.caller.userName },
  },
});

const createToken: Handler = async (call, world) => {
  const body = await call.json();
  const bounds = { min: 1, max: 730 * 86_400 };
  const seconds = optionalInteger(body["lifetime_seconds"], "lifetime_seconds", bounds);
  const { token, record } = world.tokens.issue({
    kind: "pat",
    caller: call.caller,
    comment: optionalText(body["comment"], "comment") ?? "",
    ...(seconds === undefined ? {} : { lifetimeMs: seconds * 1_000 }),
  });
  return { token_value: token, token_info: tokenInfo(record) };
};

const listTokens: Handler = (call, world) => {
  const own = world.tokens
    .list()
    .filter((record) => record.kind === "pat" && record.caller.userId === call.caller.userId);
  return own.length === 0 ? {} : { token_infos: own.map(tokenInfo) };
};

const deleteToken: Handler = async (call, world) => {
  const tokenId = requiredText((await call.json())["token_id"], "token_id");
  const own = (record: TokenRecord): boolean =>
    record.kind === "pat" && record.tokenId === tokenId && record.caller.userId === call.caller.userId;
  if (world.tokens.revoke(own) === 0) {
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Token with ID ${tokenId} does not exist!`);
  }
  return {};
};

const scimPrefixes = ["/api/2.0/preview/scim/v2", "/api/2.0/scim/v2"];

export const identityRoutes: readonly Route[] = [
  ...scimPrefixes.flatMap((prefix): Route[] => [
    { method: "GET", pattern: `${prefix}/Me`, handler: me },
    { method: "GET", pattern: `${prefix}/Users`, handler: listUsers },
    { method: "GET", pattern: `${prefix}/Users/{id}`, handler: getUser },
    { method: "GET", pattern: `${prefix}/Groups`, handler: listGroups },
    { method: "GET", pattern: `${prefix}/Groups/{id}`, handler: getGroup },
  ]),
  { method: "GET", pattern: "/api/2.0/tokens/introspect", handler: introspect },
  { method: "POST", pattern: "/api/2.0/token/create", handler: createToken },
  { method: "GET", pattern: "/api/2.0/token/list", handler: listTokens },
  { method: "POST", pattern: "/api/2.0/token/delete", handler: deleteToken },
];

function principal(caller: Caller, world: World): object {
  const { userName, userId, isServicePrincipal } = caller;
  const isOwner = userId === world.owner.userId;
  const memberships = isOwner ? groups : groups.slice(1);
  return {
    schemas: [userSchema],
    id: userId,
    userName,
    displayName: isServicePrincipal ? userName : (userName.split("@")[0] ?? userName),
    active: true,
    emails: isServicePrincipal ? [] : [{ type: "work", value: userName, primary: true }],
    groups: memberships.map(({ id, displayName }) => ({
      display: displayName,
      type: "direct",
      value: id,
      $ref: `Groups/${id}`,
    })),
    entitlements: [{ value: "workspace-access" }, { value: "databricks-sql-access" }],
  };
}

function groupBody(group: Group, world: World): Record<string, unknown> {
  return {
    schemas: [groupSchema],
    ...group,
    members: [{ display: world.owner.userName, value: world.owner.userId, $ref: `Users/${world.owner.userId}` }],
  };
}

/** SCIM's list: `startIndex` counts from 1; the one filter is `name eq "value"` (RFC 7644 3.4.2). */
function scimList(query: URLSearchParams, all: readonly Record<string, unknown>[]): object {
  const filter = query.get("filter");
  const match = filter === null ? undefined : /^(\w+) eq "([^"]*)"$/i.exec(filter);
  if (match === null) throw new ApiFault(400, "invalidFilter", `The emulator reads filters of the form name eq "x"`);
  const found = match === undefined ? all : all.filter((one) => one[match[1] ?? ""] === match[2]);
  const start = Math.max(1, Number(query.get("startIndex") ?? 1) || 1);
  const count = Number(query.get("count") ?? found.length);
  const page = found.slice(start - 1, start - 1 + count);
  return {
    schemas: [listSchema],
    totalResults: found.length,
    startIndex: start,
    itemsPerPage: page.length,
    Resources: page,
  };
}

function tokenInfo(record: TokenRecord): object {
  return {
    token_id: record.tokenId,
    creation_time: record.createdAt,
    expiry_time: record.expiresAt ?? -1,
    comment: record.comment ?? "",
  };
}
