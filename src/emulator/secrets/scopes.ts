// Secret scopes: their keys and values, and who may read them.
import { invalid } from "../http/fields.ts";
import { ApiFault, type Caller } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

const permissions = ["READ", "WRITE", "MANAGE"] as const;
export type Permission = (typeof permissions)[number];

interface StoredSecret {
  /** Base64. */
  readonly value: string;
  readonly updatedAt: number;
}

export interface ScopeDocument {
  readonly name: string;
  readonly acls: Readonly<Record<string, Permission>>;
  readonly secrets: Readonly<Record<string, StoredSecret>>;
}

export function scopesOf(world: World): Collection<ScopeDocument> {
  return world.store.collection<ScopeDocument>("secret-scopes");
}

/** The scope, where the caller may do that much with it. Throws RESOURCE_DOES_NOT_EXIST, PERMISSION_DENIED. */
export function requireScope(world: World, name: string, { caller, may }: { caller: Caller; may: Permission }) {
  const scope = scopesOf(world).get(name);
  if (scope === undefined) throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Scope ${name} does not exist!`);
  // The owner is the workspace's admin. Groups: everyone here is in `users`.
  if (caller.userId === world.owner.userId) return scope;
  const held = [scope.acls[caller.userName], scope.acls["users"]];
  const rank = Math.max(...held.map((one) => (one === undefined ? -1 : permissions.indexOf(one))));
  if (rank >= permissions.indexOf(may)) return scope;
  throw new ApiFault(
    403,
    "PERMISSION_DENIED",
    `User ${caller.userName} does not have ${may} permission on scope ${name}`,
  );
}

/** The value in base64. Throws RESOURCE_DOES_NOT_EXIST, PERMISSION_DENIED. */
export function secretValue(world: World, place: { scope: string; key: string }, caller: Caller): string {
  const { secrets } = requireScope(world, place.scope, { caller, may: "READ" });
  return requireSecret(secrets, place).value;
}

export function requireSecret(secrets: ScopeDocument["secrets"], { scope, key }: { scope: string; key: string }) {
  const secret = Object.hasOwn(secrets, key) ? secrets[key] : undefined;
  if (secret !== undefined) return secret;
  throw new ApiFault(
    404,
    "RESOURCE_DOES_NOT_EXIST",
    `Failed to get secret ${key} for scope ${scope}: it does not exist.`,
  );
}

/** A name of a scope or a key. Throws INVALID_PARAMETER_VALUE. */
export function requireName(name: string, what: "Scope name" | "Key"): string {
  const signs = what === "Key" ? /^[\w.-]{1,128}$/ : /^[\w.@-]{1,128}$/;
  if (signs.test(name)) return name;
  throw invalid(
    `${what} ${name.slice(0, 200)} is invalid: only alphanumeric characters, dashes, underscores and periods, at most 128.`,
  );
}

/** A permission as a request has it. Throws INVALID_PARAMETER_VALUE. */
export function requirePermission(word: string): Permission {
  const known = permissions.find((one) => one === word);
  if (known !== undefined) return known;
  throw invalid(`Permission ${word} is invalid: READ, WRITE or MANAGE.`);
}
