// Who may do what in Unity Catalog: what was granted, what holds by inheritance, and what a call needs.
import { invalid } from "../http/fields.ts";
import { ApiFault, type Caller } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import type { Securable, SecurableType } from "./securables.ts";

interface GrantDocument {
  readonly id: string;
  readonly grants: Readonly<Record<string, readonly string[]>>;
}

export interface Grant {
  readonly principal: string;
  readonly privilege: string;
  readonly from?: Securable | undefined;
}

function stored(world: World): Collection<GrantDocument> {
  return world.store.collection<GrantDocument>("uc-grants");
}

/** Privileges by principal, in the order in which they were granted. */
export function grantsOf(world: World, { id }: Pick<Securable, "id">): Readonly<Record<string, readonly string[]>> {
  return stored(world).get(id)?.grants ?? {};
}

/** What holds on the object: its own grants, and those of all that it lies in. */
export function effectiveGrants(world: World, on: Securable): readonly Grant[] {
  const own = listed(world, on, undefined);
  return [...own, ...on.parents.flatMap((parent) => listed(world, parent, parent))];
}

function listed(world: World, on: Securable, from: Securable | undefined): readonly Grant[] {
  return Object.entries(grantsOf(world, on)).flatMap(([principal, privileges]) =>
    privileges.map((privilege) => ({ principal, privilege, from })),
  );
}

export interface GrantChange {
  readonly principal: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Throws INVALID_PARAMETER_VALUE for a privilege that the type has not, and then nothing has changed. */
export function changeGrants(world: World, on: Securable, changes: readonly GrantChange[]): void {
  for (const { add, remove } of changes) for (const one of [...add, ...remove]) requirePrivilege(on.type, one);
  let grants: Record<string, readonly string[]> = { ...grantsOf(world, on) };
  for (const { principal, add, remove } of changes) {
    const left = [...new Set([...(grants[principal] ?? []), ...add])].filter((one) => !remove.includes(one));
    const { [principal]: _before, ...others } = grants;
    grants = left.length === 0 ? others : { ...others, [principal]: left };
  }
  stored(world).put(on.id, { id: on.id, grants });
}

const inTable = ["SELECT", "MODIFY", "APPLY_TAG", "REFRESH"];
const inVolume = ["READ_VOLUME", "WRITE_VOLUME", "APPLY_TAG"];
const inSchema = [
  ...inTable,
  ...inVolume,
  "EXECUTE",
  "USE_SCHEMA",
  "CREATE_TABLE",
  "CREATE_VOLUME",
  "CREATE_FUNCTION",
  "CREATE_MATERIALIZED_VIEW",
  "CREATE_MODEL",
  "CREATE_MODEL_VERSION",
  "EXTERNAL_USE_SCHEMA",
];
const always = ["ALL_PRIVILEGES", "MANAGE", "BROWSE"];

const privileges: Readonly<Record<SecurableType, readonly string[]>> = {
  metastore: [
    "CREATE_CATALOG",
    "CREATE_CONNECTION",
    "CREATE_EXTERNAL_LOCATION",
    "CREATE_STORAGE_CREDENTIAL",
    "CREATE_SHARE",
    "CREATE_RECIPIENT",
    "CREATE_PROVIDER",
    "USE_CONNECTION",
    "USE_PROVIDER",
    "USE_RECIPIENT",
    "USE_SHARE",
    "SET_SHARE_PERMISSION",
  ],
  catalog: [...always, ...inSchema, "USE_CATALOG", "CREATE_SCHEMA"],
  schema: [...always, ...inSchema],
  table: [...always, ...inTable],
  volume: [...always, ...inVolume],
  function: [...always, "EXECUTE", "APPLY_TAG"],
  storage_credential: [...always, "READ_FILES", "WRITE_FILES", "CREATE_EXTERNAL_TABLE", "CREATE_EXTERNAL_LOCATION"],
  external_location: [
    ...always,
    "READ_FILES",
    "WRITE_FILES",
    "CREATE_EXTERNAL_TABLE",
    "CREATE_EXTERNAL_VOLUME",
    "CREATE_MANAGED_STORAGE",
  ],
  connection: [...always, "USE_CONNECTION", "CREATE_FOREIGN_CATALOG"],
  share: ["SELECT"],
  recipient: [],
  provider: [],
};

function requirePrivilege(type: SecurableType, privilege: string): void {
  if (privileges[type].includes(privilege)) return;
  throw invalid(`Privilege ${privilege} is not applicable to this entity [type=${type.toUpperCase()}].`);
}

/** Whether the caller may do it: as admin, as owner of it or of what it lies in, or by a grant. Everybody is in `users`. */
function may(world: World, caller: Caller, { on, privilege }: { on: Securable; privilege: string }): boolean {
  if (caller.userId === world.owner.userId) return true;
  if ([on, ...on.parents].some(({ owner, type }) => type !== "metastore" && owner === caller.userName)) return true;
  return effectiveGrants(world, on).some(
    (grant) =>
      [caller.userName, "users", "account users"].includes(grant.principal) &&
      [privilege, "ALL_PRIVILEGES"].includes(grant.privilege) &&
      // ALL_PRIVILEGES does not hold the right to give rights.
      (privilege !== "MANAGE" || grant.privilege === "MANAGE"),
  );
}

/** Throws PERMISSION_DENIED where the caller may not. */
export function requireMay(world: World, caller: Caller, need: { on: Securable; privilege: string }): void {
  if (may(world, caller, need)) return;
  const { on, privilege } = need;
  throw new ApiFault(
    403,
    "PERMISSION_DENIED",
    `User does not have ${privilege.replaceAll("_", " ")} on ${on.type} '${on.name}'.`,
  );
}
