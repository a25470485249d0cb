// A fact of `mortar config show`, and what a room gives to add its own.
import type { Deps } from "../../platform/deps.ts";

export interface Fact {
  /** Its name in the JSON, in snake_case. */
  readonly key: string;
  /** Its name for people. */
  readonly label: string;
  /** undefined where there is none. Never a secret. */
  readonly value: string | undefined;
  /** Where the value comes from: an option, a variable, a file. */
  readonly from?: string | undefined;
  /** What else there is to say about it. */
  readonly note?: string | undefined;
}

export interface FactRequest {
  readonly deps: Deps;
  /** The --profile flag. */
  readonly profile: string | undefined;
  readonly signal: AbortSignal;
  readonly build: { readonly version: string; readonly commit: string };
}

/** One section. What `collect` throws is shown in the place of its facts. It starts nothing and asks no workspace. */
export interface FactProvider {
  /** Its name in the JSON, in snake_case. */
  readonly key: string;
  readonly title: string;
  readonly collect: (request: FactRequest) => Promise<readonly Fact[]>;
}
