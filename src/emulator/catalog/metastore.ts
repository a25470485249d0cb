// What lies at the root of the metastore beside catalogs: storage credentials, external locations, connections, shares,
// recipients, providers. Each is a document; the fields of its kind stand in `fields` as the API has them.
import { ApiFault, type Caller } from "../http/route.ts";
import { optionalText, requiredText } from "../http/fields.ts";
import type { JsonObject } from "../../platform/json.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

export const rootKinds = {
  storage_credential: { what: "Storage credential", code: "STORAGE_CREDENTIAL_DOES_NOT_EXIST" },
  external_location: { what: "External location", code: "EXTERNAL_LOCATION_DOES_NOT_EXIST" },
  connection: { what: "Connection", code: "CONNECTION_DOES_NOT_EXIST" },
  share: { what: "Share", code: "SHARE_DOES_NOT_EXIST" },
  recipient: { what: "Recipient", code: "RECIPIENT_DOES_NOT_EXIST" },
  provider: { what: "Provider", code: "PROVIDER_DOES_NOT_EXIST" },
} as const;

export type RootKind = keyof typeof rootKinds;

export interface RootDocument {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly comment?: string | undefined;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
  readonly fields: JsonObject;
}

/** By lower-case name. */
export function rootObjects(world: World, kind: RootKind): Collection<RootDocument> {
  return world.store.collection<RootDocument>(`uc-${kind}`);
}

/** Throws the kind's own DOES_NOT_EXIST. */
export function requireRoot(world: World, kind: RootKind, name: string): RootDocument {
  const found = rootObjects(world, kind).get(name.toLowerCase());
  if (found !== undefined) return found;
  const { what, code } = rootKinds[kind];
  throw new ApiFault(404, code, `${what} '${name}' does not exist.`);
}

/** Makes one. Throws ALREADY_EXISTS, and INVALID_PARAMETER_VALUE for a name that is none. */
export function createRoot(
  world: World,
  kind: RootKind,
  { body, fields, caller }: { readonly body: JsonObject; readonly fields: JsonObject; readonly caller: Caller },
): RootDocument {
  const name = rootName(requiredText(body["name"], "name"));
  const { what } = rootKinds[kind];
  if (rootObjects(world, kind).get(name.toLowerCase()) !== undefined) {
    throw new ApiFault(409, `${kind.toUpperCase()}_ALREADY_EXISTS`, `${what} '${name}' already exists`);
  }
  const at = world.clock.now();
  const document: RootDocument = {
    id: crypto.randomUUID(),
    name,
    owner: caller.userName,
    comment: optionalText(body["comment"], "comment"),
    createdAt: at,
    createdBy: caller.userName,
    updatedAt: at,
    updatedBy: caller.userName,
    fields,
  };
  rootObjects(world, kind).put(name.toLowerCase(), document);
  return document;
}

/** The common fields of a PATCH, and those of the kind. Throws ALREADY_EXISTS where the new name is taken. */
export function updateRoot(
  world: World,
  kind: RootKind,
  change: {
    readonly before: RootDocument;
    readonly body: JsonObject;
    readonly fields: JsonObject;
    readonly caller: Caller;
  },
): RootDocument {
  const { before, body, fields, caller } = change;
  const newName = optionalText(body["new_name"], "new_name");
  const name = newName === undefined || newName === "" ? before.name : rootName(newName);
  const moves = name.toLowerCase() !== before.name.toLowerCase();
  const all = rootObjects(world, kind);
  if (moves && all.get(name.toLowerCase()) !== undefined) {
    throw new ApiFault(409, `${kind.toUpperCase()}_ALREADY_EXISTS`, `${rootKinds[kind].what} '${name}' already exists`);
  }
  const after: RootDocument = {
    ...before,
    name,
    owner: optionalText(body["owner"], "owner") ?? before.owner,
    comment: optionalText(body["comment"], "comment") ?? before.comment,
    updatedAt: world.clock.now(),
    updatedBy: caller.userName,
    fields: { ...before.fields, ...fields },
  };
  if (moves) all.delete(before.name.toLowerCase());
  all.put(name.toLowerCase(), after);
  return after;
}

export function rootView(document: RootDocument): JsonObject {
  const { name, owner, comment, createdAt, createdBy, updatedAt, updatedBy, fields } = document;
  return {
    name,
    owner,
    ...(comment === undefined || comment === "" ? {} : { comment }),
    created_at: createdAt,
    created_by: createdBy,
    updated_at: updatedAt,
    updated_by: updatedBy,
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
  };
}

function rootName(name: string): string {
  // https://docs.databricks.com/data-governance/unity-catalog: no periods, spaces, slashes or control characters.
  if (name.length <= 255 && !/[.\s/\p{Cc}]/u.test(name)) return name;
  throw new ApiFault(
    400,
    "INVALID_PARAMETER_VALUE",
    `Invalid name '${name.slice(0, 100)}': no periods, spaces or slashes.`,
  );
}

interface Metastore {
  readonly id: string;
}

/** Its id, made at the first look. */
export function metastoreId(world: World): string {
  const kept = world.store.collection<Metastore>("uc-metastore");
  const known = kept.get("metastore");
  if (known !== undefined) return known.id;
  const id = crypto.randomUUID();
  kept.put("metastore", { id });
  return id;
}
