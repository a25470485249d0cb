// One Databricks workspace as an object: an API a field, one client under all of them.
import type { Deps } from "../platform/deps.ts";
import type { Client } from "./client.ts";
import type { ClustersApi } from "./clusters.ts";
import type { CommandsApi } from "./commands.ts";
import type { IdentityApi } from "./identity.ts";
import type { JobsApi } from "./jobs.ts";
import type { ObjectsApi } from "./objects.ts";
import type { PoliciesApi } from "./policies.ts";
import type { RunsApi } from "./runs.ts";
import type { StatementsApi } from "./statements.ts";
import type { WarehousesApi } from "./warehouses.ts";

export interface Workspace {
  /** `https://host`, without a slash at the end. */
  readonly host: string;
  readonly objects: ObjectsApi;
  readonly jobs: JobsApi;
  readonly runs: RunsApi;
  readonly clusters: ClustersApi;
  readonly policies: PoliciesApi;
  readonly commands: CommandsApi;
  readonly identity: IdentityApi;
  readonly statements: StatementsApi;
  readonly warehouses: WarehousesApi;
  readonly client: Client;
}

/** Who speaks: what auth/credentials.ts resolves. */
export interface Credentials {
  readonly host: string;
  readonly authType: string;
  readonly profile: string | undefined;
  readonly workspaceId: string | undefined;
  headers(options?: { signal?: AbortSignal; forceRefresh?: boolean }): Promise<Record<string, string>>;
}

export interface UserAgentOptions {
  /** Mortar's own version (`build.version`). */
  readonly version: string;
  /** More `key/value` pairs, such as `["mcp", "claude-code"]`. */
  readonly extra?: readonly (readonly [string, string])[] | undefined;
}

export interface WorkspaceOptions {
  readonly deps: Deps;
  readonly credentials: Credentials;
  readonly userAgent: UserAgentOptions;
}

/** Makes the workspace object. Sends nothing. */
export declare function createWorkspace(options: WorkspaceOptions): Workspace;
