// How the control plane tells of its resources.
import type { World } from "../world.ts";
import { childrenOf, operationsOf, resourcesOf, type OperationDocument, type ResourceDocument } from "./resources.ts";

const iso = (ms: number): string => new Date(ms).toISOString();
const lastOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
const parentOf = (name: string): string => name.split("/").slice(0, -2).join("/");

export function viewOf(world: World, resource: ResourceDocument): Record<string, unknown> {
  const { name, uid, createdAt, updatedAt } = resource;
  const times = { create_time: iso(createdAt), update_time: iso(updatedAt) };
  const kind = name.split("/").at(-2);
  if (kind === "projects") return { name, uid, ...times, status: projectStatus(world, resource) };
  if (kind === "branches")
    return { name, uid, parent: parentOf(name), ...times, status: branchStatus(world, resource) };
  if (kind === "endpoints") {
    return { name, uid, parent: parentOf(name), ...times, status: endpointStatus(world, resource) };
  }
  if (kind === "databases") {
    const status = { database_id: lastOf(name), ...resource.spec };
    return { name, uid, parent: parentOf(name), ...times, status };
  }
  return { name, uid, ...times, ...resource.spec };
}

function projectStatus(world: World, { name, owner, spec }: ResourceDocument): object {
  const main = childrenOf(world, name, "branches").find(({ isDefault }) => isDefault === true);
  return {
    project_id: lastOf(name),
    display_name: spec["display_name"] ?? lastOf(name),
    pg_version: spec["pg_version"] ?? 17,
    owner,
    ...(main === undefined ? {} : { default_branch: main.name }),
    history_retention_duration: spec["history_retention_duration"] ?? "604800s",
    synthetic_storage_size_bytes: 0,
  };
}

function branchStatus(world: World, { name, spec, isDefault, readyAt, createdAt }: ResourceDocument): object {
  const ttl = typeof spec["ttl"] === "string" ? Number.parseFloat(spec["ttl"]) : undefined;
  const expireTime = ttl === undefined ? spec["expire_time"] : iso(createdAt + ttl * 1_000);
  return {
    branch_id: lastOf(name),
    current_state: world.clock.now() < readyAt ? "INIT" : "READY",
    default: isDefault === true,
    is_protected: spec["is_protected"] === true,
    logical_size_bytes: 0,
    ...(spec["source_branch"] === undefined ? {} : { source_branch: spec["source_branch"] }),
    ...(expireTime === undefined ? {} : { expire_time: expireTime }),
  };
}

function endpointStatus(world: World, { name, spec, uid, readyAt }: ResourceDocument): object {
  const host = `ep-${uid.slice(0, 8)}.database.emulator.invalid`;
  const isOnlyRead = spec["endpoint_type"] === "ENDPOINT_TYPE_READ_ONLY";
  const active = spec["disabled"] === true ? "IDLE" : "ACTIVE";
  return {
    endpoint_id: lastOf(name),
    endpoint_type: spec["endpoint_type"],
    current_state: world.clock.now() < readyAt ? "INIT" : active,
    disabled: spec["disabled"] === true,
    autoscaling_limit_min_cu: spec["autoscaling_limit_min_cu"] ?? 0.5,
    autoscaling_limit_max_cu: spec["autoscaling_limit_max_cu"] ?? 4,
    ...(spec["no_suspension"] === true ? {} : { suspend_timeout_duration: spec["suspend_timeout_duration"] ?? "300s" }),
    hosts: isOnlyRead
      ? { host, read_only_host: host }
      : { host, read_write_pooled_host: host.replace(".", "-pooler.") },
  };
}

export function operationView(world: World, { name, resource, readyAt }: OperationDocument): object {
  if (world.clock.now() < readyAt) return { name, done: false };
  const made = resourcesOf(world).get(resource);
  return { name, done: true, response: made === undefined ? {} : viewOf(world, made) };
}

/** The operation as it stands, or undefined. */
export function operationNamed(world: World, name: string): OperationDocument | undefined {
  return operationsOf(world).get(name);
}
