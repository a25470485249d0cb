// What a command's body receives.
import type { Deps } from "../platform/deps.ts";
import type { Progress } from "./progress.ts";
import type { CommandResult, Flags, FlagValues } from "./spec.ts";

export interface CommandContext<F extends Flags = Flags> {
  readonly deps: Deps;
  readonly flags: FlagValues<F>;
  readonly positionals: readonly string[];
  /** Words after `--`, untouched. */
  readonly rest: readonly string[];
  readonly profile: string | undefined;
  readonly json: boolean;
  /** Fires on Ctrl-C and on a request to end. */
  readonly signal: AbortSignal;
  /** What is being waited for, on a terminal; begun with the command's `waiting`, where it has one. */
  readonly progress: Progress;
  /** The program's version, and the commit it was built from. */
  readonly build: { readonly version: string; readonly commit: string };
}

/** The type of a command body: `export const run: Run<typeof loginFlags> = async (context) => ...`. */
export type Run<F extends Flags = Flags> = (context: CommandContext<F>) => Promise<CommandResult | void>;
