// What the handlers of all routes share.
import type { Deps } from "../../platform/deps.ts";
import type { Selection } from "../../tools/selection.ts";
import type { Projects } from "../projects/projects.ts";
import type { Runs } from "../runs/runs.ts";
import type { Store } from "../storage/store.ts";
import type { Tracer } from "../tracing/tracer.ts";
import type { Identity } from "./caller.ts";
import type { ServeAppOptions } from "./options.ts";
import type { Kept } from "./pickers/kept.ts";

export interface AppParts {
  readonly deps: Deps;
  readonly version: string;
  readonly identity: Identity;
  readonly store: Store;
  readonly projects: Projects;
  readonly runs: Runs;
  readonly tracer: Tracer;
  readonly defaults: ServeAppOptions["defaults"];
  readonly selection: Selection;
  /** What the workspace said lately, a user at a time. */
  readonly kept: Kept;
  /** The app ends. */
  readonly ending: AbortSignal;
}
