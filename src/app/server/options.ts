// What the app is started with, and what it is once it runs.
import type { Selection } from "../../tools/selection.ts";
import type { Engine } from "../agent/engine.ts";
import type { Context } from "../contract/api.ts";
import type { StoreOptions } from "../storage/open-store.ts";
import type { PageFile } from "./page-files.ts";

/** Where it listens, and with that whom it serves: one person on his machine, or everybody whom the platform lets in. */
export type AppPlace =
  | { readonly mode: "local"; readonly port: number; readonly address: string }
  | { readonly mode: "apps"; readonly port: number };

export interface ServeAppOptions {
  readonly version: string;
  /** The profile whose workspace it is; the default one where it is undefined. */
  readonly profile: string | undefined;
  readonly place: AppPlace;
  /** A file in the data folder where `database` is undefined. */
  readonly database: Omit<StoreOptions, "database" | "workspace"> & { readonly database: string | undefined };
  /** Where projects are on disk; a folder in the data folder where it is undefined. */
  readonly projectsFolder: string | undefined;
  /** For conversations and people that say nothing of it. */
  readonly defaults: Pick<Context, "engine" | "model" | "permission_mode" | "mlflow_experiment_name">;
  readonly mlflowTrackingUri: string | undefined;
  /** The skills that there are at all; every one where it is undefined. */
  readonly skills: readonly string[] | undefined;
  /** Our tools that there are at all, and on what terms. */
  readonly selection: Selection;
  /** Fires when the app is to end: waits and streams end at once. `close` is called all the same. */
  readonly signal: AbortSignal;
  /** Others than those of this program, for tests. */
  readonly engines?: readonly Engine[];
  readonly page?: () => Promise<ReadonlyMap<string, PageFile>>;
}

export interface RunningApp {
  /** `http://127.0.0.1:8010/`; on one's own machine with the key in it, for the browser. */
  readonly url: string;
  /** The same with what lets in one browser, once and soon: for a command line, which others see. */
  ticketUrl(): string;
  /** Where scripts find the key; undefined behind a platform. */
  readonly keyFile: string | undefined;
  /** Lets runs store what is left, copies project files, closes the database. In bounded time. */
  close(): Promise<void>;
}
