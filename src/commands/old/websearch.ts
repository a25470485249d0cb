// Web search and fetch under an older name: kept in that program's state, and set where the proxy looks.
import { readOldState, updateOldState } from "../../agents/older/state.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readSettings, updateSettings } from "../../platform/settings.ts";
import { usualFetchBytes, webBackend } from "../../setup/older-settings.ts";

export interface WebWish {
  readonly backend: string | undefined;
  readonly budgetBytes: number | undefined;
}

/** Switches it on. Returns the back end. Throws `usage` for one that there is not, before anything is set. */
export async function enableWebsearch(deps: Deps, wish: WebWish): Promise<string> {
  const state = await readOldState(deps, "claude");
  const backend = knownBackend(wish.backend ?? state.websearch_backend ?? "");
  const budget = wish.budgetBytes ?? state.websearch_fetch_budget;
  await updateOldState(deps, "claude", {
    with_websearch: true,
    ...(wish.backend === undefined ? {} : { websearch_backend: backend }),
    ...(wish.budgetBytes === undefined ? {} : { websearch_fetch_budget: wish.budgetBytes }),
  });
  await set(deps, { enabled: true, backend, fetchBudgetBytes: budget ?? usualFetchBytes });
  return backend;
}

export async function disableWebsearch(deps: Deps): Promise<void> {
  await updateOldState(deps, "claude", {
    with_websearch: undefined,
    websearch_backend: undefined,
    websearch_fetch_budget: undefined,
  });
  await set(deps, { enabled: false });
}

/** Takes over what the older program had switched on, where nothing was said to this one yet. */
export async function adoptWebsearch(deps: Deps): Promise<void> {
  const state = await readOldState(deps, "claude");
  if (state.with_websearch !== true || "enabled" in (await readSettings(deps, "websearch"))) return;
  await enableWebsearch(deps, { backend: undefined, budgetBytes: undefined });
}

function set(deps: Deps, changes: Readonly<Record<string, unknown>>): Promise<void> {
  return updateSettings(deps, "websearch", (present) => ({ ...present, ...changes }));
}

function knownBackend(name: string): string {
  const known = webBackend(name);
  if (known !== undefined) return known;
  throw new MortarError("usage", `There is no web search ${JSON.stringify(name)}`, {
    hint: "Take duckduckgo, none, workspace, brave or searxng.",
  });
}
