// Secrets 2.0: scopes, secrets, and who may read them. https://docs.databricks.com/api/workspace/secrets
import { invalid, optionalText, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import {
  requireName,
  requirePermission,
  requireScope,
  requireSecret,
  scopesOf,
  secretValue,
  type Permission,
  type ScopeDocument,
} from "../secrets/scopes.ts";
import type { World } from "../world.ts";

const mostSecrets = 1_000;
const mostBytes = 128 * 1024;

const createScope: Handler = async (call, world) => {
  const body = await call.json();
  const name = requireName(requiredText(body["scope"], "scope"), "Scope name");
  const kind = optionalText(body["scope_backend_type"], "scope_backend_type") ?? "DATABRICKS";
  if (kind !== "DATABRICKS") throw invalid("The Mortar emulator has only scopes of the type DATABRICKS.");
  if (scopesOf(world).get(name) !== undefined) {
    throw new ApiFault(400, "RESOURCE_ALREADY_EXISTS", `Scope ${name} already exists!`);
  }
  const everybody = optionalText(body["initial_manage_principal"], "initial_manage_principal");
  if (everybody !== undefined && everybody !== "users") {
    throw invalid("Only the group `users` can be the initial_manage_principal.");
  }
  scopesOf(world).put(name, { name, acls: { [everybody ?? call.caller.userName]: "MANAGE" }, secrets: {} });
  return {};
};

const listScopes: Handler = (_call, world) => {
  const scopes = scopesOf(world).all();
  return scopes.length === 0 ? {} : { scopes: scopes.map(({ name }) => ({ name, backend_type: "DATABRICKS" })) };
};

const deleteScope: Handler = async (call, world) => {
  const { name } = await scopeOfBody(call, world, "MANAGE");
  scopesOf(world).delete(name);
  return {};
};

const put: Handler = async (call, world) => {
  const scope = await scopeOfBody(call, world, "WRITE");
  const body = await call.json();
  const key = requireName(requiredText(body["key"], "key"), "Key");
  const text = optionalText(body["string_value"], "string_value");
  const base64 = optionalText(body["bytes_value"], "bytes_value");
  if ((text === undefined) === (base64 === undefined)) {
    throw invalid("Exactly one of string_value and bytes_value must be given.");
  }
  const bytes = Buffer.from(text ?? base64 ?? "", text === undefined ? "base64" : "utf8");
  if (bytes.length > mostBytes) throw invalid("Secret value must be at most 128 KB.");
  if (!Object.hasOwn(scope.secrets, key) && Object.keys(scope.secrets).length >= mostSecrets) {
    throw new ApiFault(400, "RESOURCE_LIMIT_EXCEEDED", `Scope ${scope.name} holds ${mostSecrets} secrets already.`);
  }
  const secret = { value: bytes.toString("base64"), updatedAt: world.clock.now() };
  scopesOf(world).put(scope.name, { ...scope, secrets: { ...scope.secrets, [key]: secret } });
  return {};
};

const get: Handler = (call, world) => {
  const scope = requiredText(call.query.get("scope"), "scope");
  const key = requiredText(call.query.get("key"), "key");
  return { key, value: secretValue(world, { scope, key }, call.caller) };
};

const list: Handler = (call, world) => {
  const { secrets } = scopeOfQuery(call, world, "READ");
  const shown = Object.entries(secrets).map(([key, { updatedAt }]) => ({ key, last_updated_timestamp: updatedAt }));
  return shown.length === 0 ? {} : { secrets: shown };
};

const remove: Handler = async (call, world) => {
  const scope = await scopeOfBody(call, world, "WRITE");
  const key = requiredText((await call.json())["key"], "key");
  requireSecret(scope.secrets, { scope: scope.name, key });
  const left = Object.fromEntries(Object.entries(scope.secrets).filter(([name]) => name !== key));
  scopesOf(world).put(scope.name, { ...scope, secrets: left });
  return {};
};

const putAcl: Handler = async (call, world) => {
  const scope = await scopeOfBody(call, world, "MANAGE");
  const body = await call.json();
  const principal = requiredText(body["principal"], "principal");
  const permission = requirePermission(requiredText(body["permission"], "permission"));
  scopesOf(world).put(scope.name, { ...scope, acls: { ...scope.acls, [principal]: permission } });
  return {};
};

const getAcl: Handler = (call, world) => {
  const scope = scopeOfQuery(call, world, "READ");
  return requireAcl(scope, requiredText(call.query.get("principal"), "principal"));
};

const listAcls: Handler = (call, world) => {
  const { acls } = scopeOfQuery(call, world, "READ");
  return { items: Object.entries(acls).map(([principal, permission]) => ({ principal, permission })) };
};

const deleteAcl: Handler = async (call, world) => {
  const scope = await scopeOfBody(call, world, "MANAGE");
  const { principal } = requireAcl(scope, requiredText((await call.json())["principal"], "principal"));
  const acls = Object.fromEntries(Object.entries(scope.acls).filter(([name]) => name !== principal));
  scopesOf(world).put(scope.name, { ...scope, acls });
  return {};
};

async function scopeOfBody(call: Call, world: World, may: Permission): Promise<ScopeDocument> {
  return requireScope(world, requiredText((await call.json())["scope"], "scope"), { caller: call.caller, may });
}

function scopeOfQuery(call: Call, world: World, may: Permission): ScopeDocument {
  return requireScope(world, requiredText(call.query.get("scope"), "scope"), { caller: call.caller, may });
}

function requireAcl({ name, acls }: ScopeDocument, principal: string): { principal: string; permission: Permission } {
  const permission = Object.hasOwn(acls, principal) ? acls[principal] : undefined;
  if (permission !== undefined) return { principal, permission };
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `There is no ACL for ${principal} on scope ${name}.`);
}

export const secretsRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/2.0/secrets/scopes/create", handler: createScope },
  { method: "GET", pattern: "/api/2.0/secrets/scopes/list", handler: listScopes },
  { method: "POST", pattern: "/api/2.0/secrets/scopes/delete", handler: deleteScope },
  { method: "POST", pattern: "/api/2.0/secrets/put", handler: put },
  { method: "GET", pattern: "/api/2.0/secrets/get", handler: get },
  { method: "GET", pattern: "/api/2.0/secrets/list", handler: list },
  { method: "POST", pattern: "/api/2.0/secrets/delete", handler: remove },
  { method: "POST", pattern: "/api/2.0/secrets/acls/put", handler: putAcl },
  { method: "GET", pattern: "/api/2.0/secrets/acls/get", handler: getAcl },
  { method: "GET", pattern: "/api/2.0/secrets/acls/list", handler: listAcls },
  { method: "POST", pattern: "/api/2.0/secrets/acls/delete", handler: deleteAcl },
];
