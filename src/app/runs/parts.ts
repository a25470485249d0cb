// What the runs of the app are made of, handed in by the server that makes them.
import type { Selection } from "../../tools/selection.ts";
import type { Engine, ShellMode } from "../agent/engine.ts";
import type { Context } from "../contract/api.ts";
import type { Projects } from "../projects/projects.ts";
import type { Identity } from "../server/caller.ts";
import type { Store } from "../storage/store.ts";
import type { Tracer } from "../tracing/tracer.ts";

export interface RunsParts {
  readonly version: string;
  readonly store: Store;
  readonly projects: Projects;
  /** Asked for another workspace where a conversation has a `target_profile`. */
  readonly identity: Identity;
  readonly engines: readonly Engine[];
  /** Undefined where nothing is traced. */
  readonly tracer: Tracer | undefined;
  /** Absolute: `users/<hash>/` below it holds what each user's agents keep, `runs/` what lives as long as a run. */
  readonly dataFolder: string;
  /** Users who do not trust each other: tools that touch this machine are off, and a shell that cannot be kept in is. */
  readonly isShared: boolean;
  /** The agent's shell on one's own machine where it cannot be kept within the project. `unrestricted` unless given. */
  readonly shellOnOwnMachine?: ShellMode | undefined;
  /** Our tools that there are at all, and on what terms; the usual ones where it is absent. Who is asked is the app's own matter. */
  readonly selection?: Selection | undefined;
  /** For conversations and people that say nothing of it. */
  readonly defaults?: Pick<Context, "engine" | "model" | "permission_mode" | "mlflow_experiment_name"> | undefined;
  /** After how long a call goes on in the background, in milliseconds. 10 s unless given. */
  readonly handoverMs?: number | undefined;
  /** Who this process is among the replicas of one database; one that stays with the data folder unless given. */
  readonly replica?: string | undefined;
}
