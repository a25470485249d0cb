// Cluster policies (API 2.0).
import type { CallOptions } from "./client.ts";

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
