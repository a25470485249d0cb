// One Databricks workspace as an object: an API a field, one client under all of them.
import type { Deps } from "../platform/deps.ts";
import { createClient, type Client, type ClientCredentials } from "./client.ts";
import { createClustersApi, type ClustersApi } from "./clusters.ts";
import { createCommandsApi, type CommandsApi } from "./commands.ts";
import { createFilesApi, type FilesApi } from "./files.ts";
import { createIdentityApi, type IdentityApi } from "./identity.ts";
import { createJobsApi, type JobsApi } from "./jobs.ts";
import { createObjectsApi, type ObjectsApi } from "./objects.ts";
import { createPoliciesApi, type PoliciesApi } from "./policies.ts";
import { createRunsApi, type RunsApi } from "./runs.ts";
import { createStatementsApi, type StatementsApi } from "./statements.ts";
import { createUnityCatalogApi, type UnityCatalogApi } from "./unity-catalog.ts";
import { userAgent, type UserAgentOptions } from "./user-agent.ts";
import { createVolumesApi, type VolumesApi } from "./volumes.ts";
import { createWarehousesApi, type WarehousesApi } from "./warehouses.ts";

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
  readonly unityCatalog: UnityCatalogApi;
  readonly volumes: VolumesApi;
  readonly files: FilesApi;
  readonly client: Client;
}

export interface WorkspaceOptions {
  readonly deps: Pick<Deps, "fetch" | "clock" | "log" | "env" | "os">;
  readonly credentials: ClientCredentials;
  readonly userAgent: UserAgentOptions;
}

/** Makes the workspace object. Sends nothing. */
export function createWorkspace(options: WorkspaceOptions): Workspace {
  const { deps, credentials } = options;
  const around = { env: deps.env, os: deps.os, runtimeVersion: Bun.version, authType: credentials.authType };
  const client = createClient({ deps, credentials, userAgent: userAgent(options.userAgent, around) });
  return {
    host: client.host,
    objects: createObjectsApi(client),
    jobs: createJobsApi(client),
    runs: createRunsApi(client),
    clusters: createClustersApi(client),
    policies: createPoliciesApi(client),
    commands: createCommandsApi(client),
    identity: createIdentityApi(client),
    statements: createStatementsApi(client),
    warehouses: createWarehousesApi(client),
    unityCatalog: createUnityCatalogApi(client),
    volumes: createVolumesApi(client),
    files: createFilesApi(client),
    client,
  };
}
