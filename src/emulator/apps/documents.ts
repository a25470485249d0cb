// Databricks Apps as they are kept: apps and their deployments.
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

export interface AppDocument {
  readonly name: string;
  readonly id: string;
  readonly description: string;
  readonly creator: string;
  readonly resources: readonly Readonly<Record<string, unknown>>[];
  readonly userApiScopes: readonly string[];
  /** The application id of the app's own service principal. */
  readonly principal: string;
  /** Whether its compute is meant to run. */
  readonly started: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When its compute is through with starting or stopping. */
  readonly readyAt: number;
  readonly activeDeployment?: string | undefined;
}

export interface DeploymentDocument {
  readonly id: string;
  readonly app: string;
  readonly creator: string;
  readonly sourcePath: string;
  readonly mode: "SNAPSHOT" | "AUTO_SYNC";
  readonly env: readonly { readonly name: string; readonly value?: string; readonly value_from?: string }[];
  readonly command: readonly string[];
  readonly state: "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  readonly message: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const appsOf = (world: World): Collection<AppDocument> => world.store.collection<AppDocument>("apps");

export const deploymentsOf = (world: World): Collection<DeploymentDocument> =>
  world.store.collection<DeploymentDocument>("app-deployments");

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function requireApp(world: World, name: string): AppDocument {
  const app = appsOf(world).get(name);
  if (app !== undefined) return app;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `App with name ${name} does not exist or is deleted.`);
}

/** The app's deployments, the newest first. */
export function deploymentsOfApp(world: World, app: string): readonly DeploymentDocument[] {
  return deploymentsOf(world)
    .all()
    .filter((one) => one.app === app)
    .toReversed();
}
