// Lakebase's control plane: projects, branches, endpoints, instances, synced tables. No Postgres runs behind it.
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

/** One resource under its full name: `projects/shop`, `projects/shop/branches/dev`, `projects/.../endpoints/primary`. */
export interface ResourceDocument {
  readonly name: string;
  readonly uid: string;
  readonly owner: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly isDefault?: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it is through with what was last asked of it. */
  readonly readyAt: number;
}

export interface OperationDocument {
  readonly name: string;
  /** The resource that is made, changed or deleted. */
  readonly resource: string;
  readonly readyAt: number;
}

export const resourcesOf = (world: World): Collection<ResourceDocument> =>
  world.store.collection<ResourceDocument>("lakebase-resources");

export const operationsOf = (world: World): Collection<OperationDocument> =>
  world.store.collection<OperationDocument>("lakebase-operations");

/** Throws NOT_FOUND. */
export function requireResource(world: World, name: string): ResourceDocument {
  const found = resourcesOf(world).get(name);
  if (found !== undefined) return found;
  throw new ApiFault(404, "NOT_FOUND", `${name} does not exist.`);
}

/** Those right below `parent`, of one kind: `childrenOf(world, "projects/shop", "branches")`. */
export function childrenOf(world: World, parent: string, kind: string): readonly ResourceDocument[] {
  const start = parent === "" ? `${kind}/` : `${parent}/${kind}/`;
  return resourcesOf(world)
    .all()
    .filter(({ name }) => name.startsWith(start) && !name.slice(start.length).includes("/"));
}

export interface NewResource {
  readonly name: string;
  readonly owner: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly isDefault?: boolean;
}

/** Stores it; it is ready a moment later. Throws ALREADY_EXISTS. */
export function addResource(world: World, { name, owner, spec, isDefault }: NewResource): ResourceDocument {
  if (resourcesOf(world).get(name) !== undefined) throw new ApiFault(409, "ALREADY_EXISTS", `${name} already exists.`);
  const now = world.clock.now();
  const times = { createdAt: now, updatedAt: now, readyAt: now + world.switches.runStartMs };
  const made = { name, uid: crypto.randomUUID(), owner, spec, ...times, ...(isDefault === true ? { isDefault } : {}) };
  resourcesOf(world).put(name, made);
  return made;
}

/** An operation that is done when its resource is ready. */
export function operationFor(world: World, resource: string, readyAt: number): OperationDocument {
  const operation = { name: `operations/${crypto.randomUUID()}`, resource, readyAt };
  operationsOf(world).put(operation.name, operation);
  return operation;
}

export function removeTree(world: World, root: string): void {
  for (const { name } of resourcesOf(world).all()) {
    if (name === root || name.startsWith(`${root}/`)) resourcesOf(world).delete(name);
  }
}
