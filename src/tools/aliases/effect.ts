// What an older tool may do: as much as the tool of ours that goes farthest among those that it may lead to.
import { findEntry } from "../catalog.ts";
import type { CatalogEntry, Effect } from "../entry.ts";
import type { OlderTool } from "./row.ts";

const order: readonly Effect[] = ["read", "write", "destructive"];

export function effectOf({ router: { tools } }: OlderTool): Effect {
  return farthest(tools.flatMap((name) => findEntry(name) ?? []));
}

export function farthest(entries: readonly CatalogEntry[]): Effect {
  return order.findLast((effect) => entries.some((entry) => entry.effect === effect)) ?? "read";
}

/** Whether `effect` goes no farther than `bound`; nothing is bound where that is absent. */
export function isWithin(effect: Effect, bound: Effect | undefined): boolean {
  return bound === undefined || order.indexOf(effect) <= order.indexOf(bound);
}
