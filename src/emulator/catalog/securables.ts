// Anything that can be granted on, found by its type and full name: who owns it, and what it lies in.
import { ApiFault } from "../http/route.ts";
import { invalid } from "../http/fields.ts";
import { findCatalog } from "../sql/securables.ts";
import type { World } from "../world.ts";
import { metastoreId, requireRoot, rootKinds, type RootKind } from "./metastore.ts";

export type SecurableType = "metastore" | "catalog" | "schema" | "table" | "volume" | "function" | RootKind;

export interface Securable {
  readonly type: SecurableType;
  readonly name: string;
  /** What grants are kept by: a name that is used again has none of the old ones. */
  readonly id: string;
  readonly owner: string;
  /** What it lies in, the nearest first. */
  readonly parents: readonly Securable[];
}

const depths: Readonly<Partial<Record<SecurableType, number>>> = {
  catalog: 1,
  schema: 2,
  table: 3,
  volume: 3,
  function: 3,
};

/** Throws *_DOES_NOT_EXIST, and INVALID_PARAMETER_VALUE for a type or a name that is none. */
export async function findSecurable(world: World, typeName: string, fullName: string): Promise<Securable> {
  const type = typeName.toLowerCase() as SecurableType;
  if (type === "metastore") return metastore(world, fullName);
  if (Object.hasOwn(rootKinds, type)) {
    const { id, name, owner } = requireRoot(world, type as RootKind, fullName);
    return { type, name, id, owner, parents: [metastore(world)] };
  }
  const depth = depths[type];
  const parts = fullName.toLowerCase().split(".");
  if (depth === undefined) throw invalid(`'${typeName}' is not a valid securable type.`);
  if (parts.length !== depth || parts.includes("")) throw invalid(`Invalid full name '${fullName}' for a ${type}.`);
  return inCatalog(world, type, parts);
}

function metastore(world: World, asked?: string): Securable {
  const id = metastoreId(world);
  if (asked !== undefined && asked !== id) throw missing("METASTORE_DOES_NOT_EXIST", "Metastore", asked);
  return { type: "metastore", name: id, id, owner: world.owner.userName, parents: [] };
}

async function inCatalog(world: World, type: SecurableType, parts: readonly string[]): Promise<Securable> {
  const [catalog = "", schema = "", name = ""] = parts;
  const node = findCatalog((await world.sql()).catalogs(), catalog);
  if (node === undefined) throw missing("CATALOG_DOES_NOT_EXIST", "Catalog", catalog);
  const { id, owner } = node.document;
  const top: Securable = { type: "catalog", name: catalog, id, owner, parents: [metastore(world)] };
  if (type === "catalog") return top;
  const inner = node.schemas.get(schema);
  if (inner === undefined) throw missing("SCHEMA_DOES_NOT_EXIST", "Schema", `${catalog}.${schema}`);
  const middle: Securable = {
    type: "schema",
    name: `${catalog}.${schema}`,
    id: inner.document.id,
    owner: inner.document.owner,
    parents: [top, ...top.parents],
  };
  if (type === "schema") return middle;
  const collections = { table: inner.tables, volume: inner.volumes, function: inner.functions };
  const found = collections[type as keyof typeof collections].get(name);
  if (found === undefined) throw missing(codes[type] ?? "NOT_FOUND", words[type] ?? "Object", parts.join("."));
  const parents = [middle, ...middle.parents];
  return { type, name: parts.join("."), id: found.id, owner: found.owner, parents };
}

const codes: Readonly<Partial<Record<SecurableType, string>>> = {
  table: "TABLE_DOES_NOT_EXIST",
  volume: "NOT_FOUND",
  function: "FUNCTION_DOES_NOT_EXIST",
};
const words: Readonly<Partial<Record<SecurableType, string>>> = {
  table: "Table",
  volume: "Volume",
  function: "Function",
};

function missing(errorCode: string, what: string, name: string): ApiFault {
  return new ApiFault(404, errorCode, `${what} '${name}' does not exist.`);
}
