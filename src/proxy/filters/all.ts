// The filters in their order, the first nearest to the agent, and which of them a person has switched on or off.
import { errorTranslator } from "../errors/translator.ts";
import type { Filter } from "../types.ts";
import { createCountTokens } from "./count-tokens.ts";
import { createLearnedFields, type LearnedFieldsOptions } from "./learned-fields.ts";
import { modelNames } from "./model-names.ts";

export interface CompatibilityOptions extends LearnedFieldsOptions {
  /** Steps that send requests of their own: these pass the filters behind them too. */
  readonly between?: readonly Filter[] | undefined;
}

/** Makes the compatibility filters. Each proxy has its own: what they learn is of its workspaces. */
export function compatibilityFilters({ between = [], ...options }: CompatibilityOptions): readonly Filter[] {
  return [errorTranslator, modelNames, ...between, createCountTokens(options.now), createLearnedFields(options)];
}

export interface FilterState {
  readonly filter: Filter;
  readonly enabled: boolean;
  /** Whether a person has said so. */
  readonly chosen: boolean;
}

/** Which filters are on: by `settings` (the section "filters": a boolean a name), else as each is by default. */
export function filterStates(
  filters: readonly Filter[],
  settings: Readonly<Record<string, unknown>>,
): readonly FilterState[] {
  return filters.map((filter) => {
    const choice = settings[filter.name];
    const chosen = typeof choice === "boolean";
    return { filter, enabled: chosen ? choice : filter.byDefault, chosen };
  });
}
