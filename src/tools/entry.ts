// What is known of a tool without loading it.
import type { ToolsetName } from "./toolset-names.ts";

export type Effect = "read" | "write" | "destructive";

export interface CatalogEntry {
  readonly name: string;
  readonly toolset: ToolsetName;
  readonly effect: Effect;
  readonly title: string;
  /** Whether it is on where nothing is asked for. */
  readonly byDefault: boolean;
  /** Whether it uses the machine on which the server runs, and so is not for callers from elsewhere. */
  readonly local: boolean;
}

type Row = readonly [name: string, effect: Effect, title: string, local?: "local"];

export interface ToolsetEntries {
  /** In a default toolset, what is on without being asked for; elsewhere all of it. */
  readonly usual: readonly Row[];
  /** Of a default toolset, what is on only where the toolset is named: it costs tokens in every session, and few need it. */
  readonly more?: readonly Row[];
}
