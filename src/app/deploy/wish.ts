// What a person asks of a deployment.
import type { AgentName } from "./agent-packages.ts";
import type { Variable } from "./folder.ts";
import type { LakebaseWish } from "./lakebase.ts";
import type { Program } from "./program.ts";

export interface DeployWish {
  readonly name: string;
  readonly program: Program;
  /** None: those of the deployment before, or the usual one. */
  readonly agents: readonly AgentName[];
  /** Undefined: the one that the app has, if any. */
  readonly lakebase: LakebaseWish | "none" | undefined;
  readonly warehouse: string | undefined;
  readonly servingEndpoint: string | undefined;
  /** An MLflow experiment, by name or id, that gets the traces of runs. */
  readonly experiment: string | undefined;
  /** Undefined for the usual ones. */
  readonly scopes: readonly string[] | undefined;
  /** On top of those of the deployment before; an empty value takes one away. */
  readonly env: readonly Variable[];
  /** A folder in the workspace; undefined for the one that the app has, or else one in the person's own. */
  readonly sourcePath: string | undefined;
  /** A folder on this machine that gets all that goes up, and keeps it. */
  readonly stagingFolder: string | undefined;
  /** Also over an app, or a folder, that holds something else. */
  readonly replace: boolean;
  readonly uploadAll: boolean;
  readonly dryRun: boolean;
  /** The longest that each wait may take, in milliseconds. */
  readonly timeoutMs: number;
}
