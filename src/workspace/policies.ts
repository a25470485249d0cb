// Cluster policies (API 2.0).
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { flag, number, objects, requiredId, text, timeMs } from "./fields.ts";

export interface ClusterPolicy {
  readonly policyId: string;
  readonly name: string;
  readonly description: string | undefined;
  /** A JSON document as text, as the workspace keeps it. */
  readonly definition: string | undefined;
  readonly policyFamilyId: string | undefined;
  readonly isDefault: boolean;
  readonly creator: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly maxClustersPerUser: number | undefined;
}

export interface PoliciesApi {
  list(options?: CallOptions): Promise<readonly ClusterPolicy[]>;
  get(policyId: string, options?: CallOptions): Promise<ClusterPolicy>;
}

const base = "/api/2.0/policies/clusters";

export function createPoliciesApi(client: Client): PoliciesApi {
  return {
    list: async ({ signal } = {}) =>
      objects(await client.json({ method: "GET", path: `${base}/list`, signal }), "policies").map(toPolicy),
    get: async (policyId, { signal } = {}) =>
      toPolicy(await client.json({ method: "GET", path: `${base}/get`, query: { policy_id: policyId }, signal })),
  };
}

function toPolicy(wire: JsonObject): ClusterPolicy {
  return {
    policyId: requiredId(wire, "policy_id"),
    name: text(wire, "name") ?? "",
    description: text(wire, "description"),
    definition: text(wire, "definition"),
    policyFamilyId: text(wire, "policy_family_id"),
    isDefault: flag(wire, "is_default"),
    creator: text(wire, "creator_user_name"),
    createdAtMs: timeMs(wire, "created_at_timestamp"),
    maxClustersPerUser: number(wire, "max_clusters_per_user"),
  };
}
